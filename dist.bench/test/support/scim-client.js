import assert from 'node:assert/strict';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { PATCH_OP } from './scim.js';
export const BASE_URL = 'https://iqm.contoso.example/scim/v2';
export async function scimClient(product, handler, name, account = {}) {
    const idp = await addServiceAccount(product.core, { name, kind: 'generic', ...account });
    const core = { ...product.core, actor: `idp:${name}` };
    const send = async (method, url, body, conditions = {}) => {
        const { pathname, searchParams } = new URL(`http://localhost${url}`);
        const request = {
            method,
            path: pathname,
            query: searchParams,
            baseUrl: BASE_URL,
            ...conditions,
            // As it arrives: parsed from what was sent.
            ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body)) }),
        };
        const response = await handler(request, { core, idp });
        return { ...response, body: (response.body ?? {}) };
    };
    const get = (url, conditions) => send('GET', url, undefined, conditions);
    return {
        idp,
        send,
        get,
        async list(url) {
            const { status, body } = await get(url);
            assert.equal(status, 200, JSON.stringify(body));
            return body.Resources;
        },
        async create(url, body) {
            const answer = await send('POST', url, body);
            assert.equal(answer.status, 201, JSON.stringify(answer.body));
            return answer.body;
        },
        patch: (url, ...operations) => send('PATCH', url, { schemas: [PATCH_OP], Operations: operations }),
    };
}
/** A filter as it goes into a URL. */
export const filterBy = (filter) => `filter=${encodeURIComponent(filter)}`;
