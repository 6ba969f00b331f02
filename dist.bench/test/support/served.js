import { startCli } from './cli.js';
/** Starts the endpoint on a free port and waits until it listens. */
export async function startEndpoint(databaseUrl, args = []) {
    const process = await startCli(['serve', '--port', '0', '-o', 'json', ...args], {
        env: { SCIMCTL_DATABASE: databaseUrl },
    });
    await process.waitFor(/"port"/);
    const { port } = JSON.parse(process.stdout);
    const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
    return {
        port,
        baseUrl,
        process,
        async send(token, method, path, body) {
            const response = await fetch(`${baseUrl}${path}`, {
                method,
                headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
                body: body === undefined ? undefined : JSON.stringify(body),
            });
            const text = await response.text();
            return {
                status: response.status,
                headers: response.headers,
                body: text === '' ? undefined : JSON.parse(text),
            };
        },
        stop() {
            process.kill('SIGTERM');
            return process.end();
        },
    };
}
