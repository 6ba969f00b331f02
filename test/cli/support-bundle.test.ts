import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { recordRefusal } from '../../src/core/audit/change.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { withheldIn, withholding } from '../../src/core/support/withheld.js';
import { createToken } from '../../src/core/tokens/create.js';
import { planBatch, withoutMssqlLiterals } from '../../src/database/mssql/catalogue/plan-source.js';
import { withoutPostgresLiterals } from '../../src/database/postgres/catalogue/plan-source.js';
import { operationProblem } from '../../src/problem.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { link } from '../support/people/provisioned.js';
import { tarMissing } from '../support/processes/on-path.js';
import { runHere } from '../support/processes/world.js';

/** Planted wherever a person, a secret or a value of the application could be; no two hold one another. */
const CANARY = {
  login: 'canarylogin.marple',
  email: 'canarymail.poirot@canaryhost.example',
  displayName: 'Canary Holmes',
  idpDisplayName: 'Canary Corporation',
  userName: 'canaryname.vance@canaryhost.example',
  externalId: 'canaryexternal4711',
  target: 'canarytarget.spade@canaryhost.example',
  literal: 'canaryliteral-watson',
  path: 'canarypath',
  url: 'canaryurl.example',
  password: 'canaryPassword!77',
  keyed: 'canarykeysecret0123456789abcdefghijkl',
  table: 'canary_table_of_adler',
  reason: 'canary reason moriarty',
};

const textOf = (archive: Buffer): string => gunzipSync(archive).toString('utf8');

function assertWithoutCanaries(text: string, more: readonly string[] = []): void {
  assert.doesNotMatch(text, /canary/i);
  for (const secret of more) assert.ok(!text.includes(secret), 'a secret is in the bundle');
}

