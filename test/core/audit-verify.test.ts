import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { eventDigest, packEntries, SealEntries, sealDigest } from '../../src/core/audit/digests.js';
import { readHead } from '../../src/core/audit/evidence/head.js';
import type { Head } from '../../src/core/audit/evidence/trail-head.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import type { TrailVerification } from '../../src/core/audit/verify/walk.js';
import { oldestEvents, type StoredEvent } from '../../src/database/queries/audit/events.js';
import { type SealRow, sealsAfter } from '../../src/database/queries/audit/seals.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { keepTrail, type Statement, slipIn, tamper } from '../support/trail/tamper.js';

const ODD_NAMES = [
  'Zoë Müller 王小明 😀',
  'Zoe\u0308 Mu\u0308ller',
  'o\'brien "quoted" \\ back\tslash',
  'blanks at the end   ',
  ' ',
  '',
  '長'.repeat(320),
];

/** Writes events until there are `total`, the sixth of them rolled back, so that a number is free. */
async function writeTrail(product: Product, total: number): Promise<void> {
  const { core } = product;
  const write = (index: number, dryRun = false) => {
    const name = ODD_NAMES[index % ODD_NAMES.length];
    const target = { type: 'user', id: `id ${index} `, name };
    return change(core, { action: 'test.write', target }, async () => ({ result: 1, details: { name } }), {
      dryRun,
    });
  };
  const written = (await storedEvents(product)).length;
  for (let index = written; index < total; index++) {
    product.now = new Date(product.now.getTime() + 1003);
    if (index === written + 5) await write(index, true);
    await write(index);
  }
}

const storedEvents = ({ database }: Product): Promise<StoredEvent[]> =>
  database.read((session) => oldestEvents(session, { limit: 1000 }));

const storedSeals = ({ database }: Product): Promise<SealRow[]> =>
  database.read((session) => sealsAfter(session, undefined, 1000));

/** `changed 17`, `seal-removed #2`, `tail-cut 31-40 #4`. */
const found = ({ findings }: TrailVerification) =>
  findings.map(({ kind, seq, toSeq, sealNo }) =>
    seq === undefined ? `${kind} #${sealNo}` : `${kind} ${seq}${toSeq ? `-${toSeq} #${sealNo}` : ''}`,
  );

const updateSeal = (sealNo: number, column: string, value: unknown): Statement => [
  `update scim.event_seal set ${column} = ? where seal_no = ${sealNo}`,
  value,
];

