import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { SLOTS } from '../../src/core/provisioning/transactions/locks.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory } from '../support/environment.js';
import { addHostUser, disabling, eventsOf, person, seatsUsed, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { tieToThisProcess, within } from '../support/processes/children.js';
import type { Task } from './provisioning-child.js';

const CHILD = join(projectDirectory, 'dist', 'test', 'core', 'provisioning-child.js');
const PATIENCE_MS = 180_000;

/** Does the tasks in two processes at once, so many at a time in each. @returns how often each outcome came. */
async function inTwoProcesses(url: string, tasks: Task[], concurrency = 4): Promise<Record<string, number>> {
  const children = [0, 1].map(() => {
    const child = fork(CHILD, [url, String(concurrency)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    tieToThisProcess(child);
    return child;
  });
  for (const child of children) assert.ok(await within(PATIENCE_MS, once(child, 'message')), 'it is ready');
  const outcomes: string[] = [];
  const ends = children.map((child, at) => {
    child.on('message', ({ outcome }: { outcome: string }) => outcomes.push(outcome));
    child.send(tasks.filter((_, index) => index % 2 === at));
    return once(child, 'exit');
  });
  assert.ok(await within(PATIENCE_MS, Promise.all(ends)), 'both end');
  assert.equal(outcomes.length, tasks.length, outcomes.join('\n'));
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

// The embedded database does one transaction after the other, whoever asks.
const servers = { only: ['postgres', 'mssql'] as const };

forEachEngine(
  'users who are provisioned at the same time',
  (engine) => {
    let product: Product;
    let entra: Idp;
    let okta: Idp;
    before(async () => {
      product = await freshProduct(engine);
      [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
    });
    after(() => product.close());
    beforeEach(() => setSeats(product, 'Concurrent', 1000));

    /** Nobody has a seat twice, every active link has a host user of its own, and one event for each. */
    async function assertWhole(done: number, events: { outcome: string }[]) {
      assert.equal(events.filter(({ outcome }) => outcome === 'done').length, done);
      const active = (await rowsOf(product, 'scim.identity')).filter((row) => row.deprovisioned_at === null);
      const linked = active.map(({ host_user_id }) => String(host_user_id));
      assert.equal(new Set(linked).size, linked.length);
      const users = await rowsOf(product, 'app.users');
      for (const id of linked) {
        const host = users.find((row) => String(row.id) === id);
        assert.ok(host?.enabled && host.licence_type !== null, `${id} is in without a seat`);
      }
    }

    it('get ten seats where ten are free, be they created or enabled, from two processes', async () => {
      const sleepers: string[] = [];
      for (let n = 0; n < 60; n++) {
        const { user } = await createUser(product.core, entra, person(`sleeper.${n}`));
        await changeUser(product.core, disabling(entra), user.id, (now) => ({ ...now, active: false }));
        sleepers.push(user.id);
      }
      const used = await seatsUsed(product);
      await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + 6);
      await setSeats(product, 'Dedicated', (used.Dedicated ?? 0) + 4);
      const tasks = Array.from({ length: 200 }, (_, n): Task => {
        const id = n % 10 < 3 ? sleepers[Math.floor(n / 10) * 3 + (n % 10)] : undefined;
        return id === undefined ? { idp: entra, create: person(`race.${n}`) } : { idp: entra, enable: id };
      });

      const events = await eventsOf(product, async () => {
        const { created = 0, enabled = 0, ...others } = await inTwoProcesses(product.url, tasks);
        assert.deepEqual([created + enabled, others], [10, { 'seats-exhausted': 190 }]);
      });

      assert.deepEqual(await seatsUsed(product), {
        Concurrent: (used.Concurrent ?? 0) + 6,
        Dedicated: (used.Dedicated ?? 0) + 4,
      });
      await assertWhole(10, events);
      assert.equal(events.filter(({ outcome }) => outcome === 'refused').length, 190);
    });

    it('get every seat and none twice, where there are at first more than can be taken at a time', async () => {
      const { Concurrent = 0, Dedicated = 0 } = await seatsUsed(product);
      const free = SLOTS + 16;
      await setSeats(product, 'Concurrent', Concurrent + free);
      await setSeats(product, 'Dedicated', Dedicated);
      const tasks = Array.from(
        { length: free + 20 },
        (_, n): Task => ({ idp: entra, create: person(`many.${n}`) }),
      );

      const events = await eventsOf(product, async () => {
        const outcomes = await inTwoProcesses(product.url, tasks, 16);
        assert.deepEqual(outcomes, { created: free, 'seats-exhausted': 20 });
      });

      assert.deepEqual(await seatsUsed(product), { Concurrent: Concurrent + free, Dedicated });
      await assertWhole(free, events);
    });

    it('and are one person to two IdPs are one account of one of them', async () => {
      const before = (await rowsOf(product, 'app.users')).length;
      const tasks = Array.from({ length: 50 }, (_, n): Task => {
        const idp = n % 4 < 2 ? entra : okta;
        return { idp, create: person(n % 3 === 0 ? 'one.PERSON' : 'One.person', { externalId: 'one' }) };
      });

      const events = await eventsOf(product, async () => {
        const {
          created,
          'user-exists': exists = 0,
          'user-claimed': claimed = 0,
          ...others
        } = await inTwoProcesses(product.url, tasks);
        assert.deepEqual([created, exists + claimed, others], [1, 49, {}]);
        assert.ok(exists > 0 && claimed > 0);
      });

      assert.equal((await rowsOf(product, 'app.users')).length, before + 1);
      await assertWhole(1, events);
    });

    it('and mean one account by its two addresses are one of them', async () => {
      await addHostUser(product, 'two.names@contoso.example', { email: 'names.two@contoso.example' });
      const tasks = Array.from({ length: 20 }, (_, n): Task => {
        const name = n % 4 < 2 ? 'two.names' : 'names.two';
        return {
          idp: n % 4 < 2 ? entra : okta,
          create: person(name, { externalId: `two-${n}`, userName: `two-${n}` }),
        };
      });

      const events = await eventsOf(product, async () => {
        const {
          matched,
          'user-claimed': claimed = 0,
          created = 0,
          ...others
        } = await inTwoProcesses(product.url, tasks);
        // Whoever came first has given the account one address, and the other is somebody else's from then on.
        assert.deepEqual([matched, others], [1, {}]);
        assert.ok(created <= 1);
        assert.equal(claimed + created, 19);
      });

      await assertWhole(events.filter(({ outcome }) => outcome === 'done').length, events);
    });
  },
  servers,
);
