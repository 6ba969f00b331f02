import { TLSSocket } from 'node:tls';
import { listen, secureContext } from './listen.js';
/** The first steps of PostgreSQL's protocol: TLS or not, then a refusal. */
export const fakePostgres = ({ certificate, refusal }) => listen((socket) => {
    socket.once('data', (first) => {
        if (!isTlsRequest(first))
            return refuse(socket, refusal);
        if (certificate === undefined) {
            socket.once('data', () => refuse(socket, refusal));
            socket.write('N');
            return;
        }
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, secureContext: secureContext(certificate) });
        secure.on('error', () => undefined).once('data', () => refuse(secure, refusal));
    });
});
/** An SSLRequest, which has the number 80877103 where others have the version. */
const isTlsRequest = (message) => message.length === 8 && message.readInt32BE(4) === 80877103;
function refuse(socket, refusal = { code: '28P01', message: 'password authentication failed' }) {
    const fields = `SFATAL\0VFATAL\0C${refusal.code}\0M${refusal.message}\0\0`;
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + Buffer.byteLength(fields));
    socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]));
}
