import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CheckResult } from '../../src/core/check/run-checks.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import type { Database } from '../../src/database/database.js';
import { dumpOf } from '../support/databases/dump.js';
import { installProduct, openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { type EngineName, forEachEngine, type TestDatabase } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { runCli } from '../support/processes/cli.js';
import { smallDisk, smallDiskMissing } from '../support/processes/small-disk.js';
import { type Heard, runHere } from '../support/processes/world.js';

/** One way to be wrong, and what is said of it. */
interface Bad {
  words: string[];
  code: string;
  exit: number;
  /** The one sentence of what happened. */
  says: RegExp;
}

function assertRefused(
  { code, stdout, stderr }: Heard | { code: number | null; stdout: string; stderr: string },
  bad: Bad,
): void {
  assert.equal(stdout, '');
  const [, message, slug] = /^Error: (.*) \[([a-z-]+)\]\n {2}\S.*[.?]\n$/su.exec(stderr) ?? [];
  assert.deepEqual([slug, code], [bad.code, bad.exit], stderr);
  assert.match(message ?? '', bad.says);
}

forEachEngine('bad input', (engine) => {
  let test: TestDatabase;
  let product: Product;
  const run = (words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: product.url } });

  before(async () => {
    test = await engine.freshDatabase();
    product = await installProduct(test);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    await createToken(product.core, 'entra', { expiresInMs: null });
    had = await contents();
  });
  after(() => product.close());

  /** Everything but the trail, which is told of what was refused. */
  const contents = async () =>
    (await dumpOf(product.database)).replace(/^scim\.event(_seal)?\n(\{.*\n)*/gm, '');
  let had: string;
  const events = async () => (await rowsOf(product, 'scim.event')).length;

  /** What the database decides: it keeps an event that says so, and nothing else. */
  const refused: Record<string, Bad> = {
    'a name that is taken': {
      words: ['idp', 'add', 'entra'],
      code: 'idp-name-taken',
      exit: 1,
      says: /^An IdP named "entra" already exists\.$/,
    },
    'a token for an IdP that is unknown': {
      words: ['token', 'create', '--idp', 'okta'],
      code: 'idp-unknown',
      exit: 1,
      says: /^There is no IdP "okta"\.$/,
    },
    'a change to an IdP that is unknown': {
      words: ['idp', 'disable', 'okta'],
      code: 'idp-unknown',
      exit: 1,
      says: /^There is no IdP "okta"\.$/,
    },
    'an SSO provider that is unknown': {
      words: ['idp', 'add', 'okta', '--sso-provider', 'Fabrikam'],
      code: 'sso-provider-unknown',
      exit: 1,
      says: /^There is no SSO provider "Fabrikam"\.$/,
    },
    'an SSO provider that is not enabled': {
      words: ['idp', 'add', 'okta', '--sso-provider', 'Contoso AD FS (retired)'],
      code: 'sso-provider-unknown',
      exit: 1,
      says: /"Contoso AD FS \(retired\)", but it is not an enabled SAML provider\.$/,
    },
    'a rotation of a token that is unknown': {
      words: ['token', 'rotate', '--idp', 'entra', '--token', 'zzzz'],
      code: 'token-unknown',
      exit: 1,
      says: /^There is no token "zzzz"\.$/,
    },
  };
  for (const [what, bad] of Object.entries(refused)) {
    it(`is refused, and only the trail knows: ${what}`, async () => {
      const count = await events();

      assertRefused(await run(bad.words), bad);

      assert.equal(await contents(), had);
      const trail = await rowsOf(product, 'scim.event');
      assert.equal(trail.length, count + 1);
      const newest = trail.sort((a, b) => Number(b.seq) - Number(a.seq))[0];
      assert.deepEqual([newest?.outcome, newest?.details], ['refused', `{"code":"${bad.code}"}`]);
    });
  }

  /** What is found out before anything is tried. */
  const wrong: Record<string, Bad> = {
    'a malformed lifetime': {
      words: ['token', 'create', '--idp', 'entra', '--expires', '90 days'],
      code: 'duration-invalid',
      exit: 2,
      says: /^"90 days" is not a duration for --expires\.$/,
    },
    'a lifetime that is too short': {
      words: ['token', 'create', '--idp', 'entra', '--expires', '5s'],
      code: 'duration-invalid',
      exit: 2,
      says: /^"5s" is out of range for --expires\.$/,
    },
    'a malformed overlap': {
      words: ['token', 'rotate', '--idp', 'entra', '--overlap', '-1h'],
      code: 'duration-invalid',
      exit: 2,
      says: /^"-1h" is not a duration for --overlap\.$/,
    },
    'an overlap that is too long': {
      words: ['token', 'rotate', '--idp', 'entra', '--overlap', '31d'],
      code: 'duration-invalid',
      exit: 2,
      says: /^"31d" is out of range for --overlap\.$/,
    },
    'a malformed age': {
      words: ['users', 'pending', '--older-than', 'yesterday'],
      code: 'duration-invalid',
      exit: 2,
      says: /^"yesterday" is not a duration for --older-than\.$/,
    },
    'a malformed instant': {
      words: ['audit', 'list', '--since', '2026-02-30'],
      code: 'instant-invalid',
      exit: 2,
      says: /^"2026-02-30" is not a valid time\.$/,
    },
    'a malformed number': {
      words: ['check', '--expect-users', '1e3'],
      code: 'number-invalid',
      exit: 2,
      says: /^"1e3" is not a whole number for --expect-users\.$/,
    },
    'a check that does not exist': {
      words: ['check', 'smal'],
      code: 'check-unknown',
      exit: 2,
      says: /^There is no check named "smal"\.$/,
    },
    'a name that cannot be one': {
      words: ['idp', 'add', 'Entra ID'],
      code: 'idp-name-invalid',
      exit: 2,
      says: /^"Entra ID" is not a valid name for an IdP\.$/,
    },
    'a display name that is too long': {
      words: ['idp', 'add', 'okta', '--display-name', 'x'.repeat(201)],
      code: 'display-name-invalid',
      exit: 2,
      says: /200/,
    },
    'a display name that is empty': {
      words: ['idp', 'update', 'entra', '--display-name', ' '],
      code: 'display-name-invalid',
      exit: 2,
      says: /display name/,
    },
    'a list for an IdP that is unknown': {
      words: ['users', 'pending', '--idp', 'okta'],
      code: 'idp-unknown',
      exit: 1,
      says: /^There is no IdP "okta"\.$/,
    },
    'a check of an IdP that is unknown': {
      words: ['check', '--idp', 'okta'],
      code: 'idp-unknown',
      exit: 1,
      says: /^There is no IdP "okta"\.$/,
    },
    'a token that is unknown': {
      words: ['token', 'show', 'zzzz'],
      code: 'token-unknown',
      exit: 1,
      says: /^There is no token "zzzz"\.$/,
    },
    'a removal that nobody confirmed': {
      words: ['idp', 'remove', 'entra'],
      code: 'confirmation-missing',
      exit: 2,
      says: /cannot undo it/,
    },
    'a removal confirmed with another name': {
      words: ['idp', 'remove', 'entra', '--confirm', 'okta', '--yes'],
      code: 'confirmation-missing',
      exit: 2,
      says: /cannot undo it/,
    },
    'an update of nothing': {
      words: ['idp', 'update', 'entra'],
      code: 'nothing-to-update',
      exit: 2,
      says: /^No change was given\.$/,
    },
    'a limit of departures without a time': {
      words: ['idp', 'update', 'entra', '--max-departures', '20'],
      code: 'max-departures-invalid',
      exit: 2,
      says: /^"20" is not a valid limit for departures\.$/,
    },
    'a limit of departures within no time': {
      words: ['idp', 'update', 'entra', '--max-departures', '5/0h'],
      code: 'max-departures-invalid',
      exit: 2,
      says: /^"5\/0h" is not a valid limit for departures\.$/,
    },
    'a limit of departures within a month and more': {
      words: ['idp', 'add', 'okta', '--max-departures', '20/31d'],
      code: 'max-departures-invalid',
      exit: 2,
      says: /^"20\/31d" is not a valid limit for departures\.$/,
    },
    'a limit of departures beyond a share that cannot be passed': {
      words: ['idp', 'update', 'entra', '--max-departures', '20/1h,100%'],
      code: 'max-departures-invalid',
      exit: 2,
      says: /^"20\/1h,100%" is not a valid limit for departures\.$/,
    },
    'a base URL that is none': {
      words: ['idp', 'sheet', 'entra', '--base-url', 'iqm.example.com'],
      code: 'url-invalid',
      exit: 2,
      says: /^"iqm\.example\.com" is not a valid base URL\.$/,
    },
  };
  for (const [what, bad] of Object.entries(wrong)) {
    it(`is refused before anything is tried: ${what}`, async () => {
      const count = await events();

      assertRefused(await run(bad.words), bad);

      assert.deepEqual([await contents(), await events()], [had, count]);
    });
  }

  it('is refused: a migration that was edited after it was applied', async () => {
    const edited = 'f'.repeat(64);
    const [{ checksum } = {}] = await test.query(
      'select checksum from scim.schema_history where version = 1',
    );
    const setChecksum = (to: unknown) =>
      test.query('update scim.schema_history set checksum = $1 where version = 1', [to]);
    await setChecksum(edited);
    const had = await dumpOf(product.database);
    const bad = { code: 'schema-drift', exit: 4, says: /0001_initial\.sql was edited after it was applied/ };

    assertRefused(await run(['db', 'migrate']), { ...bad, words: [] });
    assertRefused(await run(['db', 'migrate', '--dry-run']), { ...bad, words: [] });
    const verified = await run(['db', 'verify', '-o', 'json']);
    const checked = await run(['check', 'schema', '-o', 'json']);

    assert.equal(await dumpOf(product.database), had);
    assert.deepEqual([verified.code, JSON.parse(verified.stdout).ok], [4, false]);
    assert.deepEqual([checked.code, JSON.parse(checked.stdout).status], [4, 'fail']);
    await setChecksum(checksum);
    assert.equal((await run(['db', 'migrate'])).code, 0);
  });

  describe('a token file that cannot be written', () => {
    const create = (file: string) => run(['token', 'create', '--idp', 'entra', '--token-file', file]);
    const unwritable = (says: RegExp): Bad => ({ words: [], code: 'token-file-unwritable', exit: 1, says });

    it('in a directory that does not exist: no token is issued', async () => {
      const had = await dumpOf(product.database);
      const file = join(await temporaryDirectory(), 'nowhere', 'a.token');

      assertRefused(await create(file), unwritable(/a\.token cannot be written \(ENOENT\)\.$/));

      assert.equal(await dumpOf(product.database), had);
    });

    it('because it exists: it is left as it is, and no token is issued', async () => {
      const had = await dumpOf(product.database);
      const file = join(await temporaryDirectory(), 'a.token');
      await writeFile(file, 'precious');

      const says = /a\.token already exists and was not changed\.$/;
      assertRefused(await create(file), { words: [], code: 'token-file-exists', exit: 1, says });

      assert.equal(await readFile(file, 'utf8'), 'precious');
      assert.equal(await dumpOf(product.database), had);
    });

    it('because there is no room for it: it is taken away, and no token is issued', async (context) => {
      const disk = await smallDisk(1);
      if (!disk) return context.skip(smallDiskMissing);
      await disk.fill();
      const had = await dumpOf(product.database);
      const file = join(disk.directory, 'a.token');

      assertRefused(await create(file), unwritable(/a\.token cannot be written \(ENOSPC\)\.$/));

      assert.equal(existsSync(file), false);
      assert.equal(await dumpOf(product.database), had);
      disk.remove();
    });

    it('in a directory that is read-only: no token is issued', async (context) => {
      const disk = await smallDisk(1);
      if (!disk) return context.skip(smallDiskMissing);
      disk.makeReadOnly();
      const had = await dumpOf(product.database);

      assertRefused(await create(join(disk.directory, 'a.token')), unwritable(/\(EROFS\)\.$/));

      assert.equal(await dumpOf(product.database), had);
      disk.remove();
    });
  });
});

