import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { rights as rightsCheck } from '../../src/core/check/rights.js';
import { excessInWords, excessRights, judgeRights } from '../../src/core/rights/excess.js';
import { databaseRole, ROLES, type Role, roleName } from '../../src/core/rights/roles.js';
import { verifyInstallation } from '../../src/core/rights/verify.js';
import type { Database } from '../../src/database/database.js';
import type { RightsFacts } from '../../src/database/dialect/rights-facts.js';
import { isFault } from '../../src/database/faults/fault.js';
import { mssqlGrants } from '../../src/database/mssql/catalogue/grants.js';
import { mssqlRevocations } from '../../src/database/mssql/catalogue/rights-facts.js';
import { readPage } from '../docs/markdown.js';
import { openTestDatabase, type Product } from '../support/databases/product.js';
import { type Cast, createCast, isBabelfish } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';

/** The table of docs/security.md: for each act and role, whether it works. */
async function documented(): Promise<Map<string, Record<Role, boolean>>> {
  const [, text = ''] = (await readPage('docs/security.md')).split('<!-- tested: trail by role -->\n');
  const [head = [], , ...rows] = (text.trimStart().split('\n\n')[0] ?? '').split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
  return new Map(
    rows.map(([act = '', ...cells]) => [
      act,
      Object.fromEntries(head.slice(1).map((role, at) => [role, cells[at] === 'yes'])) as Record<
        Role,
        boolean
      >,
    ]),
  );
}

const EVENT = 'event_id, occurred_at, actor, action, target_type, outcome, details';
const SEAL =
  'seal_no, first_seq, last_seq, event_count, row_digests, previous_digest, digest, sealed_at, sealed_by, handed_out';
const PRUNE =
  'prune_no, seal_no, seal_digest, last_seq, event_count, events_digest, previous_digest, digest, sealed_at, sealed_by';
const VOID = 'void_no, void_seals, void_events, row_digests, digest, sealed_at, sealed_by';

/** How each act of the table is tried: all statements have to work. */
const actsOn = (engine: 'postgres' | 'mssql'): Record<string, string[]> => {
  const isSqlServer = engine === 'mssql';
  const bytes = (length: number) =>
    isSqlServer
      ? `convert(varbinary(max), replicate(convert(varchar(max), 'x'), ${length}))`
      : `convert_to(repeat('x', ${length}), 'UTF8')`;
  const uuid = isSqlServer ? 'newid()' : 'gen_random_uuid()';
  const long = isSqlServer ? "replicate(convert(nvarchar(max), 'x'), 262145)" : "repeat('x', 262145)";
  const event = (details: string) =>
    `insert into scim.event (${EVENT}) values (${uuid}, '2001-01-01', 'db:anybody', 'x.y', 'x', 'done', ${details})`;
  const seal = (count: number) =>
    `insert into scim.event_seal (${SEAL}) values (1000, 1, 1, ${count}, ${bytes(40 * count)}, ${bytes(32)}, ${bytes(32)}, '2020-01-01', 'x', 1)`;
  const pruned = (sealNo: number) =>
    `insert into scim.event_prune (${PRUNE}) values (1, ${sealNo}, ${bytes(32)}, 1, 1, ${bytes(32)}, ${bytes(32)}, ${bytes(32)}, '2026-01-01', 'x')`;
  const recent = seal(1).replace('2020-01-01', new Date().toISOString().slice(0, 10));
  const numbered = `insert into scim.event (seq, ${EVENT}) ${isSqlServer ? '' : 'overriding system value'} values (-7, ${uuid}, '2001-01-01', 'x', 'x.y', 'x', 'done', '{}')`;
  return {
    'read events and seals': ['event', 'event_seal', 'event_void'].map(
      (table) => `select count(*) as n from scim.${table}`,
    ),
    'add an event, with any actor and any time': [event("'{}'")],
    'add an event with details of more than 262,144 characters': [event(long)],
    'choose the number of an event': [
      isSqlServer ? `set identity_insert scim.event on; ${numbered}` : numbered,
    ],
    'add a seal': [seal(1)],
    'add a seal of more than 10,000 events': [seal(10_001)],
    'declare rows void': [
      `insert into scim.event_void (${VOID}) values (1000, ${bytes(36)}, ${bytes(0)}, ${bytes(0)}, ${bytes(32)}, '2026-01-01', 'x')`,
    ],
    'add a prune seal up to a seal that is 90 days old, and delete the events that it covers': [
      `${pruned(999)}; delete from scim.event where seq <= 1`,
    ],
    'add a prune seal up to a more recent seal': [`${recent}; ${pruned(1000)}`],
    'change or delete an event': ["update scim.event set actor = 'x'", 'delete from scim.event'],
    'change or delete a seal': ["update scim.event_seal set sealed_by = 'x'", 'delete from scim.event_seal'],
    'change or delete a void seal': [
      "update scim.event_void set sealed_by = 'x'",
      'delete from scim.event_void',
    ],
    'change or delete a prune seal': [
      `${pruned(999)}; update scim.event_prune set event_count = 0`,
      `${pruned(999)}; delete from scim.event_prune`,
    ],
    'empty the table of events or of seals': ['truncate table scim.event', 'truncate table scim.event_seal'],
    'switch off what refuses that': ['alter table scim.event disable trigger event_append_only'],
  };
};

