import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { readTarGz } from '../../packaging/archives/tar.js';
import { bundle, type Product } from '../../packaging/bundle.js';
import type { ArchivedFile as Entry } from '../../src/cli/output/files/tar.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { closedPort } from '../support/fake-servers/listen.js';
import { type CliResult, type RunningCli, startCommand } from '../support/processes/cli.js';

const SECONDS = Date.UTC(2026, 10, 29, 23, 51, 14) / 1000;

/** Only what npm has installed here, so that the test needs no network. */
const platforms = [`${process.platform}-${process.arch}`];

let products: Product[] = [];
let files: Entry[] = [];
/** Where the archive is unpacked: far from the clone and its node_modules. */
let root = '';

before(async () => {
  products = await bundle('unix', SECONDS, platforms);
  files = readTarGz(products[0]?.bytes ?? Buffer.alloc(0));
  const directory = await temporaryDirectory('bundle');
  for (const { path, bytes, isProgram } of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
    if (isProgram) await chmod(join(directory, path), 0o755);
  }
  root = join(directory, dirname(files.find(({ path }) => path.endsWith('/CHANGELOG.md'))?.path ?? ''));
});

/** Starts the program as it lies there, without any registry. */
async function start(words: readonly string[], env: Record<string, string> = {}): Promise<RunningCli> {
  const registry = `http://127.0.0.1:${await closedPort()}/`;
  return startCommand(process.execPath, [join(root, 'bin', 'scimctl.js'), ...words], {
    env: { npm_config_registry: registry, ...env },
  });
}

