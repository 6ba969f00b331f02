import { Worker } from 'node:worker_threads';
import { packet, STARTUP } from './wire.js';
/** PostgreSQL's words for a full disk (ENOSPC). */
export const NO_SPACE = 'No space left on device';
/** PostgreSQL has stopped and must be started anew; what was committed is safe. */
export class EngineStopped extends Error {
    name = 'EngineStopped';
    get diskFull() {
        return this.message.includes(NO_SPACE);
    }
}
/**
 * Starts PGlite on its directory, making the database there if there is none: 0.5 s, or 3 s the first time.
 * @throws EngineStopped, after the last thread that could touch the directory has ended.
 */
export async function startEngine(dataDirectory) {
    const worker = new Worker(new URL('./engine-worker.js', import.meta.url), {
        workerData: dataDirectory,
        execArgv: [],
    });
    let waiting;
    let end;
    let reason = 'it ended unexpectedly';
    worker.on('message', (reply) => {
        if (reply.kind === 'stopped') {
            reason = reply.reason;
            return;
        }
        waiting?.resolve(reply);
        waiting = undefined;
    });
    worker.on('error', (error) => {
        reason = error.message;
    });
    const stopped = new Promise((resolve) => {
        worker.once('exit', () => {
            end = new EngineStopped(reason);
            waiting?.reject(end);
            resolve(end);
        });
    });
    const reply = () => new Promise((resolve, reject) => {
        if (end)
            reject(end);
        else
            waiting = { resolve, reject };
    });
    const ask = (request) => {
        const answer = reply();
        worker.postMessage(request);
        return answer;
    };
    const execute = async (bytes) => {
        const answer = await ask({ kind: 'execute', bytes });
        const output = answer.kind === 'answer' ? answer.bytes : new Uint8Array();
        return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
    };
    await reply();
    return {
        greeting: await execute(packet(STARTUP.protocol3, Buffer.from('user\0postgres\0database\0postgres\0\0'))),
        execute,
        stopped,
        kill: (why) => {
            reason = why;
            void worker.terminate();
        },
        close: async () => {
            await ask({ kind: 'close' }).catch(() => undefined);
            await worker.terminate();
        },
    };
}
