import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { generateToken } from '../../src/core/tokens/format.js';
import type { Database } from '../../src/database/database.js';
import { dumpOf } from '../support/databases/dump.js';
import { installProduct, openTestDatabase } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { allCommands, leastWords } from '../support/processes/commands.js';
import { type Heard, runHere } from '../support/processes/world.js';

/** Commands that work with no database, or none that is there already, and have tests of their own. */
const APART = [
  'quickstart',
  'init',
  'help',
  'explain',
  'completion',
  'token new-key',
  'audit new-key',
  'probe',
  'service print',
  'service install',
  'service uninstall',
  'service status',
];

/** What some need to get as far as the database, or not to wait there. */
const MORE: Record<string, string[]> = {
  'db wait': ['--for', '0s'],
  'db grants': ['--apply', '--dry-run'],
  'idp update': ['--display-name', 'Other'],
  'idp remove': ['--confirm', 'entra'],
  'token revoke': ['--yes'],
  'users link': ['--none'],
  'users disable': ['anna@contoso.example'],
  'host mark': ['--login-rule', 'email'],
  'support bundle': ['--print'],
};

const commands = (await allCommands())
  .map((found) => ({ title: found.path.join(' '), words: leastWords(found) }))
  .filter(({ title }) => !APART.includes(title));

/** A command ends with 3 and a code; or, where it has an answer all the same, with the exit code given here. */
interface Failure {
  code: string;
  answers: Record<string, number>;
  /** Commands that are not run, since they would mend what is wrong. */
  without?: readonly string[];
}

/** Runs every command and holds its end against what is expected. */
async function assertAllFail(database: string | undefined, failure: Failure): Promise<void> {
  const wanted = commands.filter(({ title }) => !failure.without?.includes(title));
  const surprises: string[] = [];
  const run = async ({ title, words }: (typeof commands)[number]) => {
    const heard = await runHere([...words, ...(MORE[title] ?? []), '-o', 'json'], {
      env: { SCIMCTL_DATABASE: database },
      stdin: generateToken(randomBytes).text,
    });
    const answer = failure.answers[title];
    const expected = answer === undefined ? `3 ${failure.code}` : `${answer} with an answer`;
    const end = endOf(heard);
    if (end !== expected) surprises.push(`${title}: ${end} instead of ${expected}`);
  };
  for (let at = 0; at < wanted.length; at += 6) await Promise.all(wanted.slice(at, at + 6).map(run));
  assert.deepEqual(surprises, []);
}

/** The exit code, and the code of the error, which must be one JSON document and all that was said. */
function endOf({ code, stdout, stderr }: Heard): string {
  if (stdout !== '') {
    JSON.parse(stdout);
    return `${code} with an answer`;
  }
  try {
    const { error } = JSON.parse(stderr);
    assert.deepEqual(Object.keys(error), ['code', 'message', 'hint']);
    for (const text of [error.message, error.hint]) assert.match(text, /^[\p{Lu}`"].*[.?]$|^Did you mean/su);
    return `${code} ${error.code}`;
  } catch (fault) {
    return `${code} ${stderr} (${fault})`;
  }
}

describe('every command', () => {
  it('says that no database is set', async () => {
    await assertAllFail(undefined, { code: 'database-not-set', answers: { check: 4, 'support bundle': 0 } });
  });

  it('says that the setting is not understood', async () => {
    await assertAllFail('nonsense', {
      code: 'connection-setting-invalid',
      answers: { check: 4, 'support bundle': 0 },
    });
  });

  for (const scheme of ['postgresql', 'mssql']) {
    it(`says that the server is not there (${scheme})`, async () => {
      const answers = { check: 4, 'db script': 0, 'support bundle': 0 };
      await assertAllFail(`${scheme}://nobody:x@127.0.0.1:1/x`, { code: 'database-unreachable', answers });
    });
  }
});

forEachEngine('every command on a database', (engine) => {
  let database: TestDatabase;
  // Open all the time: the embedded database then need not start for every command.
  let open: Database;
  before(async () => {
    database = await engine.freshDatabase();
    open = await openTestDatabase(database.url);
  });
  after(() => open.close());

  it('that refuses the login says so', {
    skip: engine.name === 'embedded' && 'it has no logins',
  }, async () => {
    const url = new URL(database.url);
    // Of a login that is not there: a real one would be locked by so many failures.
    url.username = 'nobody_of_this_name';
    const answers = { check: 4, 'db script': 0, 'support bundle': 0 };
    await assertAllFail(url.href, { code: 'database-login-failed', answers });
  });

  it('that is missing says so', { skip: engine.name === 'embedded' && 'it is made' }, async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    const answers = { check: 4, 'db script': 0, 'support bundle': 0 };
    await assertAllFail(url.href, { code: 'database-missing', answers });
  });

  it('without the schema says so, and changes nothing', async () => {
    const before = await dumpOf(open);
    const answers = {
      check: 4,
      'support bundle': 0,
      'db script': 0,
      'db status': 0,
      'db wait': 0,
      'host scaffold': 0,
      'host status': 4,
    };

    await assertAllFail(database.url, { code: 'schema-missing', answers, without: ['db migrate'] });

    assert.equal(await dumpOf(open), before);
  });

  it('with a schema newer than this version says so, and changes nothing', async () => {
    const product = await installProduct(database);
    await product.close();
    const columns = '(version, name, checksum, applied_at, applied_by, tool_version)';
    const now = engine.name === 'mssql' ? 'sysutcdatetime()' : 'now()';
    await database.query(
      `insert into scim.schema_history ${columns} values (9999, 'later', '${'0'.repeat(64)}', ${now}, 'x', '9.9.9')`,
    );
    const before = await dumpOf(open);
    const answers = {
      check: 4,
      'support bundle': 0,
      'db script': 0,
      'db status': 0,
      'db wait': 0,
      'host scaffold': 0,
      'host status': 0,
    };

    await assertAllFail(database.url, { code: 'schema-newer', answers });

    assert.equal(await dumpOf(open), before);
    await database.query('delete from scim.schema_history where version = 9999');
  });

  it('with an older schema says so, and changes nothing', async () => {
    await database.query(
      'delete from scim.schema_history where version = (select max(version) from scim.schema_history)',
    );
    const before = await dumpOf(open);
    const answers = {
      check: 4,
      'support bundle': 0,
      'db script': 0,
      'db status': 0,
      'db wait': 0,
      'host scaffold': 0,
      'host status': 0,
    };

    await assertAllFail(database.url, { code: 'schema-outdated', answers, without: ['db migrate'] });

    assert.equal(await dumpOf(open), before);
  });
});