/** What refuses an act to a role that has the right. */
const REFUSED = /append-only|foreign key|262144|10000|_bounded|90 days/i;

class Undone extends Error {}

forEachEngine(
  'the roles and the trail',
  (engine) => {
    const isSqlServer = engine.name === 'mssql';
    let cast: Cast;
    let product: Product;
    let onBabelfish = false;
    const databases = new Map<Role, Database>();
    const as = (role: Role) => databases.get(role) as Database;
    const inSchema = (sql: string) => sql.replaceAll('scim.', `${cast.schema}.`);

    /** Nothing for an act that works, and the error of one that does not; either way nothing stays. */
    async function tried(role: Role, sql: string): Promise<unknown> {
      try {
        await as(role).transaction(async ({ knex }) => {
          await knex.raw(inSchema(sql));
          throw new Undone();
        });
      } catch (error) {
        return error instanceof Undone ? undefined : error;
      }
      return undefined;
    }

    before(async () => {
      cast = createCast(engine);
      product = await cast.install({ host: false });
      onBabelfish = await isBabelfish(product);
      for (const role of ROLES)
        databases.set(role, await openTestDatabase(cast.as(role, product), cast.schema));
      // Something that could be changed.
      const acts = actsOn(isSqlServer ? 'mssql' : 'postgres');
      for (const act of ['add a seal', 'declare rows void'])
        await product.test.query(inSchema(acts[act]?.[0] ?? '').replace('(1000,', '(999,'));
    });
    after(async () => {
      for (const database of databases.values()) await database.close();
      await product.close();
      await cast.drop();
    });

    it('can do exactly what docs/security.md says', async () => {
      const table = await documented();
      const acts = actsOn(isSqlServer ? 'mssql' : 'postgres');
      assert.deepEqual([...table.keys()], Object.keys(acts));
      const surprises: string[] = [];
      for (const [act, cells] of table) {
        for (const role of ROLES) {
          // Babelfish has no ALTER to grant.
          const needsAlter = act.startsWith('choose') || act.startsWith('switch off');
          if (onBabelfish && role === 'installer' && needsAlter) continue;
          for (const sql of acts[act] ?? []) {
            const error = await tried(role, sql);
            const isRefused = isFault(error, 'permission-denied') || REFUSED.test(String(error));
            if (cells[role] ? error !== undefined : !isRefused)
              surprises.push(`${role}: ${act}: ${sql.slice(0, 60)}: ${error ?? 'works'}`);
          }
        }
      }
      assert.deepEqual(surprises, []);
    });

    it('have no right too many as they are made', async () => {
      assert.deepEqual(await excessRights(product.database), []);
      for (const role of ROLES) assert.deepEqual(await excessRights(as(role)), [], role);
    });

    /** What a DBA may do by mistake or worse, and what is said of it; run as the administrator. */
    const CASES: [mistake: string, said: RegExp][] = [
      ['grant update on scim.event to ENDPOINT', /_endpoint has UPDATE on \w+\.event$/],
      [
        'grant insert, update, delete on all tables in schema SCHEMA to ENDPOINT',
        /_endpoint has .*DELETE.* on \w+\.event$/,
      ],
      ['grant insert on scim.event to OPERATOR', /_operator has INSERT on \w+\.event$/],
      ['grant insert on scim.access_token to ENDPOINT', /_endpoint has INSERT on \w+\.access_token$/],
      ['grant insert (seq) on scim.event to AUDITOR', /_auditor has INSERT \(seq\) on \w+\.event$/],
      ['grant update (expires_at) on scim.token to ENDPOINT', /_endpoint has UPDATE \(expires_at\) on/],
      ['grant trigger on scim.event to ENDPOINT', /_endpoint has TRIGGER on/],
      ['grant select on scim.event to ENDPOINT with grant option', /SELECT with grant option on/],
      ['grant select on scim.token to public', /^PUBLIC has SELECT on \w+\.token$/],
      ['grant update on sequence scim.event_seq_seq to ENDPOINT', /UPDATE on sequence \w+\.event_seq_seq/],
      ['grant create on schema SCHEMA to ENDPOINT', /CREATE on schema/],
      // What is planted there may be run by whoever is a superuser.
      ['grant create on schema public to ENDPOINT', /_endpoint has CREATE on schema public$/],
      [inDatabase('grant create on database %I to LOGIN'), /_login has CREATE on the database$/],
      [inDatabase('grant create on database %I to public'), /^PUBLIC has CREATE on the database$/],
      ['grant delete on scim.event_seal to LOGIN', /_login has DELETE on \w+\.event_seal$/],
      ['alter table scim.event_seal owner to ENDPOINT', /_endpoint owns the table \w+\.event_seal$/],
      ['alter function scim.refuse_event_change() owner to LOGIN', /_login owns the function/],
      ['grant INSTALLER to ENDPOINT', /_endpoint is a member of \w+_installer$/],
      ['grant pg_write_all_data to LOGIN', /_login is a member of pg_write_all_data$/],
      ['alter role LOGIN superuser', /_login is a superuser$/],
    ];
    // SQL Server's catalogue is judged below; Babelfish has none.
    for (const [mistake, said] of isSqlServer ? [] : CASES) {
      it(`are told of: ${mistake}`, async () => {
        const names = (sql: string) =>
          inSchema(sql)
            .replaceAll('SCHEMA', cast.schema)
            .replaceAll('LOGIN', cast.loginOf('endpoint'))
            .replaceAll(/\b(ENDPOINT|OPERATOR|AUDITOR|INSTALLER)\b/g, (role) =>
              roleName(role.toLowerCase() as Role, cast.schema),
            );
        await product.test.query(names(mistake));

        const found = await excessRights(product.database);
        const { ok, findings } = await verifyInstallation(product.database);
        const database = as('operator');
        const check = await rightsCheck.run({
          database,
          clock: product.core.clock,
          isThorough: true,
          once: (_, ask) => ask(),
        });
        for (const { statement } of found) await product.test.query(statement);

        assert.ok(
          found.some((excess) => said.test(excessInWords(excess))),
          found.map(excessInWords).join('\n'),
        );
        assert.equal(ok, false);
        assert.ok(
          findings.some(
            ({ kind, advice }) => kind === 'excess' && advice.includes(found[0]?.statement ?? '?'),
          ),
        );
        assert.equal(check.status, 'fail');
        assert.match(check.advice ?? '', /run: (revoke|alter) /);
        assert.deepEqual(await excessRights(product.database), []);
        assert.equal((await verifyInstallation(product.database)).ok, true);
        for (const role of ROLES) {
          const { database: own, clock } = { database: as(role), clock: product.core.clock };
          const again = await rightsCheck.run({
            database: own,
            clock,
            isThorough: true,
            once: (_, ask) => ask(),
          });
          assert.equal(again.status, 'pass', `${role}: ${again.summary}`);
        }
      });
    }

    it('are told of their own rights by Babelfish', { skip: !isSqlServer }, async (context) => {
      if (!onBabelfish) return context.skip('only Babelfish has no list of grants');
      await product.test.query(
        inSchema(`grant delete on scim.event_seal to ${roleName('endpoint', cast.schema)}`),
      );
      const found = await excessRights(as('endpoint'));
      for (const { statement } of found)
        for (const one of statement.split('; ')) await product.test.query(one).catch(() => undefined);

      assert.deepEqual(
        found.map(({ has }) => has),
        [`has DELETE on ${cast.schema}.event_seal`],
      );
      assert.deepEqual(await excessRights(as('endpoint')), []);
    });
  },
  { only: ['postgres', 'mssql'] },
);

