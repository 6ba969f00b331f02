import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Core } from '../../src/core/core.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import type { Database } from '../../src/database/database.js';
import { listTokens } from '../../src/database/queries/tokens.js';
import { freshProduct, openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type KillingProxy, type KillMoment, killingProxy } from '../support/faults/killing-proxy.js';
import { tieToThisProcess, within } from '../support/processes/children.js';

const CHILD = fileURLToPath(new URL('./token-child.js', import.meta.url));
/** SCIMCTL_TEST_KILLS for more; each takes the start of a process. */
const KILLS = Number(process.env.SCIMCTL_TEST_KILLS ?? 20);
const LIFETIME = { expiresInMs: 86_400_000 };

type Change = (core: Core, idp: string) => Promise<unknown>;

const OVERLAP_MS = 3_600_000;
const rotate: Change = (core, idp) => rotateToken(core, idp, { ...LIFETIME, overlapMs: OVERLAP_MS });

/** What each needs to be there beside one token, and the change itself. */
const CHANGES: [name: string, prepare: Change | undefined, change: Change][] = [
  ['a rotation with overlap', undefined, rotate],
  ['a rotation at once', undefined, (core, idp) => rotateToken(core, idp, { ...LIFETIME, overlapMs: 0 })],
  ['a second token', undefined, (core, idp) => createToken(core, idp, LIFETIME)],
  ['the end of an overlap', rotate, (core, idp) => finishRotation(core, idp, { force: true })],
];

/** Children do not keep this process alive: whoever waits for one does. */
const soon = async (what: Promise<unknown>) => assert.ok(await within(240_000, what), 'a child hangs');

/** A process that is connected and waits for the word to begin. */
async function readyChild(url: string, idp: string, times: number, only = ''): Promise<ChildProcess> {
  const child = fork(CHILD, [url, idp, String(times), only], { execArgv: [] });
  tieToThisProcess(child);
  await soon(once(child, 'message'));
  return child;
}

/** Kills a child in the middle of its first changes. @returns how many it had made by then. */
async function killAtRandom(child: ChildProcess): Promise<number> {
  const wanted = randomInt(3);
  let changes = 0;
  const reached = new Promise<void>((resolve) => {
    child.on('message', () => {
      changes++;
      if (changes === wanted) resolve();
    });
  });
  const ended = once(child, 'exit');
  child.send('begin');
  if (wanted > 0) await soon(reached.then(() => true));
  await sleep(randomInt(12));
  child.kill('SIGKILL');
  await soon(ended);
  return changes;
}

/** What a child says, until it ends. */
async function outcomesOf(child: ChildProcess): Promise<string[]> {
  const outcomes: string[] = [];
  child.on('message', ({ outcome }: { outcome: string }) => outcomes.push(outcome));
  const ended = once(child, 'exit');
  child.send('begin');
  await soon(ended);
  return outcomes;
}

/** Never fewer than one working token, never more than two, and exactly one event for each token. */
async function assertSound(product: Product, idp: string): Promise<void> {
  product.now = new Date();
  const tokens = await readTokens(product.core, idp);
  const live = tokens.filter(({ status }) => status === 'active' || status === 'retiring');
  assert.ok(live.length >= 1 && live.length <= 2, `${live.length} live tokens`);
  const rows = (await product.database.read((session) => listTokens(session))).filter(({ publicId }) =>
    tokens.some(({ id }) => id === publicId),
  );
  const holding = rows.filter(({ slot }) => slot !== null).length;
  assert.ok(holding <= 2, `${holding} tokens hold a slot`);
  const events = await rowsOf(product, 'scim.event');
  const issued = events.filter(
    ({ action, outcome, target_name }) =>
      outcome === 'done' && target_name === idp && ['token.create', 'token.rotate'].includes(String(action)),
  );
  assert.deepEqual(
    issued.map(({ target_id }) => String(target_id)).sort(),
    rows.map(({ publicId }) => publicId).sort(),
    'every token has one event and every event its token',
  );
}

