import { connect } from 'node:net';
import { SSL_REQUEST } from './wire.js';
/**
 * Connects to an owner and waits until it answers, which it does once the database has started. The
 * question is PostgreSQL's own SSLRequest, so that what is left is a fresh connection. Paused.
 */
export function greet(address, timeoutMs) {
    return new Promise((resolve, reject) => {
        const socket = connect(address);
        const timer = setTimeout(() => fail(new Error('the owner does not answer')), timeoutMs);
        const fail = (error) => {
            clearTimeout(timer);
            socket.destroy();
            reject(error);
        };
        const hungUp = () => fail(new Error('the owner hung up'));
        socket.once('connect', () => socket.write(SSL_REQUEST));
        // Stays on, so that an error is never unheard; 'close' follows it.
        socket.on('error', fail);
        socket.once('close', hungUp);
        socket.once('data', () => {
            clearTimeout(timer);
            socket.off('close', hungUp);
            socket.pause();
            resolve(socket);
        });
    });
}
