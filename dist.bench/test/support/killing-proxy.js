import { connect } from 'node:net';
import { listen } from './fake-servers/listen.js';
import { through } from './trouble-proxy.js';
/** Stands between a client and its server, and kills the client as the server sees it, at a chosen moment. */
export async function killingProxy(url) {
    const target = new URL(url);
    const sockets = new Set();
    let left = Number.POSITIVE_INFINITY;
    let when = 'before it arrives';
    let dead = false;
    let died = () => { };
    const kill = () => {
        dead = true;
        for (const socket of sockets)
            socket.destroy();
        died();
    };
    const server = await listen((client) => {
        if (dead)
            return void client.destroy();
        const upstream = connect(Number(target.port), target.hostname);
        for (const socket of [client, upstream]) {
            sockets.add(socket);
            socket.setNoDelay(true).on('error', () => undefined);
            socket.on('close', () => sockets.delete(socket));
        }
        client.on('data', (chunk) => {
            left--;
            if (left > 0 || when === 'after its answer')
                upstream.write(chunk);
            else
                kill();
        });
        upstream.on('data', (chunk) => (left > 0 ? client.write(chunk) : kill()));
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
    });
    return {
        url: through(url, server.port),
        killAt: (plan) => {
            dead = false;
            left = plan?.message ?? Number.POSITIVE_INFINITY;
            when = plan?.when ?? when;
            return new Promise((resolve) => {
                died = resolve;
            });
        },
        close: server.close,
    };
}