forEachEngine(
  'an embedded database in a directory',
  () => {
    const migrate = (directory: string) =>
      runCli(['db', 'migrate'], { env: { SCIMCTL_DATABASE: `embedded:${directory}` } });
    const unusable = (says: RegExp): Bad => ({
      words: [],
      code: 'embedded-directory-unusable',
      exit: 3,
      says,
    });

    it('that is a file says so, and the file stays as it is', async () => {
      const file = join(await temporaryDirectory(), 'file');
      await writeFile(file, 'precious');

      assertRefused(await migrate(file), unusable(/it is not a directory\.$/));
      assertRefused(await migrate(join(file, 'below')), unusable(/it is not a directory\.$/));

      assert.equal(await readFile(file, 'utf8'), 'precious');
    });

    it('that holds other files says so, and nothing is added', async () => {
      const directory = await temporaryDirectory();
      await writeFile(join(directory, 'notes.txt'), 'precious');

      assertRefused(
        await migrate(directory),
        unusable(/it contains files that do not belong to an embedded database\.$/),
      );

      assert.equal(existsSync(join(directory, 'data')), false);
    });

    it('that is not writable says so', async (context) => {
      if (process.platform === 'win32' || process.getuid?.() === 0) {
        return context.skip('directories are writable for this user whatever their mode');
      }
      const directory = await temporaryDirectory();
      await chmod(directory, 0o500);

      assertRefused(await migrate(join(directory, 'below')), unusable(/it is not writable\.$/));
      await chmod(directory, 0o700);
    });

    it('on a read-only file system says so', async (context) => {
      const disk = await smallDisk(1);
      if (!disk) return context.skip(smallDiskMissing);
      await mkdir(join(disk.directory, 'there'), { mode: 0o700 });
      disk.makeReadOnly();

      for (const name of ['there', 'not-yet']) {
        assertRefused(await migrate(join(disk.directory, name)), unusable(/its file system is read-only\.$/));
      }
      disk.remove();
    });

    it('on a disk without room for it says so, and leaves nothing behind', async (context) => {
      const disk = await smallDisk(10);
      if (!disk) return context.skip(smallDiskMissing);
      const directory = join(disk.directory, 'database');

      assertRefused(await migrate(directory), unusable(/the disk is full\.$/));

      assert.equal(existsSync(join(directory, 'data')), false);
      disk.remove();
    });

    it('on a disk that is filled up meanwhile says so, and goes on once there is room', async (context) => {
      const disk = await smallDisk(80);
      if (!disk) return context.skip(smallDiskMissing);
      const directory = join(disk.directory, 'database');
      const url = `embedded:${directory}`;
      const product = await installProduct({ url } as TestDatabase);
      const had = await rowsOf(product, 'scim.event');
      await disk.fill();

      // Until a page is needed that is not there yet.
      let refused: Heard | undefined;
      for (let round = 0; round < 200 && !refused; round++) {
        const heard = await runHere(['idp', 'add', `idp-${round}`], { env: { SCIMCTL_DATABASE: url } });
        if (heard.code !== 0) refused = heard;
        else had.push({});
      }
      assert.ok(refused, 'the disk was never full');
      assertRefused(refused, {
        words: [],
        code: 'database-disk-full',
        exit: 3,
        says: /The disk of the database is full\. The server says: could not extend file .*No space left on device$/,
      });
      await product.close().catch(() => undefined);
      await rm(join(disk.directory, 'fill'));

      const again = await runHere(['audit', 'list', '--limit', '1000', '-o', 'json'], {
        env: { SCIMCTL_DATABASE: url },
      });
      assert.equal(JSON.parse(again.stdout).length, had.length);
      disk.remove();
    });
  },
  { only: ['embedded'] },
);

