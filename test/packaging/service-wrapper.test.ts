import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { bundle } from '../../packaging/bundle.js';
import { readPage } from '../docs/markdown.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { buildDotnet, dotnet, programFile, sdkMissing } from '../support/running/dotnet.js';

const FOLDER = join(projectDirectory, 'packaging', 'windows-service');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const built = async (): Promise<{ sdk: string; sha256: string }> =>
  JSON.parse(await readFile(join(FOLDER, 'built.json'), 'utf8'));
const committed = () => readFile(join(FOLDER, 'scimctl-service.exe'));

const HARNESS = {
  project: join(projectDirectory, 'test/fixtures/service-wrapper'),
  sources: [join(FOLDER, 'ServiceWrapper.cs')],
};
const run = (...words: string[]) => promisify(execFile)('dotnet', [programFile(HARNESS), ...words]);

const missing = await sdkMissing();

describe('the wrapper of the Windows service', () => {
  it('is the file whose checksum is in the pages, a program of .NET Framework 4', async () => {
    const bytes = await committed();
    const { sha256: expected } = await built();

    assert.equal(sha256(bytes), expected);
    assert.ok((await readPage('docs/windows.md')).includes(expected));
    assert.ok(bytes.length < 16_384, `${bytes.length} bytes`);
    const text = bytes.toString('latin1');
    assert.match(text, /^MZ/);
    assert.match(text, /v4\.0\.30319/);
    assert.match(text, /\.NETFramework,Version=v4\.6\.2/);
  });

  it('is made of its source, byte for byte by the same SDK', { skip: missing }, async (test) => {
    const artifacts = await temporaryDirectory('wrapper');
    const options = [
      '-nologo',
      '-verbosity:quiet',
      '-nodeReuse:false',
      '-property:UseSharedCompilation=false',
    ];
    const words = ['build', FOLDER, '--configuration', 'Release', '--artifacts-path', artifacts, ...options];
    const failed = await dotnet(words, 300_000).then(
      () => undefined,
      (error: { stdout: string; killed: boolean }) => error,
    );
    if (failed?.killed || /error NU1(301|101|100)/.test(failed?.stdout ?? '')) {
      return test.skip('the reference assemblies cannot be fetched from NuGet');
    }
    assert.equal(failed, undefined, failed?.stdout);

    const { sdk, sha256: expected } = await built();
    const version = (await dotnet(['--version'])).stdout.trim();
    const bytes = await readFile(join(artifacts, 'bin', 'scimctl-service', 'release', 'scimctl-service.exe'));
    // Another compiler may write the same program in other bytes.
    if (version === sdk) assert.equal(sha256(bytes), expected);
  });

  it('reads its configuration, and keeps its log below a size', { skip: missing }, async (test) => {
    const why = await buildDotnet(HARNESS);
    if (why !== undefined) return test.skip(why);
    const directory = await temporaryDirectory('wrapper');
    const conf = join(directory, 'scimctl.conf');
    await writeFile(
      conf,
      '# a=comment\r\nservice=scimctl\r\narguments="a b.js" --base-url https://x/?a=b\r\nlog=C:\\Übersicht\\x.log\r\n',
    );

    assert.equal((await run('setting', conf, 'arguments')).stdout, '"a b.js" --base-url https://x/?a=b');
    assert.equal((await run('setting', conf, 'log')).stdout, 'C:\\Übersicht\\x.log');
    const lacking = await run('setting', conf, 'program').catch((error: { stderr: string }) => error);
    assert.match(lacking.stderr, /scimctl\.conf has no line program=/);

    const log = join(directory, 'serve.log');
    await run('log', log, '110');
    const names = (await readdir(directory)).filter((name) => name.startsWith('serve.log')).sort();
    assert.deepEqual(names, [
      'serve.log',
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `serve.log.${number}`),
    ]);
    for (const name of names) assert.ok((await stat(join(directory, name))).size < 12_000_000, name);
    const last = await readFile(log, 'utf8');
    assert.match(last, /^109 ü/m);
    assert.ok(!/^\ufeff/.test(last));
  });

  it('loses no line and no older log while another program has a file open', {
    skip: missing,
  }, async (test) => {
    const why = await buildDotnet(HARNESS);
    if (why !== undefined) return test.skip(why);
    const directory = await temporaryDirectory('wrapper');
    const log = join(directory, 'serve.log');
    const older = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `${log}.${number}`);
    const olderTexts = () => Promise.all(older.map((path) => readFile(path, 'utf8').catch(() => 'gone')));
    const firstWords = async (path: string) =>
      [...(await readFile(path, 'utf8')).matchAll(/^(\d+) /gm)].map(([, number]) => Number(number));

    // Where a reader lets nobody write, lines wait for the next one, or for a second.
    await run('held', log, 'write');
    assert.equal(await readFile(log, 'utf8'), '1\r\n2\r\n3\r\n4\r\n');
    await rm(log);
    await run('held', log, 'wait');
    assert.equal(await readFile(log, 'utf8'), '1\r\n2\r\n3\r\n');
    await rm(log);

    // Where it cannot be renamed, as here because of a directory, it grows, and nothing else is touched.
    for (const path of older) await writeFile(path, path);
    await mkdir(`${log}.next`);
    await run('log', log, '30');
    assert.deepEqual(await olderTexts(), older);
    assert.deepEqual(
      await firstWords(log),
      Array.from({ length: 30 }, (_, number) => number),
    );

    // Where an older one cannot be renamed, only the oldest has made room, however often it is tried.
    await rm(log);
    await rmdir(`${log}.next`);
    await rm(`${log}.4`);
    await mkdir(`${log}.4`);
    await run('log', log, '40');
    assert.deepEqual(
      (await olderTexts()).map((text, at) => (at === 3 ? undefined : text === older[at])),
      [true, true, true, undefined, true, true, true, true],
    );
    assert.deepEqual(
      [...(await firstWords(`${log}.next`)), ...(await firstWords(log))],
      Array.from({ length: 40 }, (_, number) => number),
    );
  });

  it('is in the archive for Windows, and in that alone', async () => {
    const [windows] = await bundle('windows', 1_764_000_000, []);
    const [unix] = await bundle('unix', 1_764_000_000, []);

    assert.ok(windows?.bytes.includes('/service/scimctl-service.exe'));
    assert.ok(!unix?.bytes.includes('/service/scimctl-service.exe'));
  });
});
