import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { databaseRole, ROLES, rightsOf } from '../../src/core/rights/roles.js';
import type { Database, Session } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import { installReferenceHost } from '../../src/database/migrator/reference-host.js';
import { fittedTo } from '../../src/database/mssql/dialect.js';
import { findRowFaults } from '../../src/database/queries/host/host-rows.js';
import { hostUserShape } from '../../src/database/queries/host/host-user-shape.js';
import { probeHostViewWrites } from '../../src/database/queries/host/host-writes.js';
import { projectDirectory } from '../support/environment.js';
import { faultLines, summonJudge } from '../support/tsql/judge.js';
import { assertKnownAreThere, unknownFaults } from '../support/tsql/known.js';
import { askByFilters, askForLists, askForSomeLists } from '../support/tsql/lists.js';
import { QUERIES } from '../support/tsql/queries.js';
import { type HostColumns, unserved } from '../support/tsql/unserved.js';

/** What DBAs make of host_user: each makes other statements. */
const HOSTS: Record<string, HostColumns> = {
  'the reference host': {},
  'a host whose ids are GUIDs': { user_id: 'uniqueidentifier', is_enabled: 'int' },
  'a host whose ids are numbers, with required columns alone': {
    user_id: 'int',
    given_name: null,
    family_name: null,
    sso_provider_id: null,
    licence_type: null,
    is_protected: null,
    last_sign_in_at: null,
  },
  'a host of varchar': {
    user_id: 'varchar(20)',
    login_name: 'varchar(100)',
    email: 'nvarchar(max)',
    display_name: 'text',
    is_enabled: 'char(1)',
  },
  'a host whose ids are of no type we know': { user_id: 'decimal' },
};

/** They ask by way of those in the lists, or of the caller. */
const ASKED_ELSEWHERE = [
  ...['userList', 'selectUserList', 'countUserList', 'groupList', 'selectGroupList', 'countGroupList'],
  // Listings are asked page by page, and the names with whitespace by what asks for them.
  ...['pendingListing', 'linkedListing', 'spacedNamesFor'],
  ...[
    'rememberedHostViews',
    'hostUserShape',
    'probeHostViewWrites',
    'findRowFaults',
    'selectRaw',
    'selectRows',
    'lookUpRows',
  ],
];

/** The functions of a source file that are handed a session or a database, and that answer later. */
function asking(source: string): string[] {
  const functions =
    /^export (?:async )?function (\w+)(?:<[^>]*>)?\(([^{}]*?(?:\{[^{}]*\}[^{}]*?)*)\): (.*?) \{$/gms;
  const constants = /^export const (\w+) = (?:<.*?>)?\(([^)]*)\): ([^=]*?) =>/gms;
  return [...source.matchAll(functions), ...source.matchAll(constants)]
    .filter(
      ([, , parameters = '', answer = '']) =>
        /Session|Database|(?:User|Group)List/.test(parameters) && answer.startsWith('Promise'),
    )
    .map(([, name = '']) => name);
}

describe('the statements that can be had without a server', () => {
  it('are those of every function that asks', async () => {
    const directory = join(projectDirectory, 'src', 'database', 'queries');
    const files = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const sources = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));

    const found = sources.flatMap(asking);

    const listed = [...Object.keys(QUERIES), ...ASKED_ELSEWHERE].sort();
    assert.deepEqual(found.sort(), listed, 'list what is new in test/support/tsql/queries.ts');
  });
});

const summoned = await summonJudge();

describe('what goes to SQL Server, judged by Microsoft’s own parser [tsql]', {
  skip: 'missing' in summoned && summoned.missing,
}, () => {
  /** Every text that was sent, and what sent it first. */
  const sent = new Map<string, string>();

  async function send(name: string, columns: HostColumns, work: (database: Database) => Promise<unknown>) {
    const there = await unserved(columns, answerToProbe);
    try {
      await work(there.database);
    } finally {
      await there.database.close();
    }
    for (const sql of there.sent()) if (!sent.has(sql)) sent.set(sql, name);
  }

  const read = (work: (session: Session) => Promise<unknown>) => (database: Database) => database.read(work);

  before(async () => {
    for (const [host, columns] of Object.entries(HOSTS)) {
      for (const [name, asks] of Object.entries(QUERIES)) {
        await send(`${name}, ${host}`, columns, async (database) => {
          const work = async (session: Session) =>
            Promise.allSettled(asks(session, await hostUserShape(session)));
          await database.read(work);
        });
      }
      await send(`lists, ${host}`, columns, read(askForSomeLists));
      await send(`write probe, ${host}`, columns, probeHostViewWrites);
      await send(`rows, ${host}`, columns, read(findRowFaults));
    }
    await send('lists', {}, read(askForLists));
    await send('filters', {}, read(askByFilters));
    await send('migrate', {}, (database) => migrate(database, '0.0.0-test'));
    await send('reference host', {}, (database) => installReferenceHost(database).catch(() => undefined));
    await send('dialect', {}, askTheDialect);
  });

  it('needs no later compatibility level in a database below 130', async () => {
    if ('missing' in summoned) return;
    assert.equal(fittedTo(120).search, fittedTo(100).search);
    assert.notEqual(fittedTo(130).search, fittedTo(120).search);
    const there = await unserved({}, answerToProbe, fittedTo(100));
    const asked = read(async (session) => {
      await askForSomeLists(session);
      await askByFilters(session);
      for (const asks of Object.values(QUERIES))
        await Promise.allSettled(asks(session, await hostUserShape(session)));
    });
    await asked(there.database);
    await there.database.close();
    const texts = [...new Set(there.sent())].map((sql, at) => ({ name: `statement ${at}`, sql }));
    assert.ok(texts.length > 100, `${texts.length} statements`);

    // Also those that are known elsewhere.
    assert.deepEqual(faultLines(await summoned.judge(texts)), []);
  });

  it('breaks no rule but the known ones', async () => {
    if ('missing' in summoned) return;
    const texts = [...sent].map(([sql, name]) => ({ name, sql }));
    assert.ok(texts.length > 1_000, `${texts.length} statements`);
    const verdicts = await summoned.judge(texts);

    assert.deepEqual(faultLines(unknownFaults(verdicts, 'statements')), []);
    assertKnownAreThere(verdicts, 'statements');
  });
});

/** A host user, so that the probe of host_user goes all the way. */
const answerToProbe = (sql: string) =>
  /^select .*\[host_user\]/.test(sql) ? [{ user_id: '42', login_name: 'anna', is_protected: 0 }] : [];

/** All that is asked beside the queries. */
async function askTheDialect(database: Database): Promise<void> {
  const names = ROLES.map((role) => databaseRole(role, 'scim').name);
  await database.transaction(async () => undefined, { locks: [{ name: 'a' }, { name: 'b', shared: true }] });
  await database.read(async ({ knex, dialect, schema }) => {
    await dialect.serverInfo(knex);
    const lines = await dialect.catalogue((query) => query(knex), schema);
    await dialect.blindSpots(knex, schema, lines);
    for (const role of ROLES) await dialect.missingRights(knex, schema, rightsOf(role));
    await dialect.roles(knex, schema, names);
    await dialect.memberships(knex, names);
    await dialect.loginExists(knex, 'scim_endpoint');
    const request = { schema, version: 1, roles: ROLES.map((role) => databaseRole(role, schema)) };
    await knex.raw(dialect.grants.statements(request));
    await knex.raw(dialect.grants.statements({ ...request, login: "o'neil]" }));
  });
}
