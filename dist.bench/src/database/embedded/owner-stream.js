import { Duplex } from 'node:stream';
import { errorFields, HANDED_OVER, messageLength, messagesIn } from './wire.js';
const EXPECTS_READY = 'QSF';
const TERMINATE = 'X';
/** Notices, parameters and notifications come when they like and answer nothing. */
const ANSWERS_NOTHING = 'NSA';
/**
 * What pg takes for its socket. `connect` pays no heed to host and port but finds the owner of the day; and
 * when that owner hands over between two transactions, what it had not begun is asked of the next one,
 * and pg never knows. An error on the way (a Problem, mostly) reaches whoever asked pg.
 */
export class OwnerStream extends Duplex {
    findOwner;
    #link;
    #connecting = false;
    /** pg's first packet, said again to every owner. */
    #startup;
    /** This owner has answered it. */
    #greeted = false;
    /** Some owner has: pg must not see a second answer. */
    #everGreeted = false;
    #received = Buffer.alloc(0);
    /** What pg wrote since its session was last at rest, and whether any of that was answered. */
    #asked = [];
    #answered = false;
    #readyExpected = 0;
    constructor(findOwner) {
        super();
        this.findOwner = findOwner;
    }
    connect() {
        if (this.#connecting)
            return this;
        this.#connecting = true;
        this.findOwner()
            .then((socket) => this.#adopt(socket))
            .catch((error) => this.destroy(error));
        return this;
    }
    /** Local sockets have neither delays nor keep-alives; pg asks all the same. */
    setNoDelay() {
        return this;
    }
    setKeepAlive() {
        return this;
    }
    ref() {
        this.#link?.ref();
        return this;
    }
    unref() {
        this.#link?.unref();
        return this;
    }
    _read() {
        this.#link?.resume();
    }
    /** pg writes whole messages, one at a time. */
    _write(chunk, _encoding, done) {
        const type = String.fromCharCode(chunk[0] ?? 0);
        if (!this.#startup) {
            this.#startup = chunk;
            this.#link?.write(chunk);
        }
        else if (type === TERMINATE) {
            this.#link?.write(chunk);
        }
        else {
            if (!this.#answered)
                this.#asked.push(chunk);
            if (EXPECTS_READY.includes(type))
                this.#readyExpected++;
            if (this.#greeted)
                this.#link?.write(chunk);
            else if (!this.#link)
                this.connect();
        }
        done();
    }
    _final(done) {
        if (this.#link) {
            this.#link.end(done);
        }
        else {
            done();
            this.destroy();
        }
    }
    _destroy(error, done) {
        this.#link?.destroy();
        done(error);
    }
    #adopt(socket) {
        this.#connecting = false;
        if (this.destroyed) {
            socket.destroy();
            return;
        }
        this.#link = socket;
        this.#received = Buffer.alloc(0);
        socket.on('data', (chunk) => this.#receive(socket, chunk));
        socket.once('close', () => this.#lost(socket));
        if (this.#startup)
            socket.write(this.#startup);
        else
            this.emit('connect');
        socket.resume();
    }
    /** Without a word, so it died. Where nothing had been asked of it, the next one may as well be. */
    #lost(socket) {
        if (this.#link !== socket)
            return;
        if (this.#greeted || this.writableEnded)
            this.destroy();
        else
            this.#next(socket);
    }
    /** Turns to the next owner: now if there is something to ask, else when there is. */
    #next(socket) {
        this.#link = undefined;
        this.#greeted = false;
        socket.destroy();
        if (this.writableEnded)
            this.destroy();
        else if (!this.#everGreeted || this.#asked.length > 0)
            this.connect();
    }
    #receive(socket, chunk) {
        if (this.#link !== socket)
            return;
        this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : chunk;
        const whole = messageLength(this.#received);
        const messages = this.#received.subarray(0, whole);
        this.#received = this.#received.subarray(whole);
        let from = 0;
        let to = 0;
        for (const { type, body } of messagesIn(messages)) {
            const end = to + 5 + body.length;
            if (type === 'E' && !this.#answered && errorFields(body).M === HANDED_OVER) {
                this.#pass(messages.subarray(from, to));
                this.#next(socket);
                return;
            }
            if (!this.#greeted) {
                if (type === 'Z')
                    this.#greet(socket);
                if (this.#everGreeted)
                    from = end;
                this.#everGreeted ||= this.#greeted;
            }
            else if (type === 'Z')
                this.#ready(body);
            else if (!ANSWERS_NOTHING.includes(type))
                this.#answer();
            to = end;
        }
        this.#pass(messages.subarray(from, to));
    }
    #greet(socket) {
        this.#greeted = true;
        for (const chunk of this.#asked)
            socket.write(chunk);
    }
    /** From here to the end of the transaction there is no turning to another owner. */
    #answer() {
        this.#answered = true;
        this.#asked = [];
    }
    #ready(body) {
        this.#readyExpected--;
        this.#answer();
        this.#answered = body.toString('latin1') !== 'I' || this.#readyExpected > 0;
    }
    #pass(bytes) {
        if (bytes.length > 0 && !this.push(bytes))
            this.#link?.pause();
    }
}
