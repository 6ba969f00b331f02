import { connect as connectPlain } from 'node:net';
export async function rawClient(port) {
    const socket = await new Promise((resolve, reject) => {
        const opening = connectPlain(port, '127.0.0.1', () => resolve(opening)).once('error', reject);
    });
    let text = '';
    let ended = false;
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
    });
    socket.once('close', () => {
        ended = true;
    });
    return {
        write: (some) => void socket.write(some),
        read: (until, timeoutMs = 20_000) => new Promise((resolve, reject) => {
            const done = () => (until ? until.test(text) : ended);
            const settle = (error) => {
                clearTimeout(limit);
                socket.off('data', look).off('close', look);
                if (error)
                    reject(error);
                else
                    resolve(text);
            };
            const look = () => {
                if (done())
                    settle();
                else if (ended)
                    settle(new Error(`the connection was closed after: ${text}`));
            };
            const limit = setTimeout(() => settle(new Error(`${timeoutMs} ms have passed; so far: ${text}`)), timeoutMs);
            socket.on('data', look).on('close', look);
            look();
        }),
        close: () => socket.destroy(),
    };
}
