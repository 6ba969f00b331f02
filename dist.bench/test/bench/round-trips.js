import { connect, createServer } from 'node:net';
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
/**
 * Stands between a program and PostgreSQL and counts round trips: each ends with a ReadyForQuery message of
 * the server (PostgreSQL's protocol 3.0: a type, a length of four bytes that counts itself, the rest).
 */
export async function countRoundTrips(host, port) {
    let count = 0;
    const relay = createServer((client) => {
        const server = connect({ host, port, noDelay: true });
        client.setNoDelay(true);
        client.pipe(server);
        let rest = Buffer.alloc(0);
        server.on('data', (data) => {
            client.write(data);
            let buffer = rest.length === 0 ? data : Buffer.concat([rest, data]);
            while (buffer.length >= 5 && buffer.length >= 1 + buffer.readUInt32BE(1)) {
                if (buffer[0] === READY_FOR_QUERY)
                    count++;
                buffer = buffer.subarray(1 + buffer.readUInt32BE(1));
            }
            rest = buffer;
        });
        for (const [one, other] of [
            [client, server],
            [server, client],
        ]) {
            one.on('error', () => other.destroy());
            one.on('close', () => other.destroy());
        }
    });
    await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
    return {
        port: relay.address().port,
        take: () => {
            const taken = count;
            count = 0;
            return taken;
        },
        close: () => relay.close(),
    };
}
