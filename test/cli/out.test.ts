import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { noLinks, noModes, temporaryDirectory } from '../support/environment.js';
import { link } from '../support/people/provisioned.js';
import { allCommands } from '../support/processes/commands.js';
import { smallDisk, smallDiskMissing } from '../support/processes/small-disk.js';
import { runHere } from '../support/processes/world.js';

const WINDOWS = process.platform === 'win32';

/** Every command with --out, and a line that prints something. */
const KEEPING: Record<string, string[]> = {
  check: ['check'],
  seats: ['seats'],
  'db script': ['db', 'script', '--engine', 'mssql'],
  'db grants': ['db', 'grants', '--engine', 'postgres'],
  'db verify': ['db', 'verify'],
  'db status': ['db', 'status'],
  'host status': ['host', 'status'],
  'idp list': ['idp', 'list'],
  'idp show': ['idp', 'show', 'entra'],
  'idp sheet': ['idp', 'sheet', 'entra', '--base-url', 'https://iqm.example.com'],
  'token list': ['token', 'list'],
  'users pending': ['users', 'pending'],
  'users list': ['users', 'list'],
  'users show': ['users', 'show', '4'],
  'users preflight': ['users', 'preflight', 'users.csv'],
  'users reconcile': ['users', 'reconcile', 'users.csv', '--idp', 'entra'],
  'audit list': ['audit', 'list'],
  'audit export': ['audit', 'export'],
  'audit head': ['audit', 'head'],
  'audit verify': ['audit', 'verify'],
  'audit prune': ['audit', 'prune', '--before', '365d', '--head', 'head.json', '--dry-run'],
  explain: ['explain'],
  'token prune': ['token', 'prune', '--dry-run'],
};

const nameOf = ({ flags }: { flags: string }): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags;

const LISTED = ['--out'];
const REPORTED = ['--report', '--out'];
/** Every option that writes a file which may be there already, or must not be. */
const WRITING: Record<string, string[]> = {
  init: ['--token-file'],
  ...Object.fromEntries(Object.keys(KEEPING).map((title) => [title, LISTED])),
  'host scaffold': LISTED,
  'audit new-key': ['--key-file', '--out'],
  'audit export': ['--head-file', '--proof', '--out'],
  'audit list': REPORTED,
  'users pending': REPORTED,
  'users reconcile': REPORTED,
  seats: REPORTED,
  'token show': LISTED,
  'token create': ['--token-file', '--out'],
  'token rotate': ['--token-file', '--out'],
  'service print': LISTED,
  'support bundle': LISTED,
  probe: LISTED,
};
/** What a command needs beside. */
const NEEDED: Record<string, string[]> = {
  ...KEEPING,
  'users reconcile': ['users', 'reconcile', 'users.json'],
  'users preflight': ['users', 'preflight', 'users.json'],
  'audit prune': ['audit', 'prune', '--before', '365d', '--head', 'head.json'],
  'audit export': ['audit', 'export', '--since', '2026-01-01'],
  'audit new-key': ['audit', 'new-key', '--key-file', 'new.pem'],
  'token create': ['token', 'create', '--idp', 'entra'],
  'token rotate': ['token', 'rotate', '--idp', 'entra'],
  'token show': ['token', 'show', 'abcdefgh'],
  probe: ['probe', '--url', 'https://iqm.example.com/scim/v2'],
};
/** Options that name a file which is read; some are written as well, where they hold what the command puts there. */
const READ = [
  ...['--head', '--public-key', '--binding', '--from', '--signing-key', '--since-last', '--ca', '--tls-cert'],
  ...['--tls-key', '--tls-pfx', '--tls-pfx-password-file', '--user-schemas', '--on-pending-secret-file'],
  ...['--on-pending-ca', '--jobs-config', '--program', '--node', '--wrapper', '--dir'],
];
const READ_BY: Record<string, string[]> = {
  'token verify': ['--token-file'],
  'token new-key': ['--key-file'],
  probe: ['--token-file'],
};