async function run(words: readonly string[], env?: Record<string, string>): Promise<CliResult> {
  const result = await (await start(words, env)).end();
  assert.equal(result.code, 0, `${words.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result;
}

describe('the archive', () => {
  it('is below 15 MB with the embedded database', () => {
    assert.ok((products[0]?.bytes.length ?? Number.POSITIVE_INFINITY) < 15_000_000);
  });

  it('has the program, its SQL, its pages, licences and bill of materials', () => {
    const paths = files.map(({ path }) => path.replace(/^[^/]+\//, ''));
    for (const path of [
      'bin/scimctl.js',
      'sql/mssql/0001_initial.sql',
      'docs/install.md',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'THIRD-PARTY-NOTICES.txt',
      'sbom.cdx.json',
      'dist/src/pglite.wasm',
      `node_modules/@koromix/koffi-${platforms[0]}/package.json`,
    ]) {
      assert.ok(paths.includes(path), path);
    }
    assert.deepEqual(
      files.filter(({ isProgram }) => isProgram).map(({ path }) => path.replace(/^[^/]+\//, '')),
      ['bin/scimctl.js'],
    );
  });

  it('names in its bill and its notices what it contains, and no cloud library', () => {
    const bill = JSON.parse(products[1]?.bytes.toString('utf8') ?? '');
    const names = (bill.components as { name: string }[]).map(({ name }) => name);
    const notices = files
      .find(({ path }) => path.endsWith('/THIRD-PARTY-NOTICES.txt'))
      ?.bytes.toString('utf8');

    for (const name of [
      'knex',
      'pg',
      'tedious',
      'koffi',
      '@electric-sql/pglite',
      'PostgreSQL',
      'ICU',
      'zlib',
      `@koromix/koffi-${platforms[0]}`,
      'commander',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.deepEqual(
      names.filter((name) => name.startsWith('@azure')),
      [],
    );
    assert.match(notices ?? '', /UNICODE LICENSE V3/);
    for (const name of names) assert.ok(notices?.includes(`\n  ${name} `), name);
    const references = [bill.metadata.component, ...bill.components].map((each) => each['bom-ref'] as string);
    assert.equal(new Set(references).size, references.length);
    for (const { ref, dependsOn = [] } of bill.dependencies) {
      for (const each of [ref, ...dependsOn]) assert.ok(references.includes(each), each);
    }
  });

  it('names in its bill every package that it has a directory of', () => {
    const bill = JSON.parse(products[1]?.bytes.toString('utf8') ?? '');
    const names = (bill.components as { name: string }[]).map(({ name }) => name);
    const found = files.flatMap(
      ({ path }) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );

    assert.ok(found.length >= 2);
    for (const name of found) assert.ok(names.includes(name), name);
  });

  it('says nothing of the machine on which it was made', () => {
    for (const { path, bytes } of files) {
      assert.equal(bytes.includes(projectDirectory.replace(/[\\/]$/, '')), false, path);
    }
  });

  it('is the same bytes when it is made again', async () => {
    const again = await bundle('unix', SECONDS, platforms);
    assert.deepEqual(
      again.map(({ name, bytes }) => [
        name,
        bytes.equals(products.find((each) => each.name === name)?.bytes ?? Buffer.alloc(0)),
      ]),
      again.map(({ name }) => [name, true]),
    );
  });

  it('can load koffi, which integrated security needs', async () => {
    const script = join(root, 'bin', 'koffi.mjs');
    await writeFile(script, "import koffi from 'koffi';\nconsole.log(koffi.sizeof('int'));\n");
    const { code, stdout } = await (await startCommand(process.execPath, [script])).end();
    assert.deepEqual([code, stdout], [0, '4\n']);
  });

  it('starts an embedded database', async () => {
    const url = `embedded:${join(await temporaryDirectory(), 'database')}`;
    const { stdout } = await run(['db', 'migrate', '-o', 'json'], { SCIMCTL_DATABASE: url });
    assert.ok((JSON.parse(stdout) as { applied: unknown[] }).applied.length > 0);
  });
});

describe('the page about installing', { skip: process.platform !== 'linux' && 'for Linux' }, () => {
  it('verifies, unpacks, links, starts and removes it with its own commands', async () => {
    const directory = await temporaryDirectory('install');
    const { name, bytes } = products[0] ?? { name: '', bytes: Buffer.alloc(0) };
    await writeFile(join(directory, name), bytes);
    const sum = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(directory, 'SHA256SUMS'), `${sum}  ${name}\n${'0'.repeat(64)}  another.zip\n`);
    await mkdir(join(directory, 'bin'));
    const page = await readFile(join(projectDirectory, 'docs', 'install.md'), 'utf8');
    const block = (first: string) => {
      const [, found] = new RegExp(`\\n\`\`\`sh\\n(${first}[\\s\\S]*?)\`\`\``).exec(page) ?? [];
      assert.ok(found !== undefined, first);
      const here = found
        .replaceAll('/opt/', `${directory}/opt/`)
        .replaceAll('/usr/local/bin', `${directory}/bin`);
      return here
        .replace(/^(?=scimctl )/m, `${directory}/bin/`)
        .replaceAll('scimctl-0.1.0', name.replace('-unix.tar.gz', ''));
    };
    const sh = async (text: string) => {
      const result = await (await startCommand('/bin/sh', ['-e', '-c', text], { cwd: directory })).end();
      assert.equal(result.code, 0, `${text}\n${result.stderr}`);
      return result.stdout;
    };

    assert.equal(await sh(block('sha256sum')), `${name}: OK\n`);
    assert.match(await sh(block('mkdir')), /^\d+\.\d+\.\d+\n$/);
    await sh(block('rm /usr'));
    assert.deepEqual(
      (await readdir(join(directory, 'opt'))).concat(await readdir(join(directory, 'bin'))),
      [],
    );

    await writeFile(join(directory, name), Buffer.concat([bytes, Buffer.alloc(1)]));
    const changed = await (
      await startCommand('/bin/sh', ['-c', block('sha256sum')], { cwd: directory })
    ).end();
    assert.equal(changed.code, 1);
  });
});

forEachEngine('the unpacked program', (engine) => {
  it('takes an empty database to a connection that an IdP can use', async () => {
    const { url } = await engine.freshDatabase();
    const env = { SCIMCTL_DATABASE: url };
    await run(['db', 'migrate'], env);
    await run(['host', 'install-reference'], env);
    await run(['idp', 'add', 'entra'], env);
    const { stdout: token } = await run(['token', 'create', '--idp', 'entra', '-q'], env);

    const server = await start(['serve', '--port', '0', '-o', 'json'], env);
    await server.waitFor(/"event":"listening"/);
    const { url: at } = JSON.parse(server.stdout) as { url: string };
    const probe = await run(
      ['probe', '--url', `${at}/scim/v2`, '--idp', 'entra', '--write', '--yes', '-o', 'json'],
      {
        ...env,
        SCIMCTL_PROBE_TOKEN: token.trim(),
      },
    );
    server.kill('SIGTERM');
    await server.end();

    const { status, checks } = JSON.parse(probe.stdout) as { status: string; checks: { status: string }[] };
    assert.equal(status, 'pass', probe.stdout);
    assert.ok(checks.length > 10);
  });
});
