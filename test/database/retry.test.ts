import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatabaseFault, type Fault } from '../../src/database/faults/fault.js';
import { type RetryParts, withRetry } from '../../src/database/faults/retry.js';

describe('work that is begun again', () => {
  const parts: RetryParts = {
    waits: { retryMs: 10_000, lockMs: 10 } as RetryParts['waits'],
    backoff: () => 1,
    toFault: (error) => error as Error,
    isOutdated: () => false,
    reconnect: async () => undefined,
    assertOpen: () => undefined,
  };
  /** Fails so many times, and says how often it was begun. */
  async function begun(
    fault: Fault,
    failures: number,
    withinMs = 10_000,
    message?: string,
  ): Promise<[number, string]> {
    let tries = 0;
    const now = performance.now();
    const ended = await withRetry(parts, { started: now, until: now + withinMs }, async () => {
      if (++tries <= failures)
        throw new DatabaseFault(
          ...([fault, undefined, new Error('not this time'), undefined] as const),
          message === undefined ? undefined : { message, state: 'error 1', inRoutine: false },
        );
      return 'done';
    }).catch((error: DatabaseFault) => error.fault);
    return [tries, ended];
  }

  it('is given up after five attempts that did something', async () => {
    assert.deepEqual(await begun('deadlock', 4), [5, 'done']);
    assert.deepEqual(await begun('deadlock', 5), [5, 'deadlock']);
  });

  it('is not given up while there is time where it got no connection: nothing was begun', async () => {
    assert.deepEqual(await begun('too-many-connections', 20), [21, 'done']);
    const [tries, ended] = await begun('too-many-connections', Number.POSITIVE_INFINITY, 50);
    assert.ok(tries > 1, `${tries}`);
    assert.equal(ended, 'too-many-connections');
  });

  it('is given up after five attempts where the connection was cut, which may be its own doing', async () => {
    assert.deepEqual(await begun('connection-lost', 5), [5, 'connection-lost']);
  });

  it('goes on while there is time where the server says that it cannot be used', async () => {
    assert.deepEqual(await begun('connection-lost', 20, 10_000, 'in transition'), [21, 'done']);
  });

  it('leaves a server that lacks resources alone for longer, and for as long as it says', async () => {
    const quick = performance.now();
    assert.deepEqual(await begun('server-busy', 6), [7, 'done']);
    assert.ok(performance.now() - quick >= 6 * 24, `${performance.now() - quick} ms`);

    const told = performance.now();
    assert.deepEqual(
      await begun('server-busy', 1, 10_000, 'It is busy. Retry the request after 1 seconds. Code: 1'),
      [2, 'done'],
    );
    assert.ok(performance.now() - told >= 1_000, `${performance.now() - told} ms`);
    // The last attempt is at the end of the time, and a timer may be early.
    const [tries, ended] = await begun('server-busy', 99, 200, 'Retry the request after 10 seconds.');
    assert.ok(tries >= 2 && tries <= 4, `${tries}`);
    assert.equal(ended, 'server-busy');
  });
});