// On one engine: what is printed is the same on all.
forEachEngine(
  '--out',
  (engine) => {
    let product: Product;
    let directory: string;
    const run = (...words: string[]) =>
      runHere(words, { env: { SCIMCTL_DATABASE: product.url }, cwd: directory });
    const read = (name: string) => readFile(join(directory, name));

    before(async () => {
      product = await freshProduct(engine);
      directory = await temporaryDirectory();
      const idp = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await createToken(product.core, 'entra', { expiresInMs: null });
      await product.test.query("update app.users set display_name = 'Zoë 김민수' where id = 4");
      await link(product, idp, '4', { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
      await writeFile(
        join(directory, 'users.csv'),
        'userPrincipalName,displayName\r\nzoe@contoso.example,Zoë\r\n',
      );
      await run('audit', 'seal', '--margin', '0s');
      await run('audit', 'head', '-o', 'json', '--out', 'head.json');
    });
    after(() => product.close());

    it('is there wherever output is meant to be kept', async () => {
      const found = (await allCommands())
        .filter(({ command }) => command.options?.some(({ flags }) => flags.startsWith('--out <')))
        .map(({ path }) => path.join(' '));
      // What the tokens print is a secret; their --out is for the SQL of --script. The scaffold needs an application.
      // A key is never made twice: audit-signature.test.ts has it. The probe needs an endpoint: probe.test.ts.
      // The support bundle is an archive: support-bundle.test.ts. A service is several files: service-print.test.ts.
      const apart = [
        'probe',
        'token show',
        'token create',
        'token rotate',
        'host scaffold',
        'audit new-key',
        'support bundle',
        'service print',
      ];
      assert.deepEqual(found.sort(), [...Object.keys(KEEPING), ...apart].sort());
    });

    for (const [name, words] of Object.entries(KEEPING)) {
      for (const format of ['table', 'json', 'csv']) {
        it(`${name} -o ${format}: the file has what stdout would have, and stdout nothing`, async () => {
          const printed = await run(...words, '-o', format);
          const kept = await run(...words, '-o', format, '--out', 'kept');

          assert.deepEqual([kept.code, kept.stdout], [printed.code, ''], kept.stderr);
          assert.match(kept.stderr, /^Written to kept\.$/m);
          const text = (await read('kept')).toString('utf8');
          const isCsv =
            format === 'csv' && !['db script', 'db grants', 'idp sheet', 'audit head'].includes(name);
          assert.equal(text, `${isCsv ? '\uFEFF' : ''}${printed.stdout}`);
          assert.deepEqual(
            (await readdir(directory)).filter((file) => file.endsWith('.tmp')),
            [],
          );
        });
      }
    }

    it('has a token by its id, which differs in each run', async () => {
      const [{ id }] = JSON.parse((await run('token', 'list', '-o', 'json')).stdout);
      const printed = await run('token', 'show', id, '-o', 'json');
      const kept = await run('token', 'show', id, '-o', 'json', '--out', 'kept');
      assert.deepEqual([kept.code, kept.stdout], [0, ''], kept.stderr);
      assert.equal((await read('kept')).toString('utf8'), printed.stdout);
    });

    it('says nothing with -q', async () => {
      assert.equal((await run('seats', '-q', '--out', 'quiet')).stderr, '');
    });

    it('named - is stdout', async () => {
      assert.deepEqual(await run('seats', '--out', '-'), await run('seats'));
    });

    it('takes the place of a file, and keeps its mode; a new one is as any new file is', {
      skip: noModes,
    }, async () => {
      const path = join(directory, 'private.csv');
      await writeFile(path, 'of yesterday');
      await chmod(path, 0o640);
      const mask = process.umask();

      await run('seats', '-o', 'csv', '--out', 'private.csv');
      await run('seats', '-o', 'csv', '--out', 'new.csv');

      assert.equal((await stat(path)).mode & 0o777, 0o640);
      assert.equal((await stat(join(directory, 'new.csv'))).mode & 0o777, 0o666 & ~mask);
      assert.match(await readFile(path, 'utf8'), /^\uFEFFlicenceType/);
    });

    it('through a link replaces what it leads to, not the link', {
      skip: noLinks,
    }, async () => {
      await mkdir(join(directory, 'real'));
      await writeFile(join(directory, 'real', 'seats.csv'), 'of yesterday');
      await symlink(join('real', 'seats.csv'), join(directory, 'linked.csv'));

      await run('seats', '-o', 'csv', '--out', 'linked.csv');

      assert.match((await read(join('real', 'seats.csv'))).toString(), /licenceType/);
      assert.ok((await stat(join(directory, 'linked.csv'))).isFile());
    });

    it('that is no plain file is written to, and stays what it is', {
      skip: WINDOWS && 'on Windows, devices and pipes are in no directory',
    }, async () => {
      const device = await run('seats', '--out', '/dev/null');
      assert.equal(device.code, 0, device.stderr);
      assert.ok((await stat('/dev/null')).isCharacterDevice());

      const fifo = join(directory, 'fifo');
      if (spawnSync('mkfifo', [fifo]).status !== 0) return;
      const [reading] = await Promise.all([readFile(fifo, 'utf8'), run('seats', '-o', 'csv', '--out', fifo)]);
      assert.match(reading, /licenceType/);
      assert.ok((await stat(fifo)).isFIFO());
    });

    it('leaves the file as it was where the command fails, and no other file', async () => {
      await writeFile(join(directory, 'kept.csv'), 'of yesterday');

      for (const words of [
        ['users', 'pending', '--idp', 'nobody'],
        ['idp', 'sheet', 'nobody'],
        ['seats', '--database', 'embedded:'],
      ]) {
        const { code } = await run(...words, '--out', 'kept.csv');
        assert.notEqual(code, 0);
      }

      assert.equal((await read('kept.csv')).toString(), 'of yesterday');
      assert.deepEqual(
        (await readdir(directory)).filter((file) => file.endsWith('.tmp')),
        [],
      );
    });

    it('is kept where the command ends well with another exit code', async () => {
      const { code } = await run(
        'users',
        'pending',
        '--fail-on-findings',
        '-o',
        'csv',
        '--out',
        'findings.csv',
      );
      assert.equal(code, 5);
      assert.match((await read('findings.csv')).toString(), /Zoë 김민수/);
    });

    it('that cannot be written is refused before anything is done', async () => {
      for (const [name, why] of [
        [join('nowhere', 'x'), 'ENOENT'],
        ['.', 'EISDIR'],
      ] as const) {
        const { code, stdout, stderr } = await run('seats', '--out', name);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(stderr, new RegExp(`\\(${why}\\)\\. \\[out-unwritable\\]`));
      }
    });

    it('is not a file that the command reads', async () => {
      const kept = { 'users.csv': await read('users.csv'), 'head.json': await read('head.json') };
      for (const [words, out] of [
        [['users', 'preflight', 'users.csv'], './users.csv'],
        [['users', 'preflight', 'head.json', 'users.csv'], 'users.csv'],
        [['audit', 'verify', '--head', 'head.json'], join(directory, 'head.json')],
        [['audit', 'export', '--head-file', 'head.json'], 'head.json'],
        // Neither is there yet.
        [['users', 'pending', '--report', 'both.html'], 'both.html'],
        [['idp', 'list', '--config', 'users.csv'], 'users.csv'],
        [['idp', 'list', '--database', '@users.csv#ERP'], 'users.csv'],
      ] as const) {
        const { code, stdout, stderr } = await run(...words, '--out', out);
        assert.deepEqual([code, stdout], [2, ''], words.join(' '));
        assert.match(stderr, /^Error: --out names .*\. \[options-conflict\]/);
      }
      for (const [name, content] of Object.entries(kept)) assert.deepEqual(await read(name), content, name);

      // What names no file may have the name of one.
      await writeFile(join(directory, 'entra'), 'the sheet of last year');
      assert.equal((await run('idp', 'show', 'entra', '--out', 'entra')).code, 0);
    });

    it('is not a file of the settings, and neither is a file of any other option that writes one', async () => {
      const at = (name: string) => join(directory, name);
      const files = {
        'config.json': JSON.stringify({ tokenKeysFile: 'keys.txt', serve: { tlsKey: 'tls.pem' } }),
        'keys.txt': 'a key',
        'tls.pem': 'another key',
        'password.txt': 'a password',
        'ca.pem': 'a certificate',
        'users.json': '[]',
      };
      for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
      if (!noLinks) await symlink(at('users.json'), at('linked.json'));
      const env = {
        SCIMCTL_CONFIG: 'config.json',
        SCIMCTL_DATABASE_PASSWORD_FILE: './password.txt',
        SCIMCTL_DATABASE: `postgres://u@127.0.0.1:1/d?sslrootcert=${encodeURIComponent(at('ca.pem'))}`,
      };
      const reports = Object.keys(WRITING).filter((title) => WRITING[title]?.includes('--report'));
      const lines: (readonly [title: string, flag: string, file: string, ...more: string[]])[] = [
        ...Object.entries(WRITING).flatMap(([title, flags]) =>
          flags.flatMap((flag) =>
            ['config.json', 'keys.txt', './tls.pem', 'password.txt', at('ca.pem')].map(
              (file) => [title, flag, file] as const,
            ),
          ),
        ),
        ...reports.map((title) => [title, '--report', 'both.html', '--out', './both.html'] as const),
        ['users reconcile', '--report', './users.json', '--idp', 'entra'],
        ...(noLinks
          ? []
          : ([
              ['users reconcile', '--report', 'linked.json', '--idp', 'entra'],
              ['users preflight', '--out', 'linked.json'],
            ] as const)),
        ['audit export', '--head-file', 'new.json', '--out', 'new.json'],
        ['token create', '--token-file', 'new.sql', '--script', '--out', 'new.sql'],
        ['init', '--token-file', 'new.json', '--config', 'new.json'],
      ];
      for (const [title, flag, file, ...more] of lines) {
        const words = [...(NEEDED[title] ?? title.split(' ')), flag, file, ...more];
        const { code, stdout, stderr } = await runHere(words, { env, cwd: directory });
        assert.deepEqual([code, stdout], [2, ''], `${words.join(' ')}: ${stderr}`);
        assert.match(stderr, /^Error: --[a-z-]+ names .*, too\. \[options-conflict\]/, words.join(' '));
      }
      for (const [name, text] of Object.entries(files))
        assert.equal((await read(name)).toString(), text, name);
    });

    it('and every option that writes a file is known to', async () => {
      const found: Record<string, string[]> = {};
      for (const { path, command } of await allCommands()) {
        const flags = (command.options ?? []).filter(({ writes }) => writes).map(nameOf);
        if (flags.length > 0) found[path.join(' ')] = flags;
        for (const option of command.options ?? []) {
          // What names a file says that it is written, or is one of these.
          const isWritten = /<(file|directory)>/.test(option.flags) && !READ.includes(nameOf(option));
          const isRead = READ_BY[path.join(' ')]?.includes(nameOf(option)) === true;
          assert.equal(option.writes === true, isWritten && !isRead, `${path.join(' ')} ${option.flags}`);
        }
      }
      assert.deepEqual(found, WRITING);
    });

    it('on a disk that is full says so, and leaves what there was', async (context) => {
      const disk = await smallDisk(1);
      if (!disk) return context.skip(smallDiskMissing);
      const path = join(disk.directory, 'scim.sql');
      await writeFile(path, 'of yesterday');
      await disk.fill();

      const { code, stderr } = await run('db', 'script', '--engine', 'mssql', '--out', path);

      assert.equal(code, 1);
      assert.match(stderr, /\(ENOSPC\)\. \[out-unwritable\]/);
      assert.equal(await readFile(path, 'utf8'), 'of yesterday');
      assert.deepEqual((await readdir(disk.directory)).sort(), ['fill', 'scim.sql']);
      disk.remove();
    });

    for (const verb of ['create', 'rotate']) {
      it(`token ${verb} --script has the SQL in the file, and the token on stdout or in its own file`, async () => {
        const words = [
          'token',
          verb,
          '--idp',
          'entra',
          '--script',
          '--engine',
          'mssql',
          '--out',
          'token.sql',
        ];
        const printed = await run(...words);
        assert.equal(printed.code, 0, printed.stderr);
        assert.match(printed.stdout, /^scimctl_\w{62}\n$/);
        const sql = (await read('token.sql')).toString();
        assert.match(sql, /insert into scim\.token/);
        assert.ok(!sql.includes(printed.stdout.trim()));

        const json = JSON.parse((await run(...words, '-o', 'json')).stdout);
        assert.deepEqual(Object.keys(json).sort(), ['id', 'idp', 'out', 'token']);

        const filed = await run(...words, '--token-file', `${verb}.token`);
        assert.deepEqual([filed.code, filed.stdout], [0, '']);
        assert.match((await read(`${verb}.token`)).toString(), /^scimctl_/);
        if (!WINDOWS) assert.equal((await stat(join(directory, `${verb}.token`))).mode & 0o777, 0o600);
      });

      it(`token ${verb} --out without --script is refused: a token has a file of its own`, async () => {
        const { code, stderr } = await run('token', verb, '--idp', 'entra', '--out', 'plain.txt');
        assert.equal(code, 2);
        assert.match(stderr, /\[option-without-effect\][\s\S]*--token-file/);
        assert.equal(existsSync(join(directory, 'plain.txt')), false);
      });
    }
  },
  { only: ['embedded'] },
);
