import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reset } from './reset.js';
const QUIET_MS = 700;
/** Stands between a client and its server, and makes the trouble that it is told to make. */
export async function troubleProxy(url) {
    const target = new URL(url);
    const links = new Set();
    let frozen = 'no';
    let [delay, connections, lastHeard] = [0, 0, 0];
    let server;
    const listen = async (port) => {
        const listening = createServer((client) => {
            connections++;
            const link = new Link(client, connect(Number(target.port), target.hostname), () => delay);
            for (const socket of [client, link.upstream]) {
                socket.on('data', () => {
                    lastHeard = performance.now();
                });
            }
            links.add(link);
            client.on('close', () => links.delete(link));
            link.freeze(frozen);
        });
        await new Promise((resolve, reject) => {
            listening.once('error', reject).listen(port, '127.0.0.1', resolve);
        });
        server = listening;
        const address = listening.address();
        return typeof address === 'object' && address ? address.port : 0;
    };
    const down = async () => {
        const closed = new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
        for (const link of links)
            link.cut();
        server = undefined;
        await closed;
    };
    const port = await listen(0);
    return {
        url: through(url, port),
        freeze: () => {
            frozen = 'all';
            for (const link of links)
                link.freeze(frozen);
        },
        freezeAnswers: () => {
            frozen = 'answers';
            for (const link of links)
                link.freeze(frozen);
        },
        thaw: () => {
            frozen = 'no';
            for (const link of links)
                link.freeze(frozen);
        },
        down,
        up: async () => void (await listen(port)),
        delayAnswers: (milliseconds) => {
            delay = milliseconds;
        },
        quiet: async () => {
            const before = connections;
            while (connections === before || performance.now() - lastHeard < QUIET_MS)
                await sleep(50);
        },
        close: down,
    };
}
/** The same URL, on a port of this machine; in plain text as far as the server allows. */
export function through(url, port) {
    const changed = new URL(url);
    [changed.hostname, changed.port] = ['127.0.0.1', String(port)];
    if (!changed.protocol.startsWith('postgres'))
        changed.searchParams.set('encrypt', 'false');
    return changed.href;
}
/** One connection of a client, and the one made for it. */
class Link {
    client;
    upstream;
    constructor(client, upstream, delayMs) {
        this.client = client;
        this.upstream = upstream;
        for (const socket of [client, upstream])
            socket.setNoDelay(true).on('error', () => undefined);
        client.on('data', (chunk) => upstream.write(chunk));
        upstream.on('data', (chunk) => {
            const late = delayMs();
            if (late > 0)
                setTimeout(() => client.write(chunk), late);
            else
                client.write(chunk);
        });
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
    }
    freeze(what) {
        this.client[what === 'all' ? 'pause' : 'resume']();
        this.upstream[what === 'no' ? 'resume' : 'pause']();
    }
    cut() {
        reset(this.client);
        this.upstream.destroy();
    }
}
