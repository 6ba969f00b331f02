import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { samplePath } from './vectors.js';
const run = promisify(execFile);
/** Why the C# sample cannot be run here; undefined where it can. */
export async function csharpMissing() {
    for (const program of ['mcs', 'mono']) {
        const found = await run(program, ['--version']).catch(() => undefined);
        if (!found)
            return `${program} is not installed`;
    }
    return undefined;
}
/** Compiles `docs/samples/VerifyToken.cs` with its harness. @returns the program. */
export async function compileCsharp() {
    const program = join(await temporaryDirectory('csharp'), 'verify.exe');
    const harness = join(projectDirectory, 'test', 'fixtures', 'verify-token-harness.cs');
    // C# 5 is what .NET Framework's own compiler takes.
    const options = ['-langversion:5', '-warnaserror', '-r:System.Data.dll', `-out:${program}`];
    await run('mcs', [...options, samplePath('VerifyToken.cs'), harness]);
    return program;
}
/** Sends the requests, one a line, and reads an answer for each. */
export async function askCsharp(program, args, requests) {
    const running = run('mono', [program, ...args], { timeout: 120_000 });
    running.child.stdin?.end(requests.map((fields) => `${fields.join('\t')}\n`).join(''));
    return (await running).stdout.trimEnd().split('\n');
}