forEachEngine('a sealed trail of 40 events', (engine) => {
  const total = 40;
  let product: Product;
  let restore: () => Promise<void>;
  let head: Head;
  let events: StoredEvent[];
  let seals: SealRow[];
  let freeSeq: number;

  before(async () => {
    product = await freshProduct(engine, { host: false });
    await writeTrail(product, total);
    await sealEvents(product.core, { waitMs: 0, batch: 10 });
    head = await readHead(product.core);
    [events, seals] = [await storedEvents(product), await storedSeals(product)];
    freeSeq = Number(events.find(({ seq }, at) => seq !== BigInt(at + 1))?.seq) - 1;
    restore = await keepTrail(product);
  });
  after(() => product.close());

  const seqAt = (index: number) => Number(events[index]?.seq);
  const verify = (options: { head?: Head } = {}) => verifyTrail(product.core, options);

  it('is intact, whatever its texts hold', async () => {
    const expected = {
      status: 'intact',
      events: total,
      sealed: total,
      unsealed: 0,
      unproved: 0,
      voided: { seals: 0, events: 0 },
      pruned: { events: 0, lastSeq: 0 },
      findings: [],
      findingCount: 0,
      head: {
        sealNo: 4,
        lastSeq: seqAt(total - 1),
        events: total,
        digest: head.digest,
        sealedAt: head.sealedAt,
      },
    };

    assert.deepEqual(await verify(), expected);
    assert.deepEqual(await verify({ head }), expected);
    const names = events.filter(({ action }) => action === 'test.write').map(({ targetName }) => targetName);
    for (const name of ODD_NAMES) assert.ok(names.includes(name), JSON.stringify(name));
  });

  it('is as it was once everything was put back', async () => {
    await tamper(product, 'event', 'delete from scim.event');
    await restore();

    assert.deepEqual((await verify({ head })).findings, []);
  });

  const columns: [column: string, value: unknown][] = [
    ['event_id', 'aaaaaaaa-0000-4000-8000-000000000002'],
    ['actor', 'cli:testes@test'],
    ['action', 'test.writf'],
    ['target_type', 'usfr'],
    ['target_id', null],
    ['target_name', 'x'],
    ['outcome', 'failed'],
    ['details', '{}'],
  ];
  for (const [column, value] of columns) {
    it(`names the event whose ${column} was changed`, async () => {
      const seq = seqAt(23);
      await tamper(product, 'event', [`update scim.event set ${column} = ? where seq = ${seq}`, value]);
      const verification = await verify();
      await restore();

      const eventId = column === 'event_id' ? value : events[23]?.eventId;
      assert.deepEqual(verification.findings, [{ kind: 'changed', seq, eventId, sealNo: 3 }]);
      assert.deepEqual([verification.status, verification.events], ['tampered', total]);
    });
  }

  it('names the event whose instant was changed by a millisecond', async () => {
    const later = new Date(Number(events[23]?.occurredAt) + 1).toISOString().slice(0, -1);
    const zone = engine.name === 'mssql' ? '' : '+00';
    await tamper(
      product,
      'event',
      `update scim.event set occurred_at = '${later}${zone}' where seq = ${seqAt(23)}`,
    );
    const verification = await verify();
    await restore();

    assert.deepEqual(found(verification), [`changed ${seqAt(23)}`]);
  });

  it('names the event in whose details one byte was flipped', async () => {
    const details = events[23]?.details ?? '';
    const flipped = `${details.slice(0, 3)}${String.fromCharCode(details.charCodeAt(3) ^ 1)}${details.slice(4)}`;
    await tamper(product, 'event', [`update scim.event set details = ? where seq = ${seqAt(23)}`, flipped]);
    const verification = await verify();
    await restore();

    assert.deepEqual(found(verification), [`changed ${seqAt(23)}`]);
  });

  it('names events that were removed: the first, one, several, the last', async () => {
    const gone = [0, 13, 19, 20, 21, total - 1].map(seqAt);
    await tamper(product, 'event', `delete from scim.event where seq in (${gone.join()})`);
    const verification = await verify();
    await restore();

    assert.deepEqual(
      found(verification),
      gone.map((seq) => `removed ${seq}`),
    );
    assert.deepEqual(verification.findings[1], { kind: 'removed', seq: gone[1], sealNo: 2 });
    assert.equal(verification.events, total - gone.length);
  });

  it('names an event that was slipped in, where a number was free and below the first', async () => {
    await slipIn(product, freeSeq);
    const one = await verify();
    await restore();
    await slipIn(product, -7);
    const below = await verify();
    await restore();

    const eventId = 'aaaaaaaa-0000-4000-8000-000000000001';
    const sealNo = Math.ceil(freeSeq / 10);
    assert.deepEqual(one.findings, [{ kind: 'inserted', seq: freeSeq, eventId, sealNo }]);
    assert.deepEqual(below.findings, [{ kind: 'event-planted', seq: -7, eventId }]);
  });

  it('names all of it in the order of the trail, with the numbers of those that changed places', async () => {
    await tamper(
      product,
      'event',
      `update scim.event set actor = 'x' where seq in (${seqAt(3)}, ${seqAt(35)})`,
      `delete from scim.event where seq = ${seqAt(25)}`,
    );
    await slipIn(product, freeSeq);
    const verification = await verify();
    await restore();

    const expected = [
      `changed ${seqAt(3)}`,
      `inserted ${freeSeq}`,
      `removed ${seqAt(25)}`,
      `changed ${seqAt(35)}`,
    ];
    assert.deepEqual(found(verification), expected);
    assert.equal(verification.findingCount, 4);
  });

  const other = Buffer.alloc(32, 7);
  const sealChanges: [what: string, statement: () => Statement][] = [
    ['first_seq', () => updateSeal(2, 'first_seq', seqAt(11))],
    ['last_seq', () => updateSeal(2, 'last_seq', seqAt(20))],
    ['row_digests', () => updateSeal(2, 'row_digests', Buffer.alloc(400, 7))],
    ['event_count', () => updateSeal(2, 'event_count = 9, row_digests', seals[1]?.rowDigests.subarray(40))],
    ['previous_digest', () => updateSeal(2, 'previous_digest', other)],
    ['digest', () => updateSeal(2, 'digest', other)],
    ['sealed_by', () => updateSeal(2, 'sealed_by', 'cli:testes@test')],
    ['sealed_at', () => updateSeal(2, 'sealed_at', '2020-01-01T00:00:00')],
  ];
  for (const [what, statement] of sealChanges) {
    it(`names the seal whose ${what} was changed, and what it no longer proves`, async () => {
      await tamper(product, 'event_seal', statement());
      const verification = await verify({ head });
      await restore();

      assert.deepEqual(verification.findings, [{ kind: 'seal-changed', sealNo: 2 }]);
      assert.deepEqual([verification.sealed, verification.unproved], [30, 10]);
    });
  }

  it('names the seal that was made to fit a changed event', async () => {
    const [seal] = seals.filter(({ sealNo }) => sealNo === 3);
    assert.ok(seal);
    await tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seqAt(23)}`);
    const forgedEvent = (await storedEvents(product))[23];
    assert.ok(forgedEvent);
    const entries = new SealEntries(seal.rowDigests);
    const rowDigests = packEntries(
      Array.from({ length: entries.length }, (_, at) => {
        const entry = entries.at(at) ?? assert.fail();
        return entry.seq === forgedEvent.seq ? { ...entry, digest: eventDigest(forgedEvent) } : entry;
      }),
    );
    const forgedDigest = sealDigest({ ...seal, rowDigests });
    await tamper(
      product,
      'event_seal',
      updateSeal(3, 'row_digests', rowDigests),
      updateSeal(3, 'digest', forgedDigest),
    );
    const [without, withHead] = [await verify(), await verify({ head })];
    await restore();

    // Without a head nothing tells which of the two was there first: what comes later does not count.
    assert.deepEqual(without.findings, [{ kind: 'seal-unlinked', sealNo: 4 }]);
    assert.deepEqual(withHead.findings, [{ kind: 'seal-changed', sealNo: 3 }]);
    assert.deepEqual([withHead.sealed, withHead.unproved, withHead.events], [30, 10, total]);
  });

  it('names a seal that was removed, and says of no event what it does not know', async () => {
    await tamper(product, 'event', `delete from scim.event where seq = ${seqAt(15)}`);
    await tamper(product, 'event_seal', 'delete from scim.event_seal where seal_no = 2');
    const [without, withHead] = [await verify(), await verify({ head })];
    await restore();

    assert.deepEqual(without.findings, [{ kind: 'seal-unlinked', sealNo: 3, toSealNo: 4 }]);
    assert.deepEqual([without.unproved, without.unsealed], [0, 29]);
    assert.deepEqual(withHead.findings, [{ kind: 'seal-removed', sealNo: 2 }]);
    assert.deepEqual([withHead.unproved, withHead.unsealed], [9, 0]);
  });

  it('tells a cut tail by the head that was kept, and cannot without it', async () => {
    const cut = seqAt(20);
    await tamper(product, 'event', `delete from scim.event where seq >= ${cut}`);
    await tamper(product, 'event_seal', 'delete from scim.event_seal where seal_no >= 3');
    const [without, withHead] = [await verify(), await verify({ head })];
    await sealEvents(product.core, { waitMs: 0 });
    await writeTrail(product, 40);
    await sealEvents(product.core, { waitMs: 0, batch: 10 });
    const grownAgain = await verify({ head });
    await restore();

    assert.deepEqual([without.status, without.head.sealNo], ['intact', 2]);
    // It may begin with a number that no event ever had.
    assert.deepEqual(withHead.findings, [
      { kind: 'tail-cut', seq: seqAt(19) + 1, toSeq: seqAt(total - 1), sealNo: 3, toSealNo: 4 },
    ]);
    assert.deepEqual(grownAgain.findings, [{ kind: 'head-mismatch', sealNo: 4, seq: head.lastSeq }]);
  });

  it('tells seals that were cut off alone', async () => {
    await tamper(product, 'event_seal', 'delete from scim.event_seal');
    const [without, withHead] = [await verify(), await verify({ head })];
    await restore();

    assert.deepEqual([without.status, without.unsealed], ['intact', total]);
    assert.deepEqual(found(withHead), [`tail-cut 1-${head.lastSeq} #1`]);
  });

  it('tells a trail that was rewritten and sealed anew by the head that was kept', async () => {
    await tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seqAt(5)}`);
    await tamper(product, 'event_seal', 'delete from scim.event_seal');
    await sealEvents(product.core, { waitMs: 0, batch: 10 });
    const [without, withHead] = [await verify(), await verify({ head })];
    await restore();

    assert.equal(without.status, 'intact');
    assert.deepEqual(withHead.findings, [{ kind: 'head-mismatch', sealNo: 4, seq: head.lastSeq }]);
  });

  it('tells a trail that was sealed anew in fewer seals from one that was cut', async () => {
    await tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seqAt(5)}`);
    await tamper(product, 'event_seal', 'delete from scim.event_seal');
    await sealEvents(product.core, { waitMs: 0 });
    const [without, withHead] = [await verify(), await verify({ head })];
    await restore();

    assert.deepEqual([without.status, without.head.sealNo], ['intact', 1]);
    assert.deepEqual(withHead.findings, [{ kind: 'trail-resealed', sealNo: 4, seq: head.lastSeq }]);
    assert.deepEqual([withHead.status, withHead.sealed], ['tampered', total]);
  });

  it('stays true to a kept head when it grows', async () => {
    await writeTrail(product, total + 5);
    const unsealed = await verify({ head });
    await sealEvents(product.core, { waitMs: 0 });
    const grown = await verify({ head });
    await restore();

    assert.deepEqual([unsealed.status, unsealed.sealed, unsealed.unsealed], ['intact', total, 5]);
    assert.deepEqual([grown.status, grown.head.sealNo, grown.unsealed], ['intact', 5, 0]);
  });

  const refused: [what: string, sql: string][] = ['event', 'event_seal'].flatMap((table) => [
    [`an update of ${table}`, `update scim.${table} set ${table === 'event' ? 'actor' : 'sealed_by'} = 'x'`],
    [`a delete from ${table}`, `delete from scim.${table}`],
    [`a truncation of ${table}`, `truncate table scim.${table}`],
  ]);
  for (const [what, sql] of refused) {
    it(`is kept by the database, which refuses ${what}`, async () => {
      await assert.rejects(product.test.query(sql), /append-only|FOREIGN KEY|foreign key/);
      assert.equal((await verify({ head })).status, 'intact');
    });
  }
});
