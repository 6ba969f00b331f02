import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
export function realWorld() {
    return {
        // Node opens it when it is first looked at, which takes time that most commands need not spend.
        get stdin() {
            return process.stdin;
        },
        stdout: process.stdout,
        stderr: process.stderr,
        env: process.env,
        cwd: process.cwd(),
        platform: process.platform,
        get homeDirectory() {
            return user().homedir;
        },
        clock: () => new Date(),
        random: drawing(randomBytes),
        get actor() {
            return `cli:${user().username}@${hostname()}`.slice(0, 200);
        },
        onInterrupt: (handler) => {
            const signals = ['SIGINT', 'SIGTERM'];
            let called = false;
            // Not `process.once`: while a signal is delivered, inquirer ends the process if nobody else listens.
            const listener = (signal) => {
                if (!called)
                    handler(signal);
                called = true;
            };
            for (const signal of signals)
                process.on(signal, listener);
            return () => {
                for (const signal of signals)
                    process.off(signal, listener);
            };
        },
    };
}
/** A container may run as a user that has no name. */
function user() {
    try {
        return userInfo();
    }
    catch {
        return { username: `uid-${process.getuid?.() ?? 'unknown'}`, homedir: process.env.HOME ?? '/' };
    }
}
/** Of so many bytes at most: ids, never a secret, which is drawn by itself. */
const SMALL = 16;
const POOL = 4096;
/** Draws from a source, what is small out of a pool: asking the system costs more than an id is long. */
export function drawing(source) {
    let pool = new Uint8Array(0);
    let used = 0;
    return (bytes) => {
        if (bytes > SMALL)
            return source(bytes);
        if (used + bytes > pool.length)
            [pool, used] = [source(POOL), 0];
        used += bytes;
        return pool.slice(used - bytes, used);
    };
}
