import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { tieToThisProcess, within } from './children.js';
import { cleanEnvironment, projectDirectory, temporaryDirectory } from './environment.js';
export const binFile = join(projectDirectory, 'bin', 'scimctl.js');
/** Starts the command line as a process of its own. */
export const startCli = (args, options = {}) => startCommand(process.execPath, [binFile, ...args], options);
/** The same of another program, such as a shell that starts the command line. */
export async function startCommand(program, args, options = {}) {
    const home = options.home ?? (await temporaryDirectory('home'));
    const child = spawn(program, args, {
        cwd: options.cwd ?? home,
        env: cleanEnvironment(home, options.env),
    });
    tieToThisProcess(child);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
        child[stream].setEncoding('utf8').on('data', (text) => {
            said[stream] += text;
            child.emit('said');
        });
    }
    // A program that ends without reading what it was given is no fault of the test.
    child.stdin.on('error', () => { });
    child.stdin.end(options.stdin);
    const result = new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => resolve({ code, signal, ...said }));
    });
    result.catch(() => { }); // Whoever waits for it is told.
    return {
        pid: child.pid ?? -1,
        get stdout() {
            return said.stdout;
        },
        get stderr() {
            return said.stderr;
        },
        waitFor: (pattern, timeoutMs = 30_000) => outputMatching(child, said, pattern, timeoutMs),
        kill: (signal = 'SIGTERM') => void child.kill(signal),
        async end(timeoutMs = 60_000) {
            const ended = await within(timeoutMs, result);
            if (ended)
                return ended;
            child.kill('SIGKILL');
            throw new Error(`${[program, ...args].join(' ')} did not end within ${timeoutMs} ms\n${transcript(said)}`);
        },
    };
}
/** Runs the command line to its end, whatever that is. */
export async function runCli(args, options = {}) {
    const running = await startCli(args, options);
    const { timeoutMs, killAfterMs } = options;
    const blow = killAfterMs === undefined ? undefined : setTimeout(() => running.kill('SIGKILL'), killAfterMs);
    try {
        return await running.end(timeoutMs);
    }
    finally {
        clearTimeout(blow);
    }
}
/** Runs the command line, which must succeed. */
export async function runCliOk(args, options = {}) {
    const result = await runCli(args, options);
    assert.equal(result.code, 0, `${shown(args)} ended with ${result.signal ?? result.code}\n${transcript(result)}`);
    return result;
}
/** Runs the command line with `-o json`, which must succeed, and reads its answer. */
export async function runJson(args, options = {}) {
    const { stdout } = await runCliOk([...args, '-o', 'json'], options);
    try {
        return JSON.parse(stdout);
    }
    catch {
        throw new Error(`${shown(args)} -o json did not print one JSON document:\n${stdout}`);
    }
}
function outputMatching(child, said, pattern, timeoutMs) {
    return new Promise((resolve, reject) => {
        const finish = (error) => {
            clearTimeout(limit);
            child.off('said', look).off('close', ended);
            if (error)
                reject(error);
            else
                resolve();
        };
        const missing = (why) => new Error(`${why}, without ${pattern}\n${transcript(said)}`);
        const look = () => pattern.test(`${said.stdout}\n${said.stderr}`) && finish();
        const ended = () => finish(missing('the program ended'));
        const limit = setTimeout(() => finish(missing(`${timeoutMs} ms have passed`)), timeoutMs);
        child.on('said', look).once('close', ended);
        look();
    });
}
const shown = (args) => `scimctl ${args.join(' ')}`;
const transcript = ({ stdout, stderr }) => `--- stdout ---\n${stdout}\n--- stderr ---\n${stderr}`;
