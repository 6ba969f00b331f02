import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../../src/core/core.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import type { ScimHandler } from '../../src/scim/protocol/exchange.js';
import { Cost, isCostTime } from '../../src/scim/server/fairness/cost.js';
import { Demand } from '../../src/scim/server/fairness/demand.js';
import { Gate, type GateLimits, type Leave } from '../../src/scim/server/fairness/gate.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';
import { bearer, echo, issue, startEndpoint } from '../support/scim/endpoint.js';

forEachEngine(
  'the share of each IdP',
  (engine) => {
    let product: Product;
    const tokens: Record<string, string> = {};
    before(async () => {
      product = await freshProduct(engine, { served: true });
      for (const name of ['good', 'bad']) {
        await addIdp(product, name);
        tokens[name] = (await issue(product, name)).token;
      }
    });
    const stops: (() => Promise<unknown>)[] = [];
    after(async () => {
      for (const stop of stops) await stop();
      await product.close();
    });

    const call = async (url: string, idp: string) => {
      const response = await fetch(`${url}/scim/v2/Users`, { headers: bearer(tokens[idp] ?? '') });
      await response.text();
      return response.status;
    };
    /** Answers `bad` once it is let go, and `good` at once, each with a connection in its hands. */
    const holding = () => {
      let isHolding = false;
      let letGo: (() => void)[] = [];
      let began = 0;
      const handler: ScimHandler = async (request, door) => {
        await door.core.database.transaction(async ({ knex }) => {
          await knex.raw('select 1 as one');
          began++;
          if (door.idp.name === 'bad' && isHolding) await new Promise<void>((go) => letGo.push(go));
        });
        return echo(request, door);
      };
      return {
        handler,
        hold: () => {
          isHolding = true;
        },
        letGo: () => {
          isHolding = false;
          for (const go of letGo) go();
          letGo = [];
        },
        began: () => began,
      };
    };

    it('is every connection while no other asks, and never the last one beside others', async () => {
      const { handler, hold: start, letGo, began } = holding();
      const own = await startEndpoint(product, { handler });
      stops.push(() => own.stop(0));
      stops.push(async () => letGo());
      const hold = async (count: number) => {
        start();
        const before = began();
        const held = Array.from({ length: 12 }, () => call(own.url, 'bad'));
        while (began() < before + count) await new Promise((resolve) => setTimeout(resolve, 5));
        return held;
      };

      // What such a request costs is known then.
      await call(own.url, 'bad');
      // Two of ten connections are the endpoint's own.
      const alone = await hold(8);
      letGo();
      assert.deepEqual(await Promise.all(alone), Array(12).fill(200));
      await call(own.url, 'good');
      const bad = await hold(1);
      const good = await Promise.all(Array.from({ length: 4 }, () => call(own.url, 'good')));

      assert.deepEqual(good, Array(4).fill(200));
      letGo();
      assert.deepEqual(await Promise.all(bad), Array(12).fill(200));
    });

    it('has pauses, beside others, after what costs them much', async () => {
      let body = {};
      const handler: ScimHandler = async (_, { idp }) =>
        idp.name === 'good' ? { status: 200, headers: {} } : { status: 200, headers: {}, ...body };
      const own = await startEndpoint(product, { handler });
      stops.push(() => own.stop(0));
      /** How long three requests take that are sent at once, beside one of another. */
      const threeBeside = async () => {
        await call(own.url, 'good');
        const began = performance.now();
        await Promise.all(Array.from({ length: 3 }, () => call(own.url, 'bad')));
        return performance.now() - began;
      };

      body = { status: 400 };
      assert.ok((await threeBeside()) >= 2 * 100, 'refusals');
      body = { body: { text: 'x'.repeat(60_000) } };
      assert.ok((await threeBeside()) >= 2 * 8 * 58, 'large answers');
    });

    it('is two requests at once of a kind that takes long, also alone, whatever is fast in between', async () => {
      let takesMs = 1_050;
      let inside = 0;
      let most = 0;
      const handler: ScimHandler = async () => {
        most = Math.max(most, ++inside);
        await delay(takesMs);
        inside--;
        return { status: 200, headers: {} };
      };
      const own = await startEndpoint(product, { handler });
      stops.push(() => own.stop(0));
      const atOnce = async () => {
        most = 0;
        await Promise.all(Array.from({ length: 6 }, () => call(own.url, 'bad')));
        return most;
      };

      await call(own.url, 'bad');
      takesMs = 20;
      await call(own.url, 'bad');

      assert.equal(await atOnce(), 2);
    });

    it('is not for requests whose client has hung up while they waited', async () => {
      const { handler, hold, letGo, began } = holding();
      const own = await startEndpoint(product, { handler, limits: { maxConcurrency: 1 } });
      stops.push(() => own.stop(0));
      const isWaiting = async (count: number) => {
        const page = async () => (await fetch(`${own.url}/metrics`)).text();
        while (!(await page()).includes(`scimctl_requests_waiting ${count}\n`));
      };
      hold();
      const held = call(own.url, 'bad');
      while (began() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      const client = new AbortController();
      const gone = fetch(`${own.url}/scim/v2/Users`, {
        headers: bearer(tokens.bad ?? ''),
        signal: client.signal,
      });
      await isWaiting(1);
      client.abort();
      await assert.rejects(gone);
      const patient = call(own.url, 'bad');
      await isWaiting(2);

      letGo();

      assert.deepEqual([await held, await patient], [200, 200]);
      assert.equal(began(), 2);
    });

    it('ends with the time of the request, and with it the statement and the transaction', async () => {
      const failures: unknown[] = [];
      let late: unknown;
      const work = async ({ database }: Core) => {
        await database
          .transaction(async ({ knex }) => {
            await knex.raw("update scim.service_account set display_name = 'half' where name = 'good'");
            // Waits for the lock that is held below.
            await knex.raw("update scim.service_account set display_name = 'half' where name = 'bad'");
          })
          .catch((error) => failures.push(error));
        await database
          .read(({ knex }) => knex.raw('select 1 as one'))
          .catch((error) => {
            late = error;
          });
      };
      let ended = () => {};
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const handler: ScimHandler = async (request, door) => {
        await work(door.core).finally(ended);
        return echo(request, door);
      };
      const own = await startEndpoint(product, { handler, limits: { handlerMs: 1_000 } });
      stops.push(() => own.stop(0));

      await product.database.transaction(async ({ knex }) => {
        await knex.raw("update scim.service_account set display_name = 'held' where name = 'bad'");
        assert.equal(await call(own.url, 'bad'), 503);
        // The statement has ended, although the lock is still held.
        await end;
      });

      const [failure] = failures;
      assert.ok(failure instanceof DatabaseFault, String(failure));
      // Babelfish does not answer an attention: its connection is closed.
      assert.equal(failure.fault, engine.name === 'mssql' ? 'unanswered' : 'statement-timeout');
      assert.match(String(late), /TooSlow/, 'nothing begins after it');
      const rows = await product.test.query(
        "select name, display_name from scim.service_account where name in ('good', 'bad') order by name",
      );
      assert.deepEqual(
        rows.map(({ display_name }) => display_name === 'half'),
        [false, false],
      );
      // The pool is whole.
      const quick = await startEndpoint(product);
      stops.push(() => quick.stop(0));
      assert.deepEqual(
        await Promise.all(Array.from({ length: 12 }, () => call(quick.url, 'bad'))),
        Array(12).fill(200),
      );
    });
  },
  { only: ['postgres', 'mssql'] },
);

describe('the cost of a kind of requests', () => {
  const LITTLE = { tookMs: 999, bytes: 65_535 };
  const costOf = (...kinds: string[]) => {
    const cost = new Cost();
    for (const kind of kinds) cost.expect(kind);
    return cost;
  };

  it('is not known before the first answer: two at once', () => {
    const cost = costOf('one GET /Users');

    assert.equal(cost.mostOf('one GET /Users', 0), 2);
    cost.note('one GET /Users', LITTLE, 0);
    assert.equal(cost.mostOf('one GET /Users', 0), Number.POSITIVE_INFINITY);
  });

  for (const [what, spent, most] of [
    ['dear', { tookMs: 1_000, bytes: 10 }, 2],
    ['bulky', { tookMs: 10, bytes: 65_536 }, 4],
    ['both', { tookMs: 1_000, bytes: 65_536 }, 2],
  ] as const) {
    it(`is ${what} for ten seconds after one that was, for that IdP and that kind alone`, () => {
      const cost = costOf('one GET /Users', 'one GET /Groups', 'two GET /Users');

      cost.note('one GET /Users', spent, 5_000);
      cost.note('one GET /Users', LITTLE, 6_000);
      for (const other of ['one GET /Groups', 'two GET /Users']) cost.note(other, LITTLE, 5_000);

      assert.deepEqual(
        [cost.mostOf('one GET /Users', 14_999), cost.mostOf('one GET /Users', 15_000)],
        [most, Number.POSITIVE_INFINITY],
      );
      for (const other of ['one GET /Groups', 'two GET /Users'])
        assert.equal(cost.mostOf(other, 5_001), Number.POSITIVE_INFINITY);
    });
  }

  it('does not count where the time of the request is no cost', () => {
    const cost = new Cost();

    cost.note('one POST /Users', { tookMs: 60_000, bytes: 65_536 }, 5_000);

    assert.equal(cost.mostOf('one POST /Users', 5_001), Number.POSITIVE_INFINITY);
  });

  it('is its time for reads and groups, and not where the application may be waited for', () => {
    assert.deepEqual(
      [isCostTime('read', '/Users'), isCostTime('read', '/.search'), isCostTime('change', '/Groups/{id}')],
      [true, true, true],
    );
    assert.deepEqual(
      [isCostTime('change', '/Users'), isCostTime('change', '/Users/{id}'), isCostTime('bulk', '/Bulk')],
      [false, false, false],
    );
  });
});

describe('the demand of IdPs', () => {
  const demandOf = (requests: Record<string, number>) => {
    const demand = new Demand();
    for (const [idp, count] of Object.entries(requests)) {
      for (let n = 0; n < count; n++) demand.begin(idp, 0);
    }
    return demand;
  };

  it('lets one go first that asks for far less, and none of those that ask for about as much', () => {
    const demand = demandOf({ one: 1, two: 2, three: 3, many: 12 });

    for (const idp of ['one', 'two', 'three']) {
      assert.equal(demand.isFarLess(idp, 'many'), true, idp);
      assert.equal(demand.isFarLess('many', idp), false, idp);
      for (const other of ['one', 'two', 'three']) assert.equal(demand.isFarLess(idp, other), false);
    }
  });
});

describe('the gate for those who ask for different amounts', () => {
  const requests: Record<string, number> = { good: 1, bad: 12 };
  const isLess = (one: string, other: string) => (requests[one] ?? 0) < (requests[other] ?? 0);
  /** However busy the machine is, the end is not that of its patience. */
  const patient = { patienceMs: 60_000 };
  const newGate = (more: Partial<GateLimits> = {}) =>
    new Gate({ maxInside: 4, maxWaiting: 9, maxWaitMs: 5_000, goesBefore: isLess, ...more });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  /** Whether it has come in so far. */
  const entering = (gate: Gate, key: string) => {
    const state: { leave?: Leave } = {};
    const entered = gate.enter(key).then((leave) => {
      state.leave = leave;
    });
    return { state, entered };
  };

  it('lets nobody in beside one who asks for less, until that one leaves', async () => {
    const gate = newGate(patient);
    const leave = await gate.enter('good');
    const { state, entered } = entering(gate, 'bad');
    await turn();
    assert.equal(state.leave, undefined);

    leave();
    await entered;

    assert.equal(gate.inside, 1);
  });

  it('lets in beside one who asks for more', async () => {
    const gate = newGate();
    await gate.enter('bad');
    await gate.enter('good');

    assert.equal(gate.inside, 2);
  });

  it('stops nobody for good', async () => {
    const gate = newGate();
    await gate.enter('good');
    const leave = await gate.enter('bad');
    leave();
    await gate.enter('bad');

    assert.equal(gate.inside, 2);
  });

  it('has what is inside give way for a while, too', async () => {
    const gate = newGate(patient);
    await gate.enter('bad');
    const leave = await gate.enter('good');
    let isOver = false;
    const way = gate.giveWay('bad').then(() => {
      isOver = true;
    });
    await turn();
    assert.equal(isOver, false);

    leave();
    await way;
    await gate.giveWay('bad');
    const impatient = newGate();
    await impatient.enter('bad');
    await impatient.enter('good');
    await impatient.giveWay('bad');
  });
});
