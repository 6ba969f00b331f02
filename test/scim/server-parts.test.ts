import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { FailedAttempts, sourceOf } from '../../src/core/authentication/attempts.js';
import { DatabaseFault } from '../../src/database/fault.js';
import { Gate, Overloaded } from '../../src/scim/server/gate.js';
import { LargeBodies } from '../../src/scim/server/large-bodies.js';
import { batched, createLog, describeError } from '../../src/scim/server/log.js';
import { sourceAddress, tenantUrlOf } from '../../src/scim/server/origin.js';
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
      assert.equal(tenantUrlOf(request(headers), { behindProxy: true }), url);
    });
  }
});

describe('the gate', () => {
  it('lets in whoever has waited longest, and sends away who waits too long', async () => {
    const gate = new Gate({ maxInside: 1, maxWaiting: 2, maxWaitMs: 50 });
    const order: string[] = [];
    await gate.enter();
    const first = gate.enter().then(() => order.push('first'));
    const second = gate.enter().then(() => order.push('second'));
    await assert.rejects(gate.enter(), Overloaded);
    assert.deepEqual([gate.inside, gate.waiting], [1, 2]);
    gate.leave();
    await first;
    await assert.rejects(second, Overloaded);

    assert.deepEqual([order, gate.inside, gate.waiting], [['first'], 1, 0]);
    gate.leave();
    await gate.enter();
    assert.equal(gate.inside, 1);
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
    await delay(5);
    write('c\n');
    await delay(5);

    assert.deepEqual(written, ['a\nb\n', 'c\n']);
  });
});

describe('requests with large bodies', () => {
  it('are worked on two at a time for each IdP, and small ones at once', async () => {
    const bodies = new LargeBodies({ maxQueue: 10, handlerMs: 10_000 });
    const large = 'x'.repeat(65_536);
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
      bodies.inTurn('a', 'x', work('small')),
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
});
