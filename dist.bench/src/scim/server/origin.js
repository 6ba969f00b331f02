const HOST = /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;
/** What the client calls this service: as it was set, else as the client, or the proxy in front, says. */
export function tenantUrlOf(request, { tenantUrl, behindProxy }) {
    if (tenantUrl !== undefined)
        return tenantUrl;
    const { headers, socket } = request;
    const forwarded = behindProxy ? first(headers['x-forwarded-proto']) : undefined;
    const scheme = forwarded !== undefined && /^https?$/i.test(forwarded)
        ? forwarded.toLowerCase()
        : socket.encrypted
            ? 'https'
            : 'http';
    const wanted = [behindProxy ? first(headers['x-forwarded-host']) : undefined, headers.host];
    const host = wanted.find((name) => name !== undefined && HOST.test(name)) ?? addressOf(socket);
    return `${scheme}://${host}/scim/v2`;
}
/**
 * The client's address. Of several that a proxy hands over only the last is what it saw itself; those before
 * it are what the client claims.
 */
export function sourceAddress(request, { behindProxy }) {
    const direct = request.socket.remoteAddress ?? '';
    if (!behindProxy)
        return direct;
    const last = String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim();
    if (!last)
        return direct;
    // Some add the port: 203.0.113.7:49152, [2001:db8::1]:49152.
    const bare = /^\[(.+)\](:\d+)?$/.exec(last)?.[1] ?? last.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
    return /^[0-9A-Fa-f.:%]{2,60}$/.test(bare) ? bare : direct;
}
/** Whether the request comes from this very machine, and not through a proxy on it. */
export function isLocal(request) {
    const { headers, socket } = request;
    const relayed = headers.forwarded ?? headers['x-forwarded-for'] ?? headers['x-forwarded-host'] ?? headers.via;
    return relayed === undefined && isLoopback(socket.remoteAddress ?? '');
}
/** Whether what listens at this address can be reached from this machine alone. */
export const isLoopback = (host) => /^(localhost|(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|\[::1\])$/i.test(host);
const first = (header) => String(Array.isArray(header) ? header[0] : (header ?? ''))
    .split(',')[0]
    ?.trim() || undefined;
function addressOf({ localAddress = 'localhost', localPort }) {
    const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
    return localPort === undefined ? host : `${host}:${localPort}`;
}
