import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { type Lookup, mssqlLookup, postgresLookup, verifyToken } from '../../docs/samples/verify-token.js';
import type { Core } from '../../src/core/core.js';
import { markHosting } from '../../src/core/host/installation.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { generateToken } from '../../src/core/tokens/format.js';
import { parseTokenKeys } from '../../src/core/tokens/keys.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { rotateToken } from '../../src/core/tokens/rotate.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import type { ServerSettings } from '../../src/database/settings/settings.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { askCsharp, compileCsharp } from './csharp.js';
import { samplePath } from './vectors.js';

const DAY_MS = 86_400_000;
const KEY = createHmac('sha256', 'a key').digest();
const KEYS = parseTokenKeys(`2026-a ${KEY.toString('base64')}`, 'the test');

interface Case {
  what: string;
  presented: string;
  /** The IdP whose token it is; undefined where it must not be let in. */
  idp?: string;
  /** It is hashed with a key. */
  keyed?: true;
}

/** Tokens of every kind, and things that are none. */
async function everyCase(product: Product): Promise<Case[]> {
  const { core } = product;
  const add = async (name: string) => {
    await addServiceAccount(core, { name, kind: 'generic' });
    return name;
  };
  const create = (idp: string, days: number, by: Core = core) =>
    createToken(by, idp, { expiresInMs: days * DAY_MS });

  const active = await create(await add('active'), 30);
  const retiring = await create(await add('rotated'), 30);
  const fresh = await rotateToken(core, 'rotated', { expiresInMs: null, overlapMs: DAY_MS });
  const revoked = await create(await add('revoked'), 30);
  await revokeToken(core, revoked.id);
  const long = new Date(Date.now() - 60 * DAY_MS);
  const expired = await create(await add('expired'), 30, { ...core, clock: () => long });
  const disabled = await create(await add('disabled'), 30);
  await setAccountEnabled(core, 'disabled', false);
  const removed = await create(await add('removed'), 30);
  await removeAccount(core, 'removed');
  const keyed = await create(await add('keyed'), 30, { ...core, tokenKeys: KEYS });
  const guessed = generateToken(core.random);
  return [
    { what: 'an active one', presented: active.token, idp: 'active' },
    { what: 'one that never expires', presented: fresh.token, idp: 'rotated' },
    { what: 'a retiring one', presented: retiring.token, idp: 'rotated' },
    { what: 'one that is hashed with a key', presented: keyed.token, idp: 'keyed', keyed: true },
    { what: 'a revoked one', presented: revoked.token },
    { what: 'an expired one', presented: expired.token },
    { what: 'one of a disabled IdP', presented: disabled.token },
    { what: 'one of a removed IdP', presented: removed.token },
    { what: 'a made-up one', presented: guessed.text },
    { what: 'an id with another secret', presented: active.token.slice(0, 21) + guessed.text.slice(21) },
    { what: 'one in upper case', presented: active.token.toUpperCase() },
    { what: 'one with a blank behind', presented: `${active.token} ` },
    { what: 'one with a full-width letter', presented: active.token.replace('s', '\uFF53') },
    { what: 'one with a quote', presented: `${active.token.slice(0, -1)}'` },
    { what: 'nothing', presented: '' },
  ];
}

