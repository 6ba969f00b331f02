import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { bearer, startEndpoint } from './endpoint.js';
export async function startServer(product) {
    const endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
    const raw = async (method, path, headers, body) => {
        const response = await fetch(`${endpoint.scim}${path}`, { method, headers, body });
        endpoint.log.length = 0;
        return { status: response.status, text: await response.text() };
    };
    return {
        raw,
        async request(method, path, token, body) {
            const headers = { ...bearer(token), 'content-type': 'application/scim+json' };
            const { status, text } = await raw(method, path, headers, body === undefined ? undefined : JSON.stringify(body));
            return { status, body: text === '' ? undefined : JSON.parse(text) };
        },
        stop: () => endpoint.stop(5000),
    };
}
