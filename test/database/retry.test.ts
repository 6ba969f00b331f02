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
  async function begun(fault: Fault, failures: number, withinMs = 10_000): Promise<[number, string]> {
    let tries = 0;
    const now = performance.now();
    const ended = await withRetry(parts, { started: now, until: now + withinMs }, async () => {
      if (++tries <= failures) throw new DatabaseFault(fault, undefined, new Error('not this time'));
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
});
