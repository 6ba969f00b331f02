import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { eventDigest, NO_DIGEST, packEntries, sealDigest } from '../../src/core/audit/digests.js';
import { readHead } from '../../src/core/audit/evidence/head.js';
import type { Head } from '../../src/core/audit/evidence/trail-head.js';
import { allAuditEvents } from '../../src/core/audit/list.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import type { TrailFinding } from '../../src/core/audit/verify/findings.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import { declareVoid } from '../../src/core/audit/void/declare-void.js';
import { planVoid, type VoidWish } from '../../src/core/audit/void/void-plan.js';
import { trail } from '../../src/core/check/trail/trail.js';
import type { Session } from '../../src/database/database.js';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import {
  oldestEvents,
  readLastEventSeq,
  type StoredEvent,
  toEvent,
} from '../../src/database/queries/audit/events.js';
import { insertSeal, type SealRow, sealsAfter } from '../../src/database/queries/audit/seals.js';
import { openTestDatabase, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { verifyIndependently } from '../support/trail/independent-trail.js';
import { tamper } from '../support/trail/tamper.js';

const VERSION_BEFORE = 6;
const FARTHEST = 9_223_372_036_854_775_807n;

/** A seal, as version 6 of the schema takes it. */
const insertBefore = async (session: Session, seal: SealRow): Promise<void> => {
  await session
    .knex('event_seal')
    .withSchema('scim')
    .insert({
      seal_no: seal.sealNo,
      first_seq: String(seal.firstSeq),
      last_seq: String(seal.lastSeq),
      event_count: seal.eventCount,
      row_digests: seal.rowDigests,
      previous_digest: seal.previousDigest,
      digest: seal.digest,
      sealed_at: session.dialect.bindInstant(seal.sealedAt),
      sealed_by: seal.sealedBy,
    });
};

/** `seal-unlinked #3-5`, `event-planted 9`. */
const named = (findings: readonly TrailFinding[]) =>
  findings.map(({ kind, seq, sealNo, toSealNo }) =>
    seq === undefined ? `${kind} #${sealNo}${toSealNo ? `-${toSealNo}` : ''}` : `${kind} ${seq}`,
  );

forEachEngine('a trail in which rows were planted', (engine) => {
  const isSqlServer = engine.name === 'mssql';
  let product: Product;
  let isUpgraded = false;

  const run = (sql: string) => product.database.read(({ knex }) => knex.raw(sql));
  const write = (name: string) =>
    change(product.core, { action: 'test.write', target: { type: 'user', name } }, async () => ({
      result: 1,
    }));
  const seal = () => sealEvents(product.core, { waitMs: 0 });
  const verify = (head?: Head) => verifyTrail(product.core, { head });
  const handedOut = () => product.database.read(readLastEventSeq);
  const check = () =>
    trail.run({
      database: product.database,
      clock: product.core.clock,
      isThorough: true,
      once: (_, ask) => ask(),
    });
  const seals = () => product.database.read((session) => sealsAfter(session, undefined, 1000));
  /** As the schema before has them. */
  const eventsBefore = async (): Promise<StoredEvent[]> =>
    (
      await product.database.read(({ knex }) => knex('event').withSchema('scim').orderBy('seq').select('*'))
    ).map(toEvent);
  const events = () => product.database.read((session) => oldestEvents(session, { limit: 1000 }));

  /** What only the installer can by now, and whoever had INSERT on PostgreSQL could before. */
  async function plantEvent(seq: bigint, details = "'{}'", at = '2020-01-01T00:00:00'): Promise<void> {
    const insert = `insert into scim.event (seq, event_id, occurred_at, actor, action, target_type, outcome, details) ${isSqlServer ? '' : 'overriding system value'}
      values (${seq}, '${randomUUID()}', '${at}', 'cli:mallory@test', 'token.create', 'token', 'done', ${details})`;
    await run(
      isSqlServer
        ? `set identity_insert scim.event on; ${insert}; set identity_insert scim.event off`
        : insert,
    );
  }

  async function plantSeal(parts: Partial<SealRow> & { sealNo: number }, isSound = true): Promise<void> {
    const rowDigests =
      parts.rowDigests ??
      packEntries([{ seq: parts.firstSeq ?? 1n, digest: randomBytes(32).toString('hex') }]);
    const content = {
      firstSeq: 1n,
      lastSeq: parts.firstSeq ?? 1n,
      eventCount: rowDigests.length / 40,
      rowDigests,
      previousDigest: randomBytes(32),
      sealedAt: product.now,
      sealedBy: 'cli:mallory@test',
      handedOut: isUpgraded ? await handedOut() : 0n,
      ...parts,
    };
    const digest = isSound ? sealDigest(content) : randomBytes(32);
    const row = { ...content, digest };
    await product.database.transaction((session) =>
      isUpgraded ? insertSeal(session, row) : insertBefore(session, row),
    );
  }

  const voidAll = async (wish?: VoidWish) =>
    declareVoid(product.core, await planVoid(product.database, wish), 'incident 4711');

  before(async () => {
    const test = await engine.freshDatabase();
    const database = await openTestDatabase(test.url);
    const files = await readSchemaFiles(database.dialect.name);
    const migrations = files.migrations.filter(({ version }) => version <= VERSION_BEFORE);
    await migrate(database, '0.0.0-test', { ...files, migrations });
    const core = {
      database,
      clock: () => product.now,
      random: randomBytes,
      actor: 'cli:tester@test',
    };
    product = { database, url: test.url, test, now: new Date(), core, close: () => database.close() };
  });
  after(() => product.close());

  it('is upgraded, sealed and proved, whatever was planted before, and each of it is named', async () => {
    for (let index = 0; index < 5; index++) await write(`before ${index}`);
    // A seal as the version before made it.
    const covered = (await eventsBefore()).slice(0, 4);
    const entries = covered.map((event) => ({ seq: event.seq, digest: eventDigest(event) }));
    await plantSeal({
      sealNo: 1,
      firstSeq: entries[0]?.seq ?? 0n,
      lastSeq: entries.at(-1)?.seq ?? 0n,
      rowDigests: packEntries(entries),
      previousDigest: NO_DIGEST,
      sealedBy: 'cli:tester@test',
    });
    await plantSeal({ sealNo: 2_147_483_647 });
    const firstDigest = (
      await product.database.read(({ knex }) =>
        knex('event_seal').withSchema('scim').where({ seal_no: 1 }).select('digest'),
      )
    )[0].digest;
    // Linked, but it covers events to come, which were not handed out at the time.
    await plantSeal({
      sealNo: 2,
      previousDigest: firstDigest,
      firstSeq: 12n,
      lastSeq: 60n,
      rowDigests: packEntries([12n, 60n].map((seq) => ({ seq, digest: '00'.repeat(32) }))),
    });
    await plantSeal({ sealNo: 3, previousDigest: NO_DIGEST }, false);
    await run(
      isSqlServer
        ? `insert into scim.event_seal select 4, 1, 1, 20000, convert(varbinary(max), replicate(cast('x' as varchar(max)), 800000)), ${'convert(varbinary(32), replicate(0x01, 32))'}, convert(varbinary(32), replicate(0x01, 32)), '2020-01-01', 'x'`
        : `insert into scim.event_seal select 4, 1, 1, 20000, convert_to(repeat('x', 800000), 'UTF8'), decode(repeat('01', 32), 'hex'), decode(repeat('01', 32), 'hex'), '2020-01-01', 'x'`,
    );
    await plantEvent(-7n);
    // On SQL Server a number ahead moves the server's own along: the installer, and nobody else, can use them up.
    if (!isSqlServer) {
      await plantEvent(FARTHEST);
      await plantEvent(FARTHEST - 5n, "'{}'", 'infinity');
      // Close ahead: the migration moves the sequence past it.
      await plantEvent(40n);
    }
    await run(
      `insert into scim.event (event_id, occurred_at, actor, action, target_type, outcome, details)
       values ('${randomUUID()}', '2020-01-01T00:00:00', 'x', 'x.y', 'x', 'done', ${isSqlServer ? "replicate(cast('x' as nvarchar(max)), 300000)" : "repeat('x', 300000)"})`,
    );

    if (!isSqlServer) {
      // Roles that are on every server.
      await run('grant select, insert on scim.event, scim.event_seal to pg_monitor with grant option');
      await run('grant insert on scim.event to public');
    }

    await migrate(product.database, '0.0.0-test');
    isUpgraded = true;
    for (let index = 0; index < 3; index++) await write(`after ${index}`);
    const sealed = await seal();
    const again = await seal();
    const verified = await verify();

    const far = isSqlServer ? [] : [`event-planted ${FARTHEST - 5n}`, `event-planted ${FARTHEST}`];
    const tooLong = String((await events()).find(({ isTooLong }) => isTooLong)?.seq);
    const beside = ['seal-unlinked #2', 'seal-changed #3', 'seal-changed #4', 'seal-unlinked #2147483647'];
    assert.deepEqual(named(sealed.findings), [
      ...beside,
      `event-planted ${tooLong}`,
      'event-planted -7',
      ...far,
    ]);
    assert.deepEqual([sealed.head.sealNo, sealed.waiting], [5, 0]);
    assert.ok(sealed.events >= 7);
    assert.deepEqual([again.events, again.findingCount], [0, beside.length + 1 + far.length]);
    assert.deepEqual(
      new Set(named(verified.findings)),
      new Set([...beside, `event-planted ${tooLong}`, 'event-planted -7', ...far]),
    );
    assert.deepEqual([verified.unsealed, verified.unproved], [0, 0]);
    assert.deepEqual(verified.head, sealed.head);
    assert.equal((await check()).status, 'fail');
    assert.match((await check()).advice ?? '', /audit verify.*audit void/);
  });

  it('takes INSERT on the whole table from everybody who had it', { skip: isSqlServer }, async () => {
    const { rows } = (await run(`select
      has_table_privilege('pg_monitor', 'scim.event', 'INSERT') as events,
      has_table_privilege('pg_monitor', 'scim.event_seal', 'INSERT') as seals,
      has_column_privilege('pg_monitor', 'scim.event', 'seq', 'INSERT') as seq,
      has_column_privilege('pg_monitor', 'scim.event', 'details', 'INSERT WITH GRANT OPTION') as details,
      has_column_privilege('pg_monitor', 'scim.event_seal', 'handed_out', 'INSERT WITH GRANT OPTION') as handed_out,
      has_table_privilege('pg_monitor', 'scim.event_void', 'SELECT') as voids,
      has_column_privilege('pg_read_all_stats', 'scim.event', 'seq', 'INSERT') as public_seq,
      has_column_privilege('pg_read_all_stats', 'scim.event', 'details', 'INSERT') as public_details`)) as unknown as {
      rows: [Record<string, boolean>];
    };

    assert.deepEqual(
      { ...rows[0] },
      {
        events: false,
        seals: false,
        seq: false,
        details: true,
        handed_out: true,
        voids: true,
        public_seq: false,
        public_details: true,
      },
    );
  });

  it('stays so when the numbers that a planted seal covers have been handed out', async () => {
    while ((await handedOut()) < 61n) await write('later');
    const sealed = await seal();
    const verified = await verify();

    assert.ok(sealed.events > 0);
    assert.equal(
      verified.findings.some(({ kind }) => ['inserted', 'changed', 'removed'].includes(kind)),
      false,
    );
    assert.deepEqual([verified.unsealed, verified.unproved], [0, 0]);
    assert.deepEqual(verified.head, sealed.head);
  });

  it('lists and exports them, with their numbers as they are', async () => {
    const listed = [];
    for await (const page of allAuditEvents(product.core, {})) listed.push(...page);

    const [first, last] = [listed[0], listed.at(-1)];
    assert.equal(first?.seq, -7);
    if (isSqlServer) return;
    assert.equal(last?.seq, '9223372036854775807');
    assert.equal(listed.at(-2)?.at, 'Infinity');
  });

  it('is intact once they were declared void, for others too, and nothing was deleted', async () => {
    const head = await readHead(product.core);
    const rows = [(await events()).length, (await seals()).length];
    const rehearsed = await planVoid(product.database);
    const tooLong = (await verify()).findings.find(
      ({ kind, seq }) => kind === 'event-planted' && Number(seq) > 0 && Number(seq) < 1000,
    );

    const voided = await voidAll({ events: [BigInt(tooLong?.seq ?? 0)] });
    await seal();
    const verified = await verify(head);

    assert.deepEqual([voided.seals, voided.sealedAnew], [4, 0]);
    assert.equal(voided.events, rehearsed.events.length + 1);
    assert.deepEqual(named(verified.findings), []);
    assert.deepEqual(verified.voided, { seals: 4, events: voided.events });
    assert.deepEqual(
      [(await events()).length, (await seals()).length],
      [(rows[0] ?? 0) + 1, (rows[1] ?? 0) + 1],
    );
    assert.deepEqual((await seal()).findings, []);
    assert.equal((await check()).status, 'pass');
    assert.deepEqual(await verifyIndependently(product, await handedOut()), []);
    assert.equal((await voidAll()).voids.length, 0);
  });

  it('goes on past a seal that is planted each time at the next number', async () => {
    for (let round = 0; round < 3; round++) {
      const last = (await seals()).findLast(({ sealNo }) => sealNo < 1_000_000);
      await plantSeal({ sealNo: (last?.sealNo ?? 0) + 1 });
      await write(`round ${round}`);
      assert.equal((await seal()).events, 1);
    }
    const verified = await verify();

    assert.deepEqual(
      verified.findings.map(({ kind }) => kind),
      Array(3).fill('seal-unlinked'),
    );
    assert.deepEqual([verified.unsealed, verified.unproved], [0, 0]);
    await voidAll();
    await seal();
    assert.deepEqual(named((await verify()).findings), []);
  });

  it('takes no seal that states a day to come, which would keep what is behind it from ever being pruned', async () => {
    const { sealNo } = await readHead(product.core);
    const sealedAt = new Date(Date.now() + 2 * 86_400_000);
    await assert.rejects(plantSeal({ sealNo: sealNo + 1, sealedAt }), /a day to come/);
  });

  it('takes no seal that covers events to come', async () => {
    const head = await readHead(product.core);
    const next = (await handedOut()) + 1n;
    const early = {
      sealNo: head.sealNo + 1,
      previousDigest: Buffer.from(head.digest, 'hex'),
      firstSeq: next,
      lastSeq: next,
    };

    await assert.rejects(plantSeal(early), /events to come/);
    await assert.rejects(plantSeal({ ...early, handedOut: next }), /events to come/);
  });

  it('is rid of a linked seal with a false list by a void seal, which seals its events anew', async () => {
    const head = await readHead(product.core);
    await write('slandered');
    const seq = await handedOut();
    const sealNo = head.sealNo + 1;
    await plantSeal({ sealNo, previousDigest: Buffer.from(head.digest, 'hex'), firstSeq: seq, lastSeq: seq });
    await write('behind it');
    await seal();
    const slandered = await verify();
    assert.deepEqual(named(slandered.findings), [`changed ${seq}`]);

    const voided = await voidAll({ seals: [sealNo] });
    const later = await seal();
    const verified = await verify(head);

    assert.deepEqual([voided.seals, voided.sealedAnew], [1, 1]);
    assert.deepEqual([named(verified.findings), verified.unproved, verified.unsealed], [[], 0, 0]);
    assert.deepEqual(await verifyIndependently(product, await handedOut()), []);
    // What was sealed anew is proved from then on.
    await tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seq}`);
    assert.deepEqual(named((await verify()).findings), [`changed ${seq}`]);
    assert.deepEqual(await verifyIndependently(product, await handedOut()), [`event ${seq}`]);
    await tamper(product, 'event', `update scim.event set actor = 'cli:tester@test' where seq = ${seq}`);
    assert.deepEqual(named((await verify(later.head)).findings), []);
  });

  it('does not let a void seal take back what a kept head vouches for', async () => {
    await write('kept');
    const { head } = await seal();
    const seq = head.lastSeq;
    await tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seq}`);
    await voidAll({ seals: [head.sealNo] });
    await seal();
    const [without, withHead] = [await verify(), await verify(head)];

    assert.deepEqual(named(without.findings), []);
    assert.deepEqual(named(withHead.findings), [`head-mismatch ${seq}`]);
  });

  it('refuses to declare void what is not there, and an event that a seal covers', async () => {
    const [covered] = await events().then((all) => all.filter(({ action }) => action === 'test.write'));
    const refused = (wish: VoidWish, code: string) =>
      assert.rejects(planVoid(product.database, wish), { code, kind: 'usage' });

    await refused({ seals: [999_999] }, 'seal-unknown');
    await refused({ events: [999_999n] }, 'event-unknown');
    await refused({ events: [covered?.seq ?? 0n] }, 'event-sealed');
  });

  it('takes no more details than can be read, and no seal of more events', async () => {
    const long = isSqlServer ? "replicate(cast('x' as nvarchar(max)), 262145)" : "repeat('x', 262145)";
    await assert.rejects(plantEvent(-8n, long), /262144|event_details_bounded/);
    const rowDigests = Buffer.alloc(40 * 10_001);
    await assert.rejects(plantSeal({ sealNo: 1_000_000, rowDigests }), /10000|event_seal_count_bounded/);
    if (isSqlServer) return;
    await assert.rejects(plantEvent(-8n, "'{}'", 'infinity'), /event_occurred_in_range/);
  });
});