/** A login that may do nothing but connect, and what it is granted then. */
async function createLogin(test: TestDatabase, engine: EngineName) {
  const name = `few_rights_${randomBytes(4).toString('hex')}`;
  const password = `Pw-${randomBytes(9).toString('hex')}`;
  const [create, drop] =
    engine === 'mssql'
      ? [
          [`create login ${name} with password = '${password}'`, `create user ${name} for login ${name}`],
          [`drop user ${name}`, `drop login ${name}`],
        ]
      : [[`create role ${name} login password '${password}'`], [`drop role ${name}`]];
  for (const statement of create) await test.query(statement);
  const granted: string[] = [];
  const url = new URL(test.url);
  url.username = name;
  url.password = password;
  return {
    url: url.href,
    async grant(right: string) {
      await test.query(`grant ${right} to ${name}`);
      granted.push(right);
    },
    async drop() {
      for (const right of granted) await test.query(`revoke ${right} from ${name}`);
      for (const statement of drop) await test.query(statement);
    },
  };
}

forEachEngine(
  'a login with few rights',
  (engine) => {
    let test: TestDatabase;
    let open: Database;
    let login: Awaited<ReturnType<typeof createLogin>>;
    const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: login.url } });
    const denied = (says: RegExp): Bad => ({
      words: [],
      code: 'database-permission-denied',
      exit: 3,
      says,
    });

    before(async () => {
      test = await engine.freshDatabase();
      open = await openTestDatabase(test.url);
      login = await createLogin(test, engine.name);
    });
    after(async () => {
      await open.close();
      await login.drop();
    });

    it('cannot install the schema, is told so, and nothing is left of it', async () => {
      const had = await dumpOf(open);

      assertRefused(await run('db', 'migrate'), denied(/^The login \S+ lacks CREATE/));
      const { checks } = JSON.parse((await run('check', 'rights', '-o', 'json')).stdout);

      assert.equal(await dumpOf(open), had);
      assert.deepEqual(
        checks.map(({ name, status }: CheckResult) => [name, status]),
        [['rights', 'fail']],
      );
      assert.match(checks[0].advice, /`scimctl db grants --role installer --to few_rights_\w+ --apply`/);
    });

    it('is told of a schema that is not there, and of no right, by what does not make it', async () => {
      for (const words of [
        ['users', 'pending'],
        ['idp', 'list'],
        ['idp', 'add', 'entra'],
      ]) {
        assertRefused(await run(...words), {
          words: [],
          code: 'schema-missing',
          exit: 3,
          says: /^The scimctl schema is not installed/,
        });
      }
    });

    it('that may only read is told so when it changes something, and nothing is changed', async () => {
      const product = await installProduct(test);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await product.close();
      if (engine.name === 'postgres') await login.grant('usage on schema scim');
      for (const name of [
        'schema_history',
        'installation',
        'service_account',
        'token',
        '"identity"',
        'event',
        'host_user',
        'host_sso_provider',
        'host_licence',
      ]) {
        await login.grant(`select on scim.${name}`);
      }
      const had = await dumpOf(open);

      assert.equal((await run('idp', 'list')).code, 0);
      for (const words of [
        ['idp', 'add', 'okta'],
        ['idp', 'disable', 'entra'],
        ['idp', 'remove', 'entra', '--confirm', 'entra'],
        ['token', 'create', '--idp', 'entra'],
        ['host', 'mark', '--hosting', 'cloud'],
      ]) {
        assertRefused(
          await run(...words),
          denied(/^The login \S+ lacks (INSERT|UPDATE( \(\w+\))?) on scim\./),
        );
      }

      assert.equal(await dumpOf(open), had);
      const [rights] = JSON.parse((await run('check', 'rights', '-o', 'json')).stdout).checks;
      assert.equal(rights.status, 'fail');
      for (const right of [
        'INSERT on scim.token',
        'UPDATE on scim.service_account',
        'INSERT on scim.event',
      ]) {
        assert.ok(rights.summary.includes(right), rights.summary);
      }
    });

    it('that may only write to the trail is told of nothing but what it lacks', async () => {
      await login.grant('insert on scim.event');

      const lacking = denied(/^The login \S+ lacks INSERT on scim\.service_account\.$/);
      assertRefused(await run('idp', 'add', 'okta'), lacking);

      const [{ summary }] = JSON.parse((await run('check', 'rights', '-o', 'json')).stdout).checks;
      assert.doesNotMatch(summary, /scim\.event\b/);
    });
  },
  { only: ['postgres', 'mssql'] },
);

forEachEngine(
  'a server that has no TLS',
  (engine) => {
    it('is refused where the setting asks for it', async (context) => {
      const url = new URL((await engine.freshDatabase()).url);
      const asking: Record<string, string> =
        engine.name === 'postgres'
          ? { sslmode: 'require' }
          : { encrypt: 'true', trustServerCertificate: 'true' };
      for (const [name, value] of Object.entries(asking)) url.searchParams.set(name, value);

      const heard = await runHere(['db', 'migrate'], { env: { SCIMCTL_DATABASE: url.href } });

      if (heard.code === 0) return context.skip('this server has TLS');
      assertRefused(heard, { words: [], code: 'tls-refused', exit: 3, says: /does not offer TLS\.$/ });
    });
  },
  { only: ['postgres', 'mssql'] },
);
