import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { NO_DIGEST, pruneDigest } from '../../src/core/audit/digests.js';
import { readHead } from '../../src/core/audit/evidence/head.js';
import type { Head } from '../../src/core/audit/evidence/trail-head.js';
import { type PruneOptions, pruneTrail } from '../../src/core/audit/prune.js';
import { planPrune } from '../../src/core/audit/prune-plan.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import type { TrailFinding } from '../../src/core/audit/verify/findings.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import { trail } from '../../src/core/check/trail/trail.js';
import type { Core } from '../../src/core/core.js';
import type { Database } from '../../src/database/database.js';
import { countEvents, readLastEventSeq } from '../../src/database/queries/audit/events.js';
import { insertPrune, type PruneRow, prunesAfter } from '../../src/database/queries/audit/prunes.js';
import { sealsAfter } from '../../src/database/queries/audit/seals.js';
import { dumpOf } from '../support/databases/dump.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';
import { verifyIndependently } from '../support/trail/independent-trail.js';
import { tamper } from '../support/trail/tamper.js';

const DAY = 86_400_000;

const named = (findings: readonly TrailFinding[]) =>
  findings.map(({ kind, seq, sealNo }) => (seq === undefined ? `${kind} #${sealNo}` : `${kind} ${seq}`));

forEachEngine('a trail that is pruned', (engine) => {
  const began = Date.now();
  let product: Product;
  /** By the days ago when they were kept. */
  const heads = new Map<number, Head>();

  const ago = (days: number) => new Date(began - days * DAY);
  const write = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const target = { type: 'user', name: `Zoë ${index}` };
      await change(product.core, { action: 'test.write', target }, async () => ({ result: 1 }));
    }
  };
  const seal = () => sealEvents(product.core, { waitMs: 0, batch: 4 });
  const verify = (head?: Head) => verifyTrail(product.core, { head });
  const plan = (days: number, head = heads.get(10) as Head) =>
    planPrune(product.core, { before: ago(days), head });
  const prune = async (days: number, options?: PruneOptions, head?: Head) =>
    pruneTrail(product.core, await plan(days, head), options);
  const count = () => product.database.read((session) => countEvents(session));
  const prunes = () => product.database.read((session) => prunesAfter(session, 0, 10));
  const independently = async () =>
    verifyIndependently(product, await product.database.read(readLastEventSeq));
  const check = () =>
    trail.run({
      database: product.database,
      clock: product.core.clock,
      isThorough: true,
      once: (_, ask) => ask(),
    });
  const refused = (work: Promise<unknown>, words: RegExp) =>
    assert.rejects(work, (error: Error) => words.test(`${error.message} ${(error.cause as Error)?.message}`));
  /** Intact by every head that was kept, and by the page on independent verification. */
  const assertIntact = async () => {
    for (const head of [undefined, ...heads.values()]) {
      const { status, findings } = await verify(head);
      assert.deepEqual([status, named(findings)], ['intact', []], `head ${head?.sealNo}`);
    }
    assert.deepEqual(await independently(), []);
  };

  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const [days, events] of [
      [300, 9],
      [200, 6],
      [120, 5],
      [110, 2],
      [100, 2],
      [10, 3],
    ] as const) {
      product.now = ago(days);
      await write(events);
      await seal();
      heads.set(days, await readHead(product.core));
    }
    product.now = new Date(began);
    await write(2);
  });
  after(() => product.close());

  it('keeps what was sealed in the last 90 days, and everything where the trail is not intact', async () => {
    const before = await dumpOf(product.database);
    await assert.rejects(plan(89.9), { code: 'prune-too-recent' });
    const other = { ...(heads.get(10) as Head), digest: 'ab'.repeat(32) };
    await assert.rejects(plan(100, other), { code: 'trail-tampered', kind: 'prerequisite' });
    const none = { sealNo: 0, lastSeq: 0, events: 0, digest: '00'.repeat(32), sealedAt: null };
    assert.deepEqual(await prune(100, {}, none), {
      events: 0,
      lastSeq: null,
      sealNo: null,
      resumed: 0,
      prune: null,
    });
    assert.equal((await prune(400)).events, 0);
    assert.equal(await dumpOf(product.database), before);
  });

  it('is refused by the database, whatever a program of another clock wishes', async () => {
    const last = (heads.get(10) as Head).sealNo;
    const seals = await product.database.read((session) => sealsAfter(session, undefined, 100));
    const row = (sealNo: number, parts: Partial<PruneRow> = {}): PruneRow => {
      const found = seals[sealNo - 1];
      assert.ok(found);
      const content = {
        pruneNo: 1,
        sealNo,
        sealDigest: found.digest,
        lastSeq: found.lastSeq,
        eventCount: 1,
        eventsDigest: NO_DIGEST,
        previousDigest: NO_DIGEST,
        sealedAt: product.now,
        sealedBy: 'cli:mallory@test',
        ...parts,
      };
      return { ...content, digest: pruneDigest(content) };
    };
    const insert = (made: PruneRow) => product.database.transaction((session) => insertPrune(session, made));
    await refused(insert(row(last)), /sealed less than 90 days ago/);
    await refused(insert(row(1, { pruneNo: 2 })), /the next prune seal only/);
    await refused(insert(row(1, { lastSeq: 1000n })), /the next prune seal only/);
    await refused(insert(row(1, { sealDigest: NO_DIGEST })), /the next prune seal only/);
    // A program whose clock is wrong is told the same.
    const core = { ...product.core, clock: () => new Date(began + 90 * DAY) };
    const ahead = await planPrune(core, { before: new Date(began - 5 * DAY), head: heads.get(10) as Head });
    assert.equal(ahead.seal?.sealNo, last);
    await assert.rejects(pruneTrail(core, ahead), { code: 'prune-too-recent' });
    assert.deepEqual(await prunes(), []);
    for (const sql of [
      'delete from scim.event',
      'delete from scim.event where seq = 1',
      "update scim.event set actor = 'x'",
    ])
      await refused(
        product.database.read(({ knex }) => knex.raw(sql)),
        /append-only/,
      );
  });

  it('is rehearsed without a trace', async () => {
    const before = await dumpOf(product.database);
    const { events, prune: made } = await prune(150, { dryRun: true });
    assert.ok(events >= 15);
    assert.equal(made?.pruneNo, 1);
    assert.equal(await dumpOf(product.database), before);
  });

  it('removes what is old enough and confirmed, leaves a prune seal, and verifies by every head', async () => {
    const before = await count();
    const confirmed = heads.get(300) as Head;
    const made = await prune(150, {}, confirmed);

    assert.deepEqual([made.sealNo, made.lastSeq], [confirmed.sealNo, confirmed.lastSeq]);
    assert.equal(made.events, confirmed.events);
    assert.equal(await count(), before - made.events + 1);
    await assertIntact();
    const { pruned, head, sealed } = await verify();
    assert.deepEqual(pruned, { events: made.events, lastSeq: confirmed.lastSeq });
    assert.deepEqual([head.events, sealed], [heads.get(10)?.events, heads.get(10)?.events]);
    const told = (await rowsOf(product, 'scim.event')).filter(({ action }) => action === 'audit.prune');
    assert.deepEqual(
      told.map(({ actor, target_id: id }) => [actor, id]),
      [['cli:tester@test', made.prune?.digest]],
    );
    assert.equal((await check()).status, 'pass');
    assert.deepEqual(await prune(150, {}, confirmed), {
      events: 0,
      lastSeq: null,
      sealNo: null,
      resumed: 0,
      prune: null,
    });
  });

  it('is whole when it is interrupted at any point, and goes on the next time', async () => {
    const { database } = product;
    const failing = (from: number): Core => {
      let transactions = 0;
      const cut: Database = {
        ...database,
        transaction: (work, options) => {
          if (++transactions > from) throw new Error('killed');
          return database.transaction(work, options);
        },
      };
      return { ...product.core, database: cut };
    };
    const planned = await plan(150);
    await assert.rejects(pruneTrail(failing(0), planned), /killed/);
    assert.equal((await prunes()).length, 1);
    await assert.rejects(pruneTrail(failing(1), planned), /killed/);
    assert.equal((await prunes()).length, 2);
    await assertIntact();
    assert.deepEqual(
      [(await check()).status, (await verify()).pruned.lastSeq],
      ['warn', heads.get(200)?.lastSeq],
    );
    const left = (await plan(150)).left;
    await assert.rejects(pruneTrail(failing(2), await plan(150), { batch: 2 }), /killed/);
    await assertIntact();
    assert.equal((await plan(150)).left, left - 4);

    const done = await prune(150);

    assert.deepEqual([done.events, done.resumed, done.prune], [0, left - 4, null]);
    assert.deepEqual(
      [(await check()).status, (await plan(150)).left, (await prunes()).length],
      ['pass', 0, 2],
    );
    await assertIntact();
  });

  it('is done once where several do it at once', async () => {
    const plans = [await plan(115), await plan(115), await plan(115)];
    const outcomes = await Promise.allSettled(
      plans.map((one) => pruneTrail(product.core, one, { batch: 2 })),
    );

    const codes = outcomes.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code));
    assert.deepEqual(codes.sort(), ['done', 'prune-contended', 'prune-contended']);
    assert.equal((await prunes()).length, 3);
    await seal();
    heads.set(0, await readHead(product.core));
    await assertIntact();
  });

  it('is not taken for tampered with because it is pruned while it is verified', async () => {
    const { database } = product;
    let reads = 0;
    const busy: Database = {
      ...database,
      read: async (work) => {
        // Behind the prune seals and the void seals, before the events.
        if (++reads === 8) await prune(105);
        return database.read(work);
      },
    };
    const { status, pruned, findings } = await verifyTrail({ ...product.core, database: busy });
    assert.deepEqual([status, named(findings)], ['intact', []]);
    assert.equal(pruned.lastSeq, heads.get(110)?.lastSeq);
    assert.ok(reads > 20);
  });

  it('cannot be brought forward or held up by a login that writes seals', async () => {
    const sealedAs = async (at: Date) => {
      await write(1);
      product.now = at;
      await seal();
      product.now = new Date(began);
    };
    await sealedAs(new Date('2001-01-01'));
    await sealedAs(new Date(began + DAY / 2));
    const head = await readHead(product.core);
    assert.equal((await plan(115, head)).seal, undefined);
    // In 100 days the seals of today are old enough, whatever the two others say.
    const later = { ...product.core, clock: () => new Date(began + 100 * DAY) };
    const planned = await planPrune(later, { before: new Date(began + 5 * DAY), head });
    assert.equal(planned.seal?.sealNo, head.sealNo);
  });

  it('is pruned by a command, with a yes, which an export and a verification tell of', async () => {
    const directory = await temporaryDirectory('prune');
    const file = join(directory, 'head.json');
    await writeFile(file, JSON.stringify(await readHead(product.core)));
    const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: product.url } });
    const words = ['audit', 'prune', '--before', ago(95).toISOString(), '--head', file];

    const rehearsed = await run(...words, '--dry-run', '-o', 'json');
    const unconfirmed = await run(...words);
    const out = join(directory, 'pruned.json');
    const done = await run(...words, '--yes', '-o', 'json', '--out', out);

    assert.deepEqual([rehearsed.code, unconfirmed.code, done.code], [0, 2, 0], done.stderr);
    const [answer, rehearsal] = [JSON.parse(await readFile(out, 'utf8')), JSON.parse(rehearsed.stdout)];
    assert.deepEqual(Object.keys(answer), Object.keys(rehearsal));
    assert.deepEqual([answer.sealNo, answer.events], [rehearsal.sealNo, rehearsal.events]);
    assert.equal(answer.sealNo, heads.get(100)?.sealNo);
    assert.match(done.stderr, /events are removed\. Run `scimctl audit seal`, then keep a new head/);
    await assertIntact();
    const exported = await run('audit', 'export');
    assert.match(
      exported.stderr,
      new RegExp(`up to event ${answer.lastSeq} may be missing: they were pruned`),
    );
    assert.match(
      (await run('audit', 'verify', '--head', file)).stdout,
      /^PRUNED: +\d+ events, up to event \d+$/m,
    );
    await seal();
  });

  it('names a prune seal that was changed, that nothing tells of, and events that none covers', async () => {
    const removed = (await verify()).pruned.events;
    const newest = (await prunes()).at(-1);
    assert.ok(newest);
    const no = newest.pruneNo;
    const found = async () => {
      const { findings, findingCount } = await verify();
      const faults = await independently();
      assert.ok(faults.length > 0);
      return [named(findings)[0], findingCount, (await check()).status];
    };
    const set = (column: string, value: unknown) =>
      tamper(product, 'event_prune', [
        `update scim.event_prune set ${column} = ? where prune_no = ${no}`,
        value,
      ]);
    const covered = removed - newest.eventCount;

    await set('event_count', 1);
    assert.deepEqual(await found(), [`prune-changed #${no}`, 1 + newest.eventCount, 'fail']);
    await set('event_count', newest.eventCount);
    await assertIntact();

    const told = (await rowsOf(product, 'scim.event')).find(
      (row) => row.outcome === 'done' && row.target_id === newest.digest.toString('hex'),
    );
    await tamper(product, 'event', `update scim.event set outcome = 'refused' where seq = ${told?.seq}`);
    assert.deepEqual((await found()).slice(0, 1), [`prune-changed #${no}`]);
    await tamper(product, 'event', `update scim.event set outcome = 'done' where seq = ${told?.seq}`);
    await assertIntact();

    // Of the events that are left, none can go.
    const first = Number(newest.lastSeq) + 1;
    await refused(
      product.database.read(({ knex }) => knex.raw(`delete from scim.event where seq = ${first}`)),
      /append-only/,
    );
    await tamper(product, 'event', `delete from scim.event where seq = ${first}`);
    assert.deepEqual(await found(), [`removed ${first}`, 1, 'pass']);
    assert.ok(covered > 0);
  });
});
