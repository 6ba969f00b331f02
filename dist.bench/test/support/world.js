import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.js';
/**
 * Runs one command line within this process, which is quicker than in one of its own: for what does not
 * depend on the process around it.
 */
export async function runHere(words, options = {}) {
    const heard = { stdout: '', stderr: '' };
    const code = await main(words, fakeWorld(heard, options));
    return { code, ...heard };
}
/** A world without a terminal, a home or an environment; what is written to it is to be found in `heard`. */
export function fakeWorld(heard, options = {}) {
    const { env = {}, stdin = '', isTTY = false, columns, cwd = tmpdir(), clock = () => new Date() } = options;
    const handlers = new Set();
    const interrupt = () => {
        for (const handler of [...handlers])
            handler('SIGTERM');
    };
    const into = (stream) => new Writable({
        write(chunk, _encoding, done) {
            heard[stream] += String(chunk);
            if (stream === 'stderr' && options.interruptWhen?.test(String(chunk)))
                interrupt();
            done();
        },
    });
    return {
        stdin: Object.assign(Readable.from([stdin]), { isTTY: false }),
        stdout: Object.assign(into('stdout'), { isTTY, ...(columns && { columns }) }),
        stderr: Object.assign(into('stderr'), { isTTY }),
        env: { HOME: '/nowhere', ...env },
        cwd,
        platform: process.platform,
        homeDirectory: '/nowhere',
        clock,
        random: (bytes) => randomBytes(bytes),
        actor: 'cli:tester@test',
        onInterrupt: (handler) => {
            handlers.add(handler);
            return () => void handlers.delete(handler);
        },
    };
}
