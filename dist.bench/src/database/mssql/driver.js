/** The server answered that it has no TLS, although it was asked for. */
export class EncryptionRefused extends Error {
    code = 'ENCRYPTION_REFUSED';
}
/**
 * tedious, with two gaps closed:
 *
 * - asked to encrypt, it goes on in plain text, password and all, when the server (or somebody between)
 *   answers that it cannot; here the login is then not sent;
 * - the numbers of login errors, which tell a missing database from a wrong password, are lost; here the
 *   error carries them as `serverMessages`.
 */
export async function guardedDriver({ encryptionRequired }) {
    const { default: tedious } = await import('tedious');
    // Private in the types; should a later driver rename it, nothing must be sent unguarded.
    const { sendLogin7Packet } = tedious.Connection.prototype;
    if (typeof sendLogin7Packet !== 'function')
        throw new Error('This version of tedious cannot be guarded');
    class GuardedConnection extends tedious.Connection {
        #encrypted = false;
        #serverMessages = [];
        constructor(config) {
            super(config);
            this.on('secure', () => {
                this.#encrypted = true;
            });
            this.on('errorMessage', ({ number, message }) => {
                if (this.#serverMessages.length < 10)
                    this.#serverMessages.push({ number, message });
            });
            Object.defineProperty(this, 'sendLogin7Packet', {
                value: () => {
                    if (encryptionRequired && !this.#encrypted)
                        throw new EncryptionRefused('The server does not encrypt');
                    sendLogin7Packet?.call(this);
                },
            });
        }
        /** Whether the whole session is encrypted, not only its login. */
        get isEncrypted() {
            return this.#encrypted;
        }
        connect(listener) {
            super.connect((error) => {
                if (error)
                    Object.assign(error, { serverMessages: this.#serverMessages });
                listener?.(error);
            });
        }
    }
    return { ...tedious, Connection: GuardedConnection };
}
