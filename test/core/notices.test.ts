import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withWaiting } from '../../src/core/audit/follow/notices-waiting.js';
import {
  Deliverer,
  type DeliveryTimes,
  type Posted,
  receiverOf,
} from '../../src/core/audit/follow/receiver.js';
import type { ReceiverFailure } from '../../src/core/audit/follow/receiver-failure.js';
import type { WebhookMessage } from '../../src/core/audit/follow/webhook.js';
import { judgeReceivers, receivers } from '../../src/core/check/trail/receivers.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { disableUser } from '../../src/core/users/disable.js';
import { observeEnds } from '../../src/core/users/life/observe-ends.js';
import { listReceivers, type ReceiverRow, readReceiver } from '../../src/database/queries/audit/receivers.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser, person } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

const FAST: Partial<DeliveryTimes> = {
  turnMs: 4000,
  attemptMs: 1000,
  everyMs: 20,
  firstWaitMs: 40,
  longestWaitMs: 320,
  lastingWaitMs: 1000,
};

forEachEngine('notices of accounts that become pending', (engine) => {
  let product: Product;
  let entra: Idp;
  let serial = 0;
  let url: URL;

  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    await product.test.query('update app.licence_pools set seats_total = 100000');
  });
  after(() => product.close());
  beforeEach(() => {
    url = new URL(`https://hooks.example.com/${randomBytes(9).toString('hex')}`);
  });

  const idpCore = () => ({ ...product.core, actor: 'idp:entra' });
  /** A user whom the IdP has created. @returns the id. */
  async function hired(): Promise<{ id: string; email: string }> {
    const name = `person${serial++}`;
    const email = `${name}@contoso.example`;
    await addHostUser(product, email);
    const { user } = await createUser(idpCore(), entra, person(name));
    return { id: user.id, email };
  }
  const leaves = ({ id }: { id: string }) =>
    changeUser(idpCore(), entra, id, (current) => ({ ...current, active: false }));
  const stored = () => product.database.read((session) => readReceiver(session, receiverOf(url).receiverId));

  /** Delivers until it is stopped. */
  function delivering(post: (message: WebhookMessage) => Promise<Posted>, times = FAST) {
    const failures: { failure: ReceiverFailure; tries: number; nextMs: number }[] = [];
    const turns: boolean[] = [];
    const deliverer = new Deliverer(
      { ...product.core, random: randomBytes },
      receiverOf(url),
      post,
      {
        accepted: () => {},
        failed: (_, { failure }, tries, nextMs) => failures.push({ failure, tries, nextMs }),
        turn: (isOurs) => turns.push(isOurs),
        broken: (error) => {
          throw error;
        },
      },
      times,
      true,
    );
    const stop = new AbortController();
    const running = deliverer.run(stop.signal);
    return {
      failures,
      turns,
      stop: async () => {
        stop.abort();
        await running;
      },
    };
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let left = 1500; !(await condition()); left--) {
      assert.ok(left > 0, 'it does not come to that');
      await sleep(20);
    }
  }

  const accepting = (messages: WebhookMessage[]) => async (message: WebhookMessage) => {
    messages.push(message);
    return { outcome: 'accepted', status: 204 } as const;
  };
  const noticesIn = (messages: readonly WebhookMessage[]) => messages.map(({ body }) => JSON.parse(body));

  it('come for each of them, in the order of the trail, from the start of the receiver on', async () => {
    await leaves(await hired());
    const messages: WebhookMessage[] = [];
    const delivery = delivering(accepting(messages));
    await until(() => delivery.turns.length > 0);

    const [ann, bob, cyd] = [await hired(), await hired(), await hired()];
    await leaves(ann);
    await deleteUser(idpCore(), entra, bob.id);
    // It was disabled when its user left, so there is nothing to tell.
    await changeHostUser(product, cyd.email, { enabled: false });
    await leaves(cyd);
    const dan = `inactive${serial++}`;
    await addHostUser(product, `${dan}@contoso.example`);
    await createUser(idpCore(), entra, person(dan, { active: false }));
    await until(() => messages.length >= 3);
    await delivery.stop();

    const events = await rowsOf(product, 'scim.event');
    const seqOf = (action: string) => events.filter((one) => one.action === action).at(-1);
    const [, first] = events.filter(({ action }) => action === 'user.deprovision');
    const told = noticesIn(messages);
    assert.deepEqual(
      told.map(({ type, data: { loginName, idp, reason } }) => [type, loginName, idp, reason]),
      [
        ['account.pending', ann.email, 'entra', 'disabled'],
        ['account.pending', bob.email, 'entra', 'deleted'],
        ['account.pending', `${dan}@contoso.example`, 'entra', 'disabled'],
      ],
    );
    assert.deepEqual(Object.keys(told[0].data), ['event', 'loginName', 'idp', 'reason', 'since']);
    assert.equal(told[0].data.event, String(first?.seq));
    assert.equal(told[0].timestamp, told[0].data.since);
    assert.equal(messages[0]?.id, String(first?.event_id).toLowerCase());
    const row = await stored();
    assert.equal(row?.deliveredTo, BigInt(String(seqOf('user.match')?.seq)));
    assert.equal(row?.deliveredCount, 3);
  });

  it('come for accounts that are enabled again in the application, and for doubtful ones, once', async () => {
    const [ann, bob, cyd] = [await hired(), await hired(), await hired()];
    await leaves(ann);
    await observeEnds(product.core);
    const [{ user_id: annId } = { user_id: '' }] = (await rowsOf(product, 'scim.host_user')).filter(
      ({ login_name }) => login_name === ann.email,
    );
    await disableUser(product.core, String(annId));
    await changeHostUser(product, bob.email, { enabled: false });
    await leaves(bob);
    await observeEnds(product.core);

    const messages: WebhookMessage[] = [];
    const delivery = delivering(accepting(messages));
    await until(() => delivery.turns.length > 0);
    await observeEnds(product.core);
    await changeHostUser(product, ann.email, { enabled: true });
    await changeHostUser(product, bob.email, { enabled: true });
    await product.test.query(
      `update app.users set login = 'other', email = 'other@fabrikam.example' where login = '${cyd.email}'`,
    );
    for (let times = 0; times < 2; times++) await observeEnds(product.core);
    await until(() => messages.length >= 3);
    await sleep(200);
    await delivery.stop();

    const told = noticesIn(messages).map(({ type, data: { loginName, reason } }) => [
      type,
      loginName,
      reason,
    ]);
    assert.deepEqual(
      told.sort(([, a], [, b]) => a.localeCompare(b)),
      [
        ['account.doubtful', 'other', 'doubtful'],
        ['account.pending', ann.email, 'reopened'],
        ['account.pending', bob.email, 'reopened'],
      ],
    );
    await product.test.query(
      `update app.users set login = '${cyd.email}', email = '${cyd.email}' where login = 'other'`,
    );
    await observeEnds(product.core);
    const noted = await rowsOf(product, 'scim.identity');
    assert.deepEqual(
      noted.filter(({ doubtful_seen_at }) => doubtful_seen_at !== null),
      [],
    );
  });

  it('are sent again, later each time, until they are accepted, and none overtakes another', async () => {
    const messages: WebhookMessage[] = [];
    let left = 4;
    const delivery = delivering(async (message) => {
      messages.push(message);
      return left-- > 0 ? { outcome: 'failed', failure: 'status-503' } : { outcome: 'accepted', status: 200 };
    });
    await until(() => delivery.turns.length > 0);
    const people = [await hired(), await hired()];
    for (const one of people) await leaves(one);
    await until(() => delivery.failures.length >= 1);
    await until(async () => (await stored())?.failure === 'status-503');
    await until(() => messages.length >= 6);
    await delivery.stop();

    const names = noticesIn(messages).map(({ data }) => data.loginName);
    assert.deepEqual(names, [...Array(5).fill(people[0]?.email), people[1]?.email]);
    assert.equal(new Set(messages.slice(0, 5).map(({ id }) => id)).size, 1, 'the id stays the same');
    const waits = delivery.failures.map(({ nextMs }) => nextMs);
    for (const [at, bound] of [40, 80, 160, 320].entries()) {
      const wait = waits[at] ?? 0;
      assert.ok(wait >= bound / 2 && wait <= bound, `${wait} ms are not between ${bound / 2} and ${bound}`);
    }
    const row = await stored();
    assert.deepEqual([row?.failure, row?.failingSince], [null, null]);
  });

  it('are not sent before the time that the receiver asks for', async () => {
    const at: number[] = [];
    const delivery = delivering(async () => {
      at.push(performance.now());
      return at.length === 1
        ? { outcome: 'failed', failure: 'status-429', retryAfterMs: 700 }
        : { outcome: 'accepted', status: 200 };
    });
    await until(() => delivery.turns.length > 0);
    await leaves(await hired());
    await until(() => at.length >= 2);
    await delivery.stop();
    assert.ok(Number(at[1]) - Number(at[0]) >= 690);
  });

  it('are delivered by one of several processes at a time, and by another when it gives up its turn or dies', async () => {
    const [first, second, third]: WebhookMessage[][] = [[], [], []];
    const one = delivering(accepting(first ?? []));
    await until(() => one.turns.length > 0);
    const two = delivering(accepting(second ?? []));
    await sleep(100);
    await leaves(await hired());
    await until(() => first?.length === 1);
    await one.stop();
    await leaves(await hired());
    await until(() => second?.length === 1);
    assert.equal(first?.length, 1);

    // One that dies says nothing any more: its turn ends with its time.
    await two.stop();
    const { receiverId } = receiverOf(url);
    await product.database.transaction(({ knex, dialect }) =>
      knex('event_receiver')
        .withSchema('scim')
        .where({ receiver_id: receiverId })
        .update({ held_by: 'dead', held_until: knex.raw(dialect.expressions.later(2)) }),
    );
    await leaves(await hired());
    const began = performance.now();
    const three = delivering(accepting(third ?? []));
    await until(() => third?.length === 1);
    assert.ok(performance.now() - began > 900);
    await three.stop();
  });

  it('are delivered although their receiver was planted as held for good, or with a count that overflows', async () => {
    const { receiverId } = receiverOf(url);
    const messages: WebhookMessage[] = [];
    const first = delivering(accepting([]));
    await until(() => first.turns.length > 0);
    await first.stop();
    const farAway = product.database.dialect.bindInstant(new Date('9999-12-31T00:00:00.000Z'));
    await product.database.transaction(({ knex }) =>
      knex('event_receiver')
        .withSchema('scim')
        .where({ receiver_id: receiverId })
        .update({ held_by: 'planted', held_until: farAway, delivered_count: '9223372036854775807' }),
    );

    const delivery = delivering(accepting(messages));
    const people = [await hired(), await hired()];
    for (const one of people) await leaves(one);
    await until(() => messages.length >= 2);
    await until(async () => (await stored())?.deliveredCount === 2);
    await delivery.stop();

    assert.deepEqual(
      noticesIn(messages).map(({ data }) => data.loginName),
      people.map(({ email }) => email),
    );
  });

  it('lose nothing where the position was not stored after an attempt', async () => {
    const messages: WebhookMessage[] = [];
    const delivery = delivering(accepting(messages));
    await until(() => delivery.turns.length > 0);
    await leaves(await hired());
    await until(() => messages.length === 1);
    await until(async () => (await stored())?.deliveredCount === 1);
    await delivery.stop();
    const before = (await stored()) as ReceiverRow;
    await product.database.transaction(({ knex }) =>
      knex('event_receiver')
        .withSchema('scim')
        .where({ receiver_id: before.receiverId })
        .update({ delivered_to: String(before.deliveredTo - 1n) }),
    );
    const again = delivering(accepting(messages));
    await until(() => messages.length === 2);
    await again.stop();
    assert.equal(messages[1]?.id, messages[0]?.id);
  });

  it('are counted for several receivers at once as for each alone, however many rows there are', async () => {
    const positions = (await rowsOf(product, 'scim.event'))
      .map(({ seq }) => BigInt(String(seq)))
      .sort((a, b) => Number(a - b));
    const plant = Array.from({ length: 500 }, (_, at) => ({
      ...{ receiver_id: `planted-${at}`, origin: 'https://planted.example', created_at: product.now },
      delivered_to: String(at % 3 === 0 ? 0n : (positions[at % positions.length] ?? 0n)),
    }));
    await product.database.transaction(({ knex }) => knex('event_receiver').withSchema('scim').insert(plant));

    await product.database.read(async (session) => {
      const rows = await listReceivers(session, 21);
      assert.equal(rows.length, 21);
      for (const one of await withWaiting(session, rows)) {
        assert.deepEqual([one], await withWaiting(session, [one]));
      }
    });
    const finding = await receivers.run({
      ...{ database: product.database, clock: product.core.clock },
      ...{ isThorough: true, once: (_: string, ask: () => unknown) => ask() },
    } as Parameters<typeof receivers.run>[0]);
    assert.equal(finding.status, 'warn');
    assert.match(finding.summary, /more than 20 receivers/);
    await product.database.transaction(({ knex }) =>
      knex('event_receiver').withSchema('scim').where('receiver_id', 'like', 'planted-%').del(),
    );
  });

  it('are judged by how long a receiver has not accepted them', () => {
    const now = new Date('2026-11-30T12:00:00Z');
    const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    const row = {
      receiverId: 'a',
      origin: 'https://hooks.example.com',
      deliveredTo: 4n,
      deliveredCount: 3,
      deliveredAt: ago(500),
      failingSince: null,
      failure: null,
      heldBy: 'x',
      heldUntil: new Date(now.getTime() + 20_000),
      waiting: 2,
    };
    const judged = (changes: Partial<typeof row> | { failingSince: Date; failure: string }) =>
      judgeReceivers([{ ...row, ...changes }], now);
    assert.equal(judgeReceivers([], now).status, 'pass');
    assert.equal(judgeReceivers(Array(21).fill(row), now).status, 'warn');
    const failing = { ...row, failingSince: ago(25 * 60), failure: 'refused' };
    assert.equal(judgeReceivers([failing, ...Array(21).fill(row)], now).status, 'fail');
    assert.equal(judged({}).status, 'pass');
    assert.equal(judged({ failingSince: ago(5), failure: 'refused' }).status, 'pass');
    const late = judged({ failingSince: ago(60), failure: 'status-500' });
    assert.equal(late.status, 'warn');
    assert.match(late.summary, /has not accepted a notice since 2026-11-30T11:00:00.000Z; 2 notices wait/);
    assert.match(late.advice ?? '', /it answers 500/);
    assert.equal(judged({ failingSince: ago(25 * 60), failure: 'tls-expired' }).status, 'fail');
    assert.equal(judged({ heldUntil: ago(61) }).status, 'warn');
    assert.equal(judged({ heldUntil: ago(31 * 24 * 60) }).status, 'pass');
  });
});
