import { createToken } from '../../src/core/tokens/create.js';
import { DEFAULT_LIMITS } from '../../src/scim/server/limits.js';
import { createLog } from '../../src/scim/server/log.js';
import { startServer } from '../../src/scim/server/server.js';
/** Answers with what it was asked, for tests of what is in front of the protocol. */
export const echo = async (request, { idp, core }) => ({
    status: 200,
    headers: { ETag: 'W/"1"' },
    body: { ...request, query: String(request.query), idp, actor: core.actor },
});
export async function startEndpoint({ core }, { handler = echo, ...options } = {}) {
    const log = [];
    const running = await startServer({
        createHandler: () => handler,
        host: '127.0.0.1',
        port: 0,
        origin: { behindProxy: false },
        verbose: false,
        sealEveryMs: 0,
        certificateEveryMs: 50,
        log: createLog({
            format: 'json',
            level: 'debug',
            clock: core.clock,
            write: (line) => log.push(JSON.parse(line)),
        }),
        ...options,
        core,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
    });
    return { ...running, scim: `${running.url}/scim/v2`, log };
}
/** A token of an IdP that lasts for a day. */
export const issue = async ({ core }, idp) => createToken(core, idp, { expiresInMs: 86_400_000 });
export const bearer = (token) => ({ Authorization: `Bearer ${token}` });
export const basic = (user, password) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