forEachEngine('the samples for a host application that verifies tokens itself', (engine) => {
  let product: Product;
  let cases: Case[];
  before(async () => {
    product = await freshProduct(engine);
    cases = await everyCase(product);
  });
  after(() => product.close());

  it('in SQL let in what the product lets in, but for tokens that are hashed with a key', async () => {
    const { dialect } = product.database;
    const sql = await readFile(
      samplePath(engine.name === 'mssql' ? 'verify-token.sql-server.sql' : 'verify-token.postgres.sql'),
      'utf8',
    );
    const install = () =>
      product.database.transaction(async ({ knex }) => {
        for (const batch of dialect.splitScript(sql)) await knex.raw(batch);
      });
    await install();
    await install(); // May be run again.
    const call =
      engine.name === 'mssql'
        ? 'exec app.verify_scim_token @presented = ?'
        : 'select * from app.verify_scim_token(?)';
    const ask = (presented: string | null) =>
      product.database.read((session) =>
        selectRaw<{ service_account: string }>(session, call, [presented as string]),
      );

    for (const { what, presented, idp, keyed } of cases) {
      if (keyed) await assert.rejects(ask(presented), /hashed with a key/, what);
      else
        assert.deepEqual(
          (await ask(presented)).map((row) => row.service_account),
          idp ? [idp] : [],
          what,
        );
    }
    assert.deepEqual(await ask(null), []);
  });

  it('in TypeScript let in what the product lets in', async () => {
    const { lookUp, close } = await driverOf(product);
    try {
      const keys = new Map([['2026-a', KEY]]);
      for (const { what, presented, idp, keyed } of cases) {
        assert.equal((await verifyToken(presented, lookUp, { keys }))?.serviceAccount, idp, what);
        const strict = await verifyToken(presented, lookUp, { keys, requireKeyed: true });
        assert.equal(strict?.serviceAccount, keyed ? idp : undefined, what);
        if (keyed) await assert.rejects(verifyToken(presented, lookUp), /key 2026-a is missing/);
      }
    } finally {
      await close();
    }
  });

  it('in C# let in what the product lets in', async (test) => {
    if (engine.name !== 'mssql') return test.skip('no driver of this database is at hand for .NET');
    const program = await compileCsharp({ driver: true });
    if ('missing' in program) return test.skip(program.missing);
    const some = cases.filter(({ presented }) => !/[\uFF53]/.test(presented));
    const requests = some.map(({ presented }) => ['', '2026-a', KEY.toString('base64'), presented]);

    const answers = await askCsharp(program, ['sql-server', await adoNetString(product)], requests);

    const accounts = answers.map((answer) => (answer === 'no' ? undefined : answer.split(' ')[0]));
    assert.deepEqual(
      accounts,
      some.map(({ idp }) => idp),
    );
  });

  it('see no token at all where the installation is cloud-hosted', async () => {
    const count = () =>
      product.database.read(async (session) => {
        return (await selectRaw(session, 'select public_id from scim.live_token')).length;
      });
    assert.equal(await count(), 4);

    await markHosting(product.core, 'cloud');
    assert.equal(await count(), 0);
    await markHosting(product.core, 'on-premises');
  });
});

/** A lookup of the sample's through the database's own driver, as an application would have it. */
async function driverOf({ url, database }: Product): Promise<{ lookUp: Lookup; close: () => Promise<void> }> {
  const { settings } = await parseConnectionSetting(url, { cwd: process.cwd(), env: {} });
  if (settings.engine === 'postgres') {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return { lookUp: postgresLookup(client), close: () => client.end() };
  }
  if (settings.engine === 'mssql') {
    const { default: mssql } = await import('mssql');
    const { hosts, user, password } = settings;
    const pool = await new mssql.ConnectionPool({
      server: hosts[0]?.host ?? '',
      port: hosts[0]?.port,
      database: settings.database,
      user,
      password,
      options: { encrypt: settings.tls.mode !== 'disable', trustServerCertificate: true },
    }).connect();
    return { lookUp: mssqlLookup(pool), close: () => pool.close() };
  }
  // The embedded database is PostgreSQL, but is only to be entered through the product's own door.
  const client = {
    query: async (sql: string, values: string[]) => ({
      rows: await database.read((session) => selectRaw<never>(session, sql.replace('$1', '?'), values)),
    }),
  };
  return { lookUp: postgresLookup(client), close: async () => {} };
}

async function adoNetString({ url }: Product): Promise<string> {
  const { settings } = await parseConnectionSetting(url, { cwd: process.cwd(), env: {} });
  const { hosts, database, user, password, tls } = settings as ServerSettings;
  const [{ host, port } = { host: '', port: 1433 }] = hosts;
  const encrypt =
    tls.mode === 'disable' || tls.mode === 'prefer' ? 'False' : 'True;TrustServerCertificate=True';
  return `Server=${host},${port};Database=${database};User Id=${user};Password="${password}";Encrypt=${encrypt}`;
}
