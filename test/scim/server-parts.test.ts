import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { FailedAttempts, sourceOf } from '../../src/core/authentication/attempts.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import { AccessDoor } from '../../src/scim/server/access/door.js';
import { requestTenantUrl, sourceAddress } from '../../src/scim/server/access/origin.js';
import { Demand } from '../../src/scim/server/fairness/demand.js';
import { Gate, type GateLimits, Overloaded } from '../../src/scim/server/fairness/gate.js';
import { DEFAULT_LIMITS } from '../../src/scim/server/fairness/limits.js';
import { readText } from '../../src/scim/server/http/body.js';
import { LargeBodies } from '../../src/scim/server/http/large-bodies.js';
import { batched, createLog, describeError } from '../../src/scim/server/observing/log.js';
import { targetOf } from '../../src/scim/server/target.js';

describe('failed attempts', () => {
  const limits = { attempts: 3, windowMs: 60_000, sources: 3 };

  it('are counted over the last minute, wherever that begins', () => {
    const attempts = new FailedAttempts(limits);
    const away = [0, 1000, 2000, 3000].map((now) => attempts.fail('203.0.113.7', now));

    assert.deepEqual(away, [0, 0, 0, 57_000]);
    // Half of the four still count at the middle of the next minute.
    assert.equal(attempts.fail('203.0.113.7', 90_000), 0);
    assert.ok(attempts.fail('203.0.113.7', 91_000) > 0);
    assert.equal(attempts.fail('203.0.113.7', 300_000), 0);
  });

  it('of one source do not count for another', () => {
    const attempts = new FailedAttempts(limits);
    for (let tries = 0; tries < 10; tries++) attempts.fail('203.0.113.7', tries);

    assert.equal(attempts.fail('203.0.113.8', 10), 0);
  });

  it('of so many sources are remembered, and the one that was quiet for longest is forgotten first', () => {
    const attempts = new FailedAttempts(limits);
    for (let tries = 0; tries < 3; tries++) attempts.fail('a', 0);
    for (const source of ['b', 'c']) attempts.fail(source, 1);
    assert.ok(attempts.fail('a', 2) > 0);
    for (let source = 0; source < 10_000; source++) attempts.fail(`s${source}`, 3);

    assert.equal(attempts.size, 3);
    assert.equal(attempts.fail('a', 4), 0);
  });

  for (const [address, source] of [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const) {
    it(`come from ${source || 'nowhere'} where the address is ${address || 'not known'}`, () => {
      assert.equal(sourceOf(address), source);
    });
  }
});

describe('the target of a request', () => {
  for (const [url, prefix, door, path, route] of [
    ['/scim/v2/Users', '', 'scim', '/Users', '/scim/v2/Users'],
    ['/scim/v2', '', 'scim', '', '/scim/v2'],
    ['/scim/v2/', '', 'scim', '', '/scim/v2'],
    ['/scim/v2?x=1', '', 'scim', '', '/scim/v2'],
    ['//scim//v2//Users//', '', 'scim', '/Users', '/scim/v2/Users'],
    ['/scim/v2/Users/ann%2Fb', '', 'scim', '/Users/ann%2Fb', '/scim/v2/Users/:id'],
    ['/scim/v2/Groups/.search', '', 'scim', '/Groups/.search', '/scim/v2/Groups/.search'],
    ['/scim/v2/Groups/1/2', '', 'scim', '/Groups/1/2', 'other'],
    ['/scim/v2/ann@example.com', '', 'scim', '/ann@example.com', 'other'],
    ['/scim/v20/Users', '', 'nothing', '', 'other'],
    ['http://iqm.example.com/scim/v2/Me', '', 'scim', '/Me', '/scim/v2/Me'],
    ['/prov/scim/v2/Bulk', '/prov', 'scim', '/Bulk', '/scim/v2/Bulk'],
    ['/provision/scim/v2/Bulk', '/prov', 'nothing', '', 'other'],
    ['/oauth/token/', '', 'oauth', '', '/oauth/token'],
    ['/HEALTHZ', '', 'health', '', '/healthz'],
    ['/', '', 'nothing', '', 'other'],
    ['*', '', 'nothing', '', 'other'],
  ] as const) {
    it(`${url}${prefix && ` below ${prefix}`} is ${route}`, () => {
      const target = targetOf(url, prefix);
      assert.deepEqual([target.door, target.path, target.route], [door, path, route]);
    });
  }

  it('is at version 2 alone', () => {
    for (const url of ['/scim/v1/Users', '/scim/v3/Users', '/scim/Users', '/v2/Users']) {
      assert.equal(targetOf(url, '').door, 'nothing', url);
    }
  });

  it('has its query as it came, and the id where that is a UUID', () => {
    const { query, id } = targetOf('/scim/v2/Users/2819C223-7f76-453a-919d-413861904646?a=b?c&d=%20', '');
    assert.deepEqual([query, id], ['a=b?c&d=%20', '2819c223-7f76-453a-919d-413861904646']);
    assert.equal(targetOf('/scim/v2/Users/ann', '').id, undefined);
  });
});

describe('what a proxy says', () => {
  const request = (headers: Record<string, string>) =>
    ({
      headers,
      socket: { remoteAddress: '10.0.0.1', localAddress: '::1', localPort: 8090 },
    }) as unknown as IncomingMessage;

  for (const [header, source] of [
    ['203.0.113.7', '203.0.113.7'],
    ['1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['unknown', '10.0.0.1'],
    ['"; drop table', '10.0.0.1'],
    ['', '10.0.0.1'],
  ] as const) {
    it(`of the client, ${header || 'nothing'}, is ${source}`, () => {
      assert.equal(sourceAddress(request({ 'x-forwarded-for': header }), { behindProxy: true }), source);
      assert.equal(sourceAddress(request({ 'x-forwarded-for': header }), { behindProxy: false }), '10.0.0.1');
    });
  }

  for (const [headers, url] of [
    [{ host: 'iqm.example.com' }, 'http://iqm.example.com/scim/v2'],
    [{ host: 'a', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'b:444' }, 'https://b:444/scim/v2'],
    [{ host: 'a', 'x-forwarded-host': 'b/../c' }, 'http://a/scim/v2'],
    [{ host: 'a b', 'x-forwarded-proto': 'gopher' }, 'http://[::1]:8090/scim/v2'],
    [{ host: '[2001:db8::7]:444' }, 'http://[2001:db8::7]:444/scim/v2'],
  ] as const) {
    it(`of the service, ${JSON.stringify(headers)}, is ${url}`, () => {
      assert.equal(requestTenantUrl(request(headers), { behindProxy: true }), url);
    });
  }
});

describe('the gate', () => {
  const open = (maxInside: number, maxWaiting = 0, more: Partial<GateLimits> = {}) =>
    new Gate({ maxInside, maxWaiting, maxWaitMs: 20, ...more });
  /** How many of a key get in at once. */
  const fill = async (gate: Gate, key: string): Promise<number> => {
    for (let inside = 0; ; inside++)
      if (
        await gate.enter(key).then(
          () => false,
          () => true,
        )
      )
        return inside;
  };

  it('lets in whoever has waited longest, and sends away who waits too long', async () => {
    const gate = open(1, 2, { maxWaitMs: 50 });
    const order: string[] = [];
    const leave = await gate.enter('a');
    const first = gate.enter('a').then((left) => {
      order.push('first');
      return left;
    });
    const second = gate.enter('a').then(() => order.push('second'));
    await assert.rejects(gate.enter('a'), Overloaded);
    assert.deepEqual([gate.inside, gate.waiting], [1, 2]);
    leave();
    leave();
    const leaveFirst = await first;
    await assert.rejects(second, Overloaded);

    assert.deepEqual([order, gate.inside, gate.waiting], [['first'], 1, 0]);
    leaveFirst();
    await gate.enter('a');
    assert.equal(gate.inside, 1);
  });

  it('gives one key alone every place, and leaves one as soon as there is another', async () => {
    const gate = open(4);
    const leaves = [];
    for (let n = 0; n < 4; n++) leaves.push(await gate.enter('a'));
    await assert.rejects(gate.enter('b'), Overloaded);

    leaves[0]?.();

    await assert.rejects(gate.enter('a'), Overloaded);
    await gate.enter('b');
    assert.equal(await fill(gate, 'b'), 0);
    leaves[1]?.();
    await gate.enter('c');
    assert.equal(gate.inside, 4);
  });

  it('leaves them places in the queue, too', async () => {
    const gate = open(1, 4);
    await gate.enter('a');
    const refused: string[] = [];
    const enter = (key: string) =>
      void gate.enter(key).catch(({ message }) => refused.push(`${key} ${message}`));

    for (const key of ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b']) enter(key);
    await delay(0);

    const full = (key: string) => `${key} the queue is full`;
    assert.deepEqual([refused.sort(), gate.waiting], [[full('a'), full('a'), full('a'), full('b')], 4]);
    await delay(40);
    assert.equal(gate.waiting, 0);
  });

  it('gives a place to whoever has the fewest inside', async () => {
    const gate = open(6, 1000, { maxWaitMs: 10_000 });
    const order: string[] = [];
    const enter = async (key: string) => {
      const leave = await gate.enter(key);
      order.push(key);
      return leave;
    };
    const inside = [];
    for (const key of ['a', 'a', 'a', 'a', 'b', 'c']) inside.push(await enter(key));
    const waiting = ['a', 'b', 'c', 'b'].map(enter);
    order.length = 0;
    for (const leave of inside.slice(0, 3)) {
      leave();
      await delay(0);
    }

    assert.deepEqual([order, gate.waiting], [['b', 'a'], 2]);
    for (const leave of inside.slice(3)) leave();
    await Promise.all(waiting);
    assert.equal(gate.waiting, 0);
  });

  it('keeps a place for keys that it has seen', async () => {
    const gate = open(2);
    for (const key of ['a', 'b', 'c', 'd']) (await gate.enter(key))();

    assert.equal(await fill(gate, 'a'), 1, 'it knows that there are others');
  });

  it('heeds a smaller limit of one key', async () => {
    const gate = open(32, 0, { mostOf: (key) => (key === 'slow' ? 1 : 100) });

    assert.deepEqual([await fill(gate, 'slow'), await fill(gate, 'quick')], [1, 30]);
  });
});

describe('the demand of an IdP', () => {
  it('is as many requests as it has here, and counts while it is there', () => {
    const demand = new Demand();
    const fewest = (now: number) => ['a', 'b', 'c'].map((idp) => demand.fewestBeside(idp, now));

    const ends = [demand.begin('a', 0), demand.begin('a', 0), demand.begin('a', 0)];
    assert.deepEqual(fewest(0), [undefined, 3, 3]);
    demand.begin('b', 0);
    assert.deepEqual(fewest(0), [1, 3, 1]);
    for (const end of ends) end();

    assert.deepEqual(fewest(4_000), [1, 0, 0]);
    assert.deepEqual(fewest(6_000), [1, undefined, 1], 'b has a request here, a has gone');
  });
});

describe('the check of tokens', () => {
  const SOURCE = '203.0.113.7';
  const never = () => new Promise<never>(() => undefined);
  const suspected = () => {
    const attempts = new FailedAttempts({ attempts: 3, windowMs: 60_000, sources: 10 });
    const door = new AccessDoor(attempts, { ...DEFAULT_LIMITS, handlerMs: 60 });
    const fail = () => {
      for (let n = 0; n < 3; n++) attempts.fail(SOURCE, performance.now());
    };
    return { door, fail };
  };
  const good = async () => ({ credential: {} });
  /** How many of a hundred other tokens are being looked up. */
  const flood = async (door: AccessDoor) => {
    for (let n = 0; n < 100; n++) door.through(SOURCE, `bad${n}`, never).catch(() => undefined);
    await delay(0);
    return door.inside;
  };

  it('has room for all while a source is not refused too often', async () => {
    const { door } = suspected();

    assert.equal(await flood(door), 32);
  });

  it('has a small gate for a source that was, which a token that was good there does not meet', async () => {
    const { door, fail } = suspected();
    await door.through(SOURCE, 'known', good);
    fail();

    assert.equal(await flood(door), 2);
    assert.deepEqual(await door.through(SOURCE, 'known', good), { credential: {} });
    await assert.rejects(door.through(SOURCE, 'new', good), Overloaded);
    assert.deepEqual(await door.through('203.0.113.8', 'new', good), { credential: {} });
  });

  it('knows a token that was good at the small gate', async () => {
    const { door, fail } = suspected();
    fail();
    await door.through(SOURCE, 'new', good);

    await flood(door);

    assert.deepEqual(await door.through(SOURCE, 'new', good), { credential: {} });
  });
});

describe('the log', () => {
  const logged = (format: 'json' | 'text', say: (log: ReturnType<typeof createLog>) => void) => {
    let text = '';
    say(createLog({ format, level: 'info', clock: () => new Date(0), write: (line) => (text += line) }));
    return text;
  };

  it('has a line for each thing, whatever is quoted in it', () => {
    const text = logged('text', (log) =>
      log.line('warn', 'x', {}, `one\ntwo \u001b[31m scimctl_000000000000_${'a'.repeat(49)}`),
    );
    const json = logged('json', (log) => log.line('info', 'x', { a: 'b\nc', b: undefined }, 'said'));

    assert.equal(text, '1970-01-01T00:00:00.000Z warn  one two  [31m scimctl_000000000000_…\n');
    assert.equal(
      json,
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"x","a":"b\\nc","message":"said"}\n',
    );
    assert.equal(
      logged('json', (log) => log.line('debug', 'x', {}, 'not wanted')),
      '',
    );
  });

  it('says of an error where it was, and of a driver’s not what it says', () => {
    const driver = Object.assign(new Error('Key (email)=(ann@example.com) already exists'), {
      code: '23505',
    });
    const said = describeError(new DatabaseFault('unique-violation', 'identity_external_id', driver));
    const ours = describeError(new TypeError('x is not a function'));

    assert.ok(!said.includes('ann@'));
    assert.match(said, /^DatabaseFault\n {4}at .*\n[\s\S]*^Error 23505\n {4}at /m);
    assert.match(ours, /^TypeError: x is not a function\n/);
  });

  it('is written at once for all that happens at once', async () => {
    const written: string[] = [];
    const write = batched((text) => written.push(text));
    for (const line of ['a\n', 'b\n']) write(line);
    await nextTurn();
    write('c\n');
    await nextTurn();

    assert.deepEqual(written, ['a\nb\n', 'c\n']);
  });
});

describe('requests with large bodies', () => {
  it('are worked on two at a time for each IdP, and small ones at once', async () => {
    const bodies = new LargeBodies({ maxQueue: 10, handlerMs: 10_000 }, () => false);
    const large = 65_536;
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string) => () =>
      new Promise<void>((resolve) => {
        begun.push(name);
        ends.push(resolve);
      });
    const all = [
      ...['a1', 'a2', 'a3'].map((name) => bodies.inTurn('a', large, work(name))),
      bodies.inTurn('b', large, work('b1')),
      bodies.inTurn('a', 1, work('small')),
    ];
    while (begun.length < 4) await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.deepEqual(begun, ['small', 'a1', 'a2', 'b1']);
    for (let ended = 0; ended < all.length; ended++) {
      while (!ends[ended]) await new Promise(setImmediate);
      ends[ended]?.();
    }
    await Promise.all(all);
    assert.equal(begun.at(-1), 'a3');
  });

  it('wait for their turn also where they turn out large as they are read', async () => {
    const bodies = new LargeBodies({ maxQueue: 10, handlerMs: 10_000 }, () => false);
    const ends: (() => void)[] = [];
    const held = [1, 2].map(() =>
      bodies.inTurn('a', 65_536, () => new Promise<void>((resolve) => ends.push(resolve))),
    );
    while (ends.length < 2) await new Promise(setImmediate);
    let read = 0;
    const growing = bodies.inTurn('a', 0, async (onGrowth) => {
      for (const size of [1_000, 65_536, 100_000]) {
        await onGrowth(size);
        read = size;
      }
    });
    const gone = bodies.inTurn('a', 0, async (onGrowth) => {
      void onGrowth(65_536);
      throw new Error('hung up');
    });

    await assert.rejects(gone, /hung up/);
    await new Promise(setImmediate);
    assert.equal(read, 1_000);
    for (const end of ends) end();
    await Promise.all([...held, growing]);
    assert.equal(read, 100_000);
    // Nobody has kept a place.
    let inside = 0;
    const both = [1, 2].map(() =>
      bodies.inTurn('a', 65_536, async () => {
        inside++;
        while (inside < 2) await new Promise(setImmediate);
      }),
    );
    await Promise.all(both);
  });

  it('are refused at once where the client has hung up before they are read', async () => {
    const request = new IncomingMessage(new Socket());
    request.headers['content-length'] = '100000';
    request.destroy();
    await new Promise((resolve) => request.once('close', resolve));

    const { answer } = await readText(request, 1_000_000).catch((error) => error);
    assert.deepEqual([answer.status, answer.problem], [400, 'aborted']);
  });

  it('are followed by a rest beside other IdPs', async () => {
    const bodies = new LargeBodies({ maxQueue: 10, handlerMs: 20 }, (idp) => idp === 'a');
    const two = (idp: string) => Promise.all([1, 2].map((n) => bodies.inTurn(idp, 1_000_000, async () => n)));
    await two('a');
    await two('b');

    await assert.rejects(two('a'), Overloaded);
    assert.deepEqual(await two('b'), [1, 2]);
  });
});