describe('what SQL Server’s catalogue says of rights', () => {
  const NONE: RightsFacts = {
    memberships: [
      { member: 'app', role: 'scim_endpoint' },
      { member: 'setup', role: 'scim_installer' },
      { member: 'setup', role: 'scim_operator' },
    ],
    grants: [],
    owners: [],
    powers: [],
    own: [],
    insertsByColumn: false,
  };
  const grant = { on: 'event', kind: 'table', right: 'UPDATE', column: null, isGrantable: false } as const;
  const judge = (facts: Partial<RightsFacts>) =>
    judgeRights(
      { ...NONE, ...facts },
      {
        schema: 'scim',
        revocations: mssqlRevocations,
        repair: (role, table) =>
          databaseRole(role, 'scim')
            .tables.filter((one) => one.table === table)
            .map((one) => mssqlGrants.table('scim', one, roleName(role, 'scim')))
            .join(' '),
      },
    ).map((excess) => [excessInWords(excess), excess.statement]);

  const cases: [what: string, facts: Partial<RightsFacts>, found: [string, string][]][] = [
    ['nothing of a role with its line', { grants: [{ ...grant, to: 'scim_endpoint', right: 'INSERT' }] }, []],
    [
      'nothing of the installer, and of who is one',
      {
        grants: [
          { ...grant, to: 'setup' },
          { ...grant, to: 'scim_installer' },
        ],
      },
      [],
    ],
    ['nothing of somebody else', { grants: [{ ...grant, to: 'reporting' }] }, []],
    [
      'a right on a table',
      { grants: [{ ...grant, to: 'scim_endpoint' }] },
      [
        [
          'scim_endpoint has UPDATE on scim.event',
          'revoke update on [scim].[event] from [scim_endpoint] cascade; grant select, insert on [scim].[event] to [scim_endpoint];',
        ],
      ],
    ],
    [
      'a right on a column',
      { grants: [{ ...grant, to: 'app', on: 'token', column: 'expires_at' }] },
      [
        [
          'app has UPDATE (expires_at) on scim.token',
          'revoke update ([expires_at]) on [scim].[token] from [app] cascade;',
        ],
      ],
    ],
    [
      'a right on the schema',
      { grants: [{ ...grant, to: 'app', on: '', kind: 'schema', right: 'ALTER' }] },
      [['app has ALTER on schema scim', 'revoke alter on schema::[scim] from [app] cascade;']],
    ],
    [
      'a right on the database, by another role',
      {
        memberships: [...NONE.memberships, { member: 'app', role: 'writers' }],
        grants: [{ ...grant, to: 'writers', on: '', kind: 'database' }],
      },
      [
        [
          'writers has UPDATE on the database, and so has its member app',
          'revoke update from [writers] cascade;',
        ],
      ],
    ],
    [
      'PUBLIC',
      {
        grants: [
          { ...grant, to: null, right: 'SELECT', on: 'token' },
          { ...grant, to: null, right: 'SELECT', on: 'live_group_member' },
        ],
      },
      [['PUBLIC has SELECT on scim.token', 'revoke select on [scim].[token] from public cascade;']],
    ],
    [
      'a fixed role',
      {
        memberships: [...NONE.memberships, { member: 'app', role: 'db_datawriter' }],
        powers: [
          {
            who: 'app',
            power: 'is a member of db_datawriter',
            statement: mssqlRevocations.expel('db_datawriter', 'app'),
          },
        ],
      },
      [['app is a member of db_datawriter', 'alter role [db_datawriter] drop member [app];']],
    ],
    [
      'an owner',
      {
        owners: [
          { owner: 'app', on: '', kind: 'schema' },
          { owner: 'dbo', on: 'event', kind: 'table' },
        ],
      },
      [['app owns the schema scim', 'alter authorization on schema::[scim] to [dbo];']],
    ],
  ];
  for (const [what, facts, found] of cases) it(`names ${what}`, () => assert.deepEqual(judge(facts), found));
});

/** A statement about the database that it is run in, for `format`. */
function inDatabase(statement: string): string {
  return `do $$ begin execute format('${statement}', current_database()); end $$`;
}