forEachEngine(
  'tokens outlive what happens to the process that changes them',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
      for (const name of ['killed', 'crowded']) {
        await addServiceAccount(product.core, { name, kind: 'generic' });
        await createToken(product.core, name, LIFETIME);
      }
    });
    after(() => product.close());

    // As the server sees it a killed process is a client that hangs up: so it can be done at each message there
    // is, and without the cost of a process. The next test kills true ones, now and then.
    for (const [name, prepare, change] of CHANGES) {
      test(`${name}, killed at any of its messages, leaves a working token and a true trail`, async () => {
        const proxy = await killingProxy(product.url);
        let reached = 0;
        for (const when of ['before it arrives', 'after its answer'] satisfies KillMoment[]) {
          for (let message = 1; ; message++) {
            const idp = `${name.replaceAll(' ', '-')}-${when.slice(0, 1)}${message}`;
            await addServiceAccount(product.core, { name: idp, kind: 'generic' });
            await createToken(product.core, idp, LIFETIME);
            await prepare?.(product.core, idp);

            const wasKilled = await killedAt(proxy, { message, when }, (database) =>
              change({ ...product.core, database }, idp),
            );

            await assertSound(product, idp).catch(rethrowAt(`${when}, message ${message}`));
            // The next run is clean.
            await rotateToken(product.core, idp, { ...LIFETIME, overlapMs: 0 });
            await assertSound(product, idp);
            if (!wasKilled) break;
            reached = Math.max(reached, message);
          }
        }
        await proxy.close();
        assert.ok(reached >= 5, `only ${reached} messages`);
      });
    }

    test(`a process killed at ${KILLS} random moments leaves a working token and a true trail`, async () => {
      let next = readyChild(product.url, 'killed', 1_000_000);
      let changes = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const child = await next;
        next = readyChild(product.url, 'killed', 1_000_000);
        changes += await killAtRandom(child);
        if (kill % 10 === 0) await assertSound(product, 'killed').catch(rethrowAt(`kill ${kill}`));
      }
      (await next).kill('SIGKILL');
      await assertSound(product, 'killed');
      assert.ok(changes > KILLS / 4, `only ${changes} changes were made in between`);
      // The next run is clean.
      await rotateToken(product.core, 'killed', { ...LIFETIME, overlapMs: 0 });
      await assertSound(product, 'killed');
    });

    test('200 rotations from 8 processes at once: clean conflicts and nothing else', async () => {
      const children = await Promise.all(
        Array.from({ length: 8 }, () => readyChild(product.url, 'crowded', 25, 'rotate')),
      );
      const outcomes = (await Promise.all(children.map(outcomesOf))).flat();
      assert.equal(outcomes.length, 200);
      const expected = ['done', 'token-limit'];
      assert.deepEqual([...new Set(outcomes.filter((outcome) => !expected.includes(outcome)))], []);
      assert.ok(outcomes.filter((outcome) => outcome === 'done').length >= 8);
      await assertSound(product, 'crowded');
    });
  },
  { only: ['postgres', 'mssql'] },
);

/** Whether the change was killed; else it was done by then. */
async function killedAt(
  proxy: KillingProxy,
  plan: { message: number; when: KillMoment },
  change: (database: Database) => Promise<unknown>,
): Promise<boolean> {
  void proxy.killAt(null);
  const database = await openTestDatabase(proxy.url);
  const killed = proxy.killAt(plan).then(() => true);
  const done = change(database).then(() => false);
  const wasKilled = await Promise.race([killed, done]);
  // A killed process tries nothing any more.
  await database.close({ abandon: true });
  await done.catch(() => undefined);
  return wasKilled;
}

const rethrowAt = (where: string) => (error: Error) => {
  throw new Error(`after ${where}: ${error.message}`, { cause: error });
};