forEachEngine('support bundle', (engine) => {
  let product: Product;
  let directory: string;
  let token: string;

  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory(CANARY.path);
    const idp = await addServiceAccount(product.core, {
      name: 'entra',
      kind: 'entra',
      displayName: CANARY.idpDisplayName,
    });
    token = (await createToken(product.core, 'entra', { expiresInMs: null })).token;
    const set = (columns: string) => product.test.query(`update app.users set ${columns}`);
    await set(`login = '${CANARY.login}', display_name = '${CANARY.displayName}' where id = 4`);
    // Two that the check of the host views names.
    await set(`login = 'canarytwin' where id = 5`);
    await set(`email = '${CANARY.email}' where id = 6`);
    const left = {
      deprovisionedAt: product.now,
      heldBackAt: product.now,
      deprovisionReason: 'disabled',
    } as const;
    await link(product, idp, '4', { ...left, userName: CANARY.userName, externalId: CANARY.externalId });
    await link(product, idp, '5', { accountLogin: CANARY.login, accountEmail: CANARY.email });
    await link(product, idp, '6', { userName: ` ${CANARY.userName} ` });
    const refused = { action: 'user.create', target: { type: 'user', name: CANARY.target } };
    for (const code of ['seats-exhausted', 'seats-exhausted', CANARY.reason])
      await recordRefusal(
        product.core,
        refused,
        operationProblem(code, 'x', { trail: { login: CANARY.login } }),
      );
    await product.test.query(
      `update scim.installation set create_reason = '${CANARY.reason}', manual_disable_in = '${CANARY.reason}'`,
    );
  });
  after(() => product.close());

  const run = (words: string[], more: Record<string, string | undefined> = {}) =>
    runHere(['support', 'bundle', ...words], {
      cwd: directory,
      env: {
        SCIMCTL_DATABASE: product.url,
        SCIMCTL_BASE_URL: `https://${CANARY.url}`,
        SCIMCTL_SERVE_TLS_KEY: `/${CANARY.path}/key.pem`,
        SCIMCTL_TOKEN_KEYS: `k1:${Buffer.from(CANARY.keyed).toString('base64')}`,
        SCIMCTL_PROBE_TOKEN: CANARY.password,
        PGPASSFILE: `/${CANARY.path}/pgpass`,
        ...more,
      },
    });
  const passwordOf = () => decodeURIComponent(/:\/\/[^:/]*:([^@]*)@/.exec(product.url)?.[1] ?? '');
  let asked: Promise<string> | undefined;
  /** What is printed before anything is broken. */
  const documents = async () => {
    asked ??= run(['--print']).then(({ stdout }) => stdout);
    return JSON.parse(await asked);
  };

  it('writes one archive that holds none of what was planted', async () => {
    const { code, stdout, stderr } = await run(['--out', 'ticket.tar.gz', '-o', 'json']);
    assert.equal(code, 0, stderr);
    const { file, parts } = JSON.parse(stdout);
    const archive = await readFile(join(directory, 'ticket.tar.gz'));
    const secrets = [token, token.slice(-40), passwordOf()].filter((secret) => secret.length > 8);

    assert.equal(file, 'ticket.tar.gz');
    assertWithoutCanaries(textOf(archive), secrets);
    assertWithoutCanaries(stdout.replaceAll(CANARY.path, ''), secrets);
    assertWithoutCanaries(stderr.replaceAll(CANARY.path, ''), secrets);
    // All is there but metrics, and plans where the server has none to show.
    const missing = parts
      .filter((part: { missing?: string }) => part.missing)
      .map((part: { file: string }) => part.file);
    const plans = parts
      .map((part: { file: string }) => part.file)
      .filter((name: string) => /^plans\//.test(name));
    assert.deepEqual(missing, [...(engine.name === 'mssql' ? plans : []), 'metrics.txt']);
    assert.ok(plans.length >= 7);
  });

  it('can be unpacked, and its README lists what is in it', { skip: tarMissing }, async () => {
    const tar = (...words: string[]) => spawnSync('tar', words, { cwd: directory, encoding: 'utf8' });
    const listed = tar('-tzf', 'ticket.tar.gz').stdout.trim().split('\n');
    const readme = tar('-xzOf', 'ticket.tar.gz', 'scimctl-support/README.txt').stdout;
    const counts = tar('-xzOf', 'ticket.tar.gz', 'scimctl-support/tables.json').stdout;

    for (const name of listed.slice(1))
      assert.ok(readme.includes(name.replace('scimctl-support/', '')), name);
    assert.match(readme, /metrics\.txt\n.*\n {2}MISSING: the endpoint does not answer on this machine/);
    assert.equal(JSON.parse(counts).tables.identity, 3);
  });

  it('counts links, users and refusals', async () => {
    const found = await documents();

    assert.deepEqual(found['idps.json'].links, [
      { idp: 'entra', kind: 'entra', state: 'disabled', links: 1 },
      { idp: 'entra', kind: 'entra', state: 'in-force', links: 2 },
    ]);
    assert.deepEqual(
      found['idps.json'].idps.map((idp: { tokens: { status: string }[] }) =>
        idp.tokens.map(({ status }) => status),
      ),
      [['active']],
    );
    const { refusals } = found['problems.json'];
    assert.deepEqual(
      refusals.map(({ code, action, actor, count }: Record<string, unknown>) => [code, action, actor, count]),
      [
        ['seats-exhausted', 'user.create', 'cli', 2],
        ['other', 'user.create', 'cli', 1],
      ],
    );
    const { enabled, disabled } = found['tables.json'].hostUsers;
    assert.ok(enabled > 0 && disabled > 0);
    assert.match(found['trail.json'].head.digest, /^[0-9a-f]{64}$/);
    assert.equal(found['installation.json'].createsAccounts, false);
  });

  it('has the checks by name and state, and their texts where these name nobody', async () => {
    const found = await documents();
    const checks: { name: string; status: string; summary?: string }[] = found['checks.json'].checks;
    const of = (wanted: string) => checks.find(({ name }) => name === wanted);

    assert.equal(of('tls')?.status, 'pass');
    assert.ok(of('version')?.summary);
    assert.deepEqual(of('user-names'), { name: 'user-names', status: 'warn' });
  });

  it('says where settings come from, and shows no text', async () => {
    const found = await documents();
    const settings: { name: string; source: string; value: unknown }[] = found['settings.json'];
    const of = (wanted: string) => settings.find(({ name }) => name === wanted);

    assert.deepEqual(of('database'), { name: 'database', source: 'SCIMCTL_DATABASE', value: '[set]' });
    assert.deepEqual(of('serve.baseUrl'), {
      name: 'serve.baseUrl',
      source: 'SCIMCTL_BASE_URL',
      value: '[set]',
    });
    assert.deepEqual(of('serve.port'), { name: 'serve.port', source: 'default', value: 8090 });
    assert.deepEqual(of('PGPASSFILE'), { name: 'PGPASSFILE', source: 'environment', value: '[set]' });
  });

  it('holds plans without values of host views', {
    skip: engine.name === 'mssql' && 'Babelfish shows none',
  }, async () => {
    const [{ definition }] = (await product.test.query<{ definition: string }>(
      "select pg_get_viewdef('scim.host_user'::regclass) as definition",
    )) as [{ definition: string }];
    const text = definition.trim().replace(/;$/, '');
    await product.test.query(
      `create or replace view scim.host_user as select * from (${text}) v where login_name <> '${CANARY.literal}'`,
    );
    try {
      const found = JSON.parse((await run(['--print'])).stdout);
      const plan = String(found['plans/first-users.txt']);
      assert.match(plan, /<> \?/);
      assert.match(plan, /"Index Name": "identity_listing"/);
      assertWithoutCanaries(JSON.stringify(found));
    } finally {
      await product.test.query(`create or replace view scim.host_user as ${text}`);
    }
  });

  it('says where the schema differs, and not what is planted there', async () => {
    await product.test.query(`create table scim.${CANARY.table} (x int)`);
    const { stdout } = await run(['--print']);

    const { findings } = JSON.parse(stdout)['schema.json'];
    assert.ok(findings.some(({ kind, object }: Record<string, unknown>) => kind === 'unexpected' && !object));
    assertWithoutCanaries(stdout);
  });

  it('goes on without a host view, and says which part is missing', {
    skip: engine.name === 'mssql' && 'Babelfish drops no view with triggers',
  }, async () => {
    await product.test.query('drop view scim.host_user');
    const { code, stdout } = await run(['--print']);
    const found = JSON.parse(stdout);

    assert.equal(code, 0);
    assert.equal(found['tables.json'].tables.identity, 3);
    assert.ok(found['tables.json'].hostUsers.missing);
    assertWithoutCanaries(stdout);
  });

  it('works without a database, with a broken setting and with a broken config file', async () => {
    const config = join(directory, 'config.json');
    await writeFile(config, `{"database": "postgres://${CANARY.login}:${CANARY.password}@`);
    for (const [env, reason] of [
      [{ SCIMCTL_DATABASE: undefined }, /^database-not-set: /],
      [{ SCIMCTL_DATABASE: `nonsense ${CANARY.password}` }, /^connection-setting-invalid: /],
      [
        {
          SCIMCTL_DATABASE: `postgresql://${CANARY.password}:${CANARY.password}@127.0.0.1:1/${CANARY.table}`,
        },
        /^database-unreachable: /,
      ],
      [{ SCIMCTL_DATABASE: undefined, SCIMCTL_CONFIG: config }, /^config-invalid: /],
    ] as const) {
      const { code, stdout, stderr } = await run(['--print'], env);
      assert.equal(code, 0, stderr);
      const found = JSON.parse(stdout);
      assert.match(found['server.json'].missing, reason);
      assert.ok(found['program.json'].scimctl);
      assertWithoutCanaries(stdout);
    }
  });

  it('refuses a file that cannot be written before it asks the database', async () => {
    const { code, stderr } = await run(['--out', 'no/such/place.tar.gz', '-o', 'json']);
    assert.deepEqual([code, JSON.parse(stderr).error.code], [1, 'out-unwritable']);
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});

describe('what a support bundle withholds', () => {
  it('is what the run knows, and what looks like a secret or an address', () => {
    const withhold = withholding(['sql01.corp.example', 'jane', 'scim', '', undefined]);
    const kept: Record<string, string> = {
      'jane of sql01.corp.example': '[withheld] of [withheld]',
      'janet and scim': 'janet and scim',
      scimctl_a1B2c3D4e5F6_abcdefghij: '[withheld]',
      'mail anna.o’neil@contoso.example now': 'mail anna.o’[withheld] now',
      'Server=x;Password=topsecret;Encrypt=True': 'Server=x;Password=[withheld];Encrypt=True',
      'postgres://me:topsecret@db/x': 'postgres://[withheld]db/x',
      'anna@sql01': '[withheld]',
    };
    for (const [text, expected] of Object.entries(kept)) assert.equal(withhold(text), expected);
    assert.deepEqual(withheldIn({ jane: ['jane', 1, null] }, withhold), {
      '[withheld]': ['[withheld]', 1, null],
    });
  });

  it('is every literal of a PostgreSQL plan, and no name of an object', () => {
    const plan = {
      'Node Type': 'Index Scan',
      'Plan Rows': 12,
      'Index Name': 'users2',
      Filter: `((u."it's 5" = 'O''Neil'::text) AND (a.n2 > 42.5) AND (b = $1) AND (c = E'x\\\\y') AND (d = B'101') AND (e = '-3'::integer))`,
    };
    assert.deepEqual(withoutPostgresLiterals(plan), {
      ...plan,
      Filter: `((u."it's 5" = ?::text) AND (a.n2 > ?) AND (b = $1) AND (c = ?) AND (d = ?) AND (e = ?::integer))`,
    });
  });

  it('is every text, constant and value of a SQL Server plan', () => {
    const plan = `<?xml version="1.0"?><ShowPlanXML xmlns="http://schemas.microsoft.com/sqlserver/2004/07/showplan" Version="1.564" Build="16.0.1">
      <StmtSimple StatementText="select 'canary'" StatementId="1" StatementSubTreeCost="0.0065" ParameterizedText="(@1 nvarchar)'canary'">
      <RelOp PhysicalOp="Index Seek" EstimateRows="1.5" Parallel="false"><Object Database="[canary]" Schema="[app]" Table="[users]" Index="[PK]" />
      <ScalarOperator ScalarString="[u].[login]&lt;&gt;N'canary'"><Const ConstValue="N'canary'" /><Const ConstValue="4711" /></ScalarOperator>
      <ColumnReference Column="@p0" ParameterCompiledValue="4711" ParameterDataType="nvarchar(4000)" /><!-- canary -->canary</RelOp></StmtSimple></ShowPlanXML>`;
    const kept = withoutMssqlLiterals(plan);

    assert.doesNotMatch(kept, /canary|4711/);
    for (const one of [
      'PhysicalOp="Index Seek"',
      'EstimateRows="1.5"',
      'Table="[users]"',
      'ConstValue="?"',
      'ScalarString="?"',
    ])
      assert.ok(kept.includes(one), one);
  });

  it('is asked of SQL Server with variables in the place of values', () => {
    assert.equal(
      planBatch('select 1 where a = ? and b = ? and c = ?', ['x', 3, Buffer.alloc(2)]),
      'DECLARE @p0 nvarchar(4000), @p1 int, @p2 varbinary(8000);\nselect 1 where a = @p0 and b = @p1 and c = @p2;',
    );
  });
});
