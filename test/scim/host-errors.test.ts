import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { disableUser } from '../../src/core/users/disable.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { hostTrigger } from '../support/databases/odd-host.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { eventsOf, setSeats } from '../support/people/people.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';
import { CORE_USER } from '../support/scim/scim.js';

const ANN = 'ann@contoso.example';
/** What PostgreSQL prints as DETAIL, and a trigger may print of a row. */
const SECRET = '$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const RULE = 'letters, digits and @ . + - _';

const raise = (text: string, using = '') => ({
  postgres: `raise exception '%', '${text}'${using};`,
  mssql: `raiserror(N'${text}', 16, 1); rollback;`,
});

forEachEngine('an error of the host application', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  let okta: string;

  before(async () => {
    product = await freshProduct(engine, { served: true });
    await setSeats(product, 'Concurrent', 1_000);
    for (const [name, deprovisionPolicy] of [
      ['entra', 'manual'],
      ['okta', 'disable'],
    ] as const) {
      await addServiceAccount(product.core, {
        name,
        kind: 'generic',
        deprovisionPolicy,
        maxDepartures: null,
      });
    }
    ({ token } = await issue(product, 'entra'));
    ({ token: okta } = await issue(product, 'okta'));
  });
  // Of a refusal that comes again, an endpoint writes only the number.
  beforeEach(async () => {
    endpoint = await startEndpoint(product, { handler: createScimHandler() });
  });
  afterEach(async () => {
    await hostTrigger(product, ANN, undefined);
    await endpoint.stop(0);
  });
  after(() => product.close());

  const send = async (method: string, path: string, body: unknown, by = token) => {
    const response = await fetch(`${endpoint.scim}${path}`, {
      method,
      headers: { ...bearer(by), 'Content-Type': 'application/scim+json' },
      body: JSON.stringify(body),
    });
    const line = endpoint.log.filter(({ event }) => event === 'request').at(-1) ?? {};
    return { status: response.status, body: JSON.parse(await response.text()), line };
  };
  const ann = (more: Record<string, unknown> = {}) => ({
    schemas: [CORE_USER],
    userName: ANN,
    emails: [{ value: ANN, type: 'work', primary: true }],
    ...more,
  });
  /** Creates Ann where a trigger forbids it; what was told, and where. */
  async function refused(body: Record<'postgres' | 'mssql', string>, more?: Record<string, unknown>) {
    await hostTrigger(product, ANN, body);
    let answer: Awaited<ReturnType<typeof send>> | undefined;
    const events = await eventsOf(product, async () => {
      answer = await send('POST', '/Users', ann(more));
    });
    const { status, body: told, line } = answer ?? assert.fail();
    const everywhere = JSON.stringify([told, line, events]);
    return { status, detail: String(told.detail), line, events, everywhere };
  }

  it('arrives whole, whatever signs are in it', async () => {
    const { status, detail, line, events } = await refused(raise(RULE));

    assert.equal(status, 400);
    assert.ok(detail.includes(RULE), detail);
    assert.equal(line.problem, 'host-refused');
    assert.equal(line.databaseMessage, RULE);
    assert.match(String(line.databaseState), /^(SQLSTATE P0001|error 50000)$/);
    assert.deepEqual([events[0]?.outcome, events[0]?.details.code], ['refused', 'host-refused']);
    assert.ok(!JSON.stringify(events).includes(RULE), 'the trail holds no message');
  });

  it('says so where it has no message', async () => {
    const { detail } = await refused(raise(' '));
    assert.match(detail, /refused this user: without a message \((SQLSTATE P0001|error 50000)\)\. Correct/);
  });

  it('arrives without what looks like a credential, on one line and not endlessly', async () => {
    const text = `${'long '.repeat(300)}`;
    const { line, everywhere } = await refused(raise(`key ${JWT} hash ${SECRET}\n\u001b[31m ${text}`));

    const message = String(line.databaseMessage);
    for (const secret of [JWT, SECRET, 'eyJ', '$2a$', '\u001b'])
      assert.ok(!everywhere.includes(secret), secret);
    assert.match(message, /^key … hash …\\n\\u\{1b\}\[31m long/);
    assert.ok(message.length <= 1_000);
  });

  if (engine.name !== 'mssql') {
    it('arrives with its hint, constraint and column, and never with DETAIL or CONTEXT', async () => {
      const using = ` using hint = 'Take other letters.', detail = 'row ${SECRET}', constraint = 'staff_letters', column = 'login'`;
      const { detail, line, events, everywhere } = await refused(raise(RULE, using));

      assert.match(
        detail,
        /constraint staff_letters, column login\)\. Hint: Take other letters\. Correct or shorten the value/,
      );
      assert.equal(line.databaseHint, 'Take other letters.');
      assert.deepEqual([line.databaseConstraint, line.databaseColumn], ['staff_letters', 'login']);
      assert.deepEqual(events[0]?.details.host, {
        state: 'SQLSTATE P0001',
        constraint: 'staff_letters',
        column: 'login',
      });
      for (const secret of [SECRET, 'row ', 'PL/pgSQL', 'app.rule']) {
        assert.ok(!everywhere.includes(secret), secret);
      }
    });
  }

  it('is no lost connection because it says so', async () => {
    const text = 'no rule - Connection terminated';
    const using = ", errcode = 'P0003'";
    const { status, line } = await refused({
      ...raise(text),
      postgres: `raise exception using message = '${text}'${using};`,
    });

    assert.ok([400, 500].includes(status), String(status));
    assert.match(String(line.problem), /^host-(refused|broken)$/);
    assert.equal(line.databaseMessage, text);
  });

  // Babelfish and SQL Server number these themselves; `database/connect-faults` has what they mean there.
  if (engine.name !== 'mssql') {
    for (const code of ['08001', '08006', '57P01', '53300', '25006']) {
      it(`is no fault of our connection or our server because it has SQLSTATE ${code}`, async () => {
        const text = 'could not connect to server "mail"';
        const body = { ...raise(text), postgres: `raise exception '${text}' using errcode = '${code}';` };

        const { status, line } = await refused(body);

        assert.deepEqual([status, line.problem], [500, 'host-broken']);
        assert.deepEqual([line.databaseMessage, line.databaseState], [text, `SQLSTATE ${code}`]);
        await leavesOnRecord(`${code}@contoso.example`, body, text);
      });
    }
  }

  for (const [what, body, said] of [
    [
      'a table that is missing',
      {
        postgres: 'perform 1 from app.nowhere;',
        mssql: 'declare @n int; select @n = count(*) from app.nowhere;',
      },
      /nowhere/,
    ],
    [
      'a cast that cannot be',
      {
        postgres: "perform ('{1}'::int[])::timestamp;",
        mssql: "exec ('select cast(cast(1 as xml) as int)');",
      },
      /./,
    ],
  ] as const) {
    it(`that is its own fault, ${what}, is not called a fault of our schema`, async () => {
      const { status, detail, line } = await refused(body);

      assert.deepEqual([status, line.problem], [500, 'host-broken'], detail);
      assert.match(detail, /^The host application failed to store this user: /);
      assert.match(detail, said);
      assert.match(String(line.databaseState), /^(SQLSTATE 42\w{3}|error \d+)$/);
    });
  }

  it('shows in /readyz, the metrics and the log until a write is taken, if the next write will meet it too', async () => {
    const ready = async () => (await fetch(`${endpoint.url}/readyz`)).json();
    const gauge = async () =>
      /^scimctl_host_writes_failing (\d)$/m.exec(await (await fetch(`${endpoint.url}/metrics`)).text())?.[1];
    const changes = () => endpoint.log.filter(({ event }) => /^host-writes/.test(String(event)));
    await hostTrigger(product, ANN, undefined);
    await send('POST', '/Users', { ...ann(), userName: 'well@contoso.example', emails: undefined });
    const before = changes().length;
    await refused(raise(RULE));
    assert.deepEqual([await ready(), await gauge()], [{ status: 'ready' }, '0']);

    await refused({
      postgres: 'perform 1 from app.nowhere;',
      mssql: 'declare @n int; select @n = count(*) from app.nowhere;',
    });
    assert.deepEqual([await ready(), await gauge()], [{ status: 'ready', degraded: ['host-writes'] }, '1']);

    await send('POST', '/Users', { ...ann(), userName: 'again@contoso.example', emails: undefined });
    assert.deepEqual([await ready(), await gauge()], [{ status: 'ready' }, '0']);
    assert.deepEqual(
      changes()
        .slice(before)
        .map(({ event }) => event),
      ['host-writes-failing', 'host-writes-recovered'],
    );
  });

  it('names the attribute that is too long for its column', async () => {
    const { status, detail, line } = await refused(
      { postgres: 'null;', mssql: 'set nocount on;' },
      { displayName: 'Ann', name: { givenName: 'x'.repeat(201), familyName: 'Archer' } },
    );

    assert.deepEqual([status, line.problem], [400, 'host-refused']);
    assert.match(detail, /^The host application refused this user: name\.givenName: /);
    assert.ok(!detail.includes('xxx'), 'a value is not repeated');
  });

  it('leaves a departure on record, and the log says why the account was left as it is', async () => {
    await leavesOnRecord(ANN, raise(RULE), RULE);

    await assert.rejects(disableUser(product.core, ANN), (error: Error) => {
      assert.match(error.message, /^The host application refused to disable ann@contoso\.example: letters, /);
      return true;
    });
  });

  /** A user departs where a trigger forbids to disable the account. */
  async function leavesOnRecord(login: string, body: Parameters<typeof refused>[0], words: string) {
    await hostTrigger(product, ANN, undefined);
    const emails = [{ value: login, type: 'work', primary: true }];
    const made = await send('POST', '/Users', ann({ userName: login, emails }), okta);
    assert.equal(made.status, 201);
    await hostTrigger(product, login, body);

    const answer = await send(
      'PATCH',
      `/Users/${made.body.id}`,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value: false }],
      },
      okta,
    );

    assert.deepEqual([answer.status, answer.body.active], [200, false]);
    assert.deepEqual([answer.line.level, answer.line.databaseMessage], ['warn', words]);
  }
});
