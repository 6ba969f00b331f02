import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { change } from '../../src/core/audit/change.js';
import { SealEntries } from '../../src/core/audit/digests.js';
import { parseHead, readHead } from '../../src/core/audit/evidence/head.js';
import { type Sealing, type SealMemory, sealEvents } from '../../src/core/audit/seal.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import { trail } from '../../src/core/check/trail/trail.js';
import { insertEvent } from '../../src/database/queries/audit/events.js';
import { sealsAfter } from '../../src/database/queries/audit/seals.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const MINUTE_MS = 60_000;

const write = ({ core }: Product, name: string, dryRun = false) =>
  change(core, { action: 'test.write', target: { type: 'user', name } }, async () => ({ result: 1 }), {
    dryRun,
  });

/** The numbers of all events, and those in the seals, in their order. */
async function numbers(product: Product) {
  const events = (await rowsOf(product, 'scim.event')).map(({ seq }) => Number(seq)).sort((a, b) => a - b);
  const seals = await product.database.read((session) => sealsAfter(session, undefined, 1000));
  const sealed = seals.flatMap(({ rowDigests }) => {
    const entries = new SealEntries(rowDigests);
    return Array.from({ length: entries.length }, (_, at) => Number(entries.at(at)?.seq));
  });
  return { events, sealed, seals };
}

forEachEngine('sealing', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
  });
  after(() => product.close());

  it('begins with the events that the migrations wrote, and rehearses without a trace', async () => {
    const rehearsed = await sealEvents(product.core, { dryRun: true, batch: 2 });
    assert.deepEqual((await numbers(product)).sealed, []);

    const sealed = await sealEvents(product.core, { batch: 2 });

    const { events, sealed: covered, seals } = await numbers(product);
    assert.deepEqual(covered, events);
    assert.deepEqual(rehearsed, sealed);
    assert.deepEqual([sealed.events, sealed.seals, sealed.waiting], [events.length, seals.length, 0]);
    assert.deepEqual(sealed.head, await readHead(product.core));
    assert.equal(seals[0]?.sealedBy, 'cli:tester@test');
  });

  it('has nothing to do a second time', async () => {
    const { head } = await sealEvents(product.core);
    const again = await sealEvents(product.core);

    assert.deepEqual([again.events, again.seals, again.head], [0, 0, head]);
  });

  it('takes at once what is behind a number that will never arrive, whatever its time says', async () => {
    await write(product, 'rolled back', true);
    product.now = new Date(product.now.getTime() + 1000 * MINUTE_MS);
    for (let index = 0; index < 3; index++) await write(product, 'of the future');
    product.now = new Date(product.now.getTime() - 1000 * MINUTE_MS);
    await write(product, 'rolled back', true);
    await write(product, 'behind them');

    const sealed = await sealEvents(product.core, { waitMs: 0, batch: 2 });

    assert.deepEqual([sealed.events, sealed.seals, sealed.waiting], [4, 2, 0]);
  });

  it('examines only what is new where it remembers the end, and everything where that is gone', async () => {
    const memory: SealMemory = {};
    await write(product, 'first');
    const first = await sealEvents(product.core, { memory });
    await write(product, 'second');
    const second = await sealEvents(product.core, { memory });

    assert.deepEqual([second.events, second.head.events], [1, first.head.events + 1]);
    assert.deepEqual(second.head, await readHead(product.core));

    assert.ok(memory.end?.last);
    memory.end.last = { ...memory.end.last, digest: Buffer.alloc(32) };
    await write(product, 'third');
    const third = await sealEvents(product.core, { memory });
    assert.deepEqual([third.events, third.findingCount], [1, 0]);
    assert.deepEqual(third.head, await readHead(product.core));
  });

  it('is overdue where an event has waited for more than ten minutes', async () => {
    const { core } = product;
    const checked = async () => {
      const clock = () => new Date(product.now.getTime() + 10 * MINUTE_MS + 1);
      const { status, summary, details } = await trail.run({ ...core, clock } as never);
      return { status, summary, since: (details as { unsealedSince?: Date }).unsealedSince };
    };
    await sealEvents(core);
    assert.equal((await checked()).status, 'pass');
    await write(product, 'not sealed');
    const { status, summary, since } = await checked();
    assert.deepEqual([status, since], ['warn', product.now]);
    assert.match(summary, /^events since .* are not sealed$/);
    await sealEvents(core);
  });

  it('by eight at once leaves one chain, with every event in exactly one seal', async () => {
    for (let index = 0; index < 60; index++) await write(product, `event ${index}`);

    const results = await Promise.all(
      Array.from({ length: 8 }, () => sealEvents(product.core, { waitMs: 0, batch: 3 })),
    );

    const { events, sealed } = await numbers(product);
    assert.deepEqual(sealed, events);
    assert.equal(
      results.reduce((sum, result) => sum + result.events, 0),
      60,
    );
    assert.equal((await verifyTrail(product.core)).status, 'intact');
  });

  it('misses nothing that is written meanwhile', async () => {
    let isWriting = true;
    const writers = [1, 2, 3, 4].map(async (writer) => {
      for (let index = 0; index < 20; index++) await write(product, `${writer}.${index}`, index % 7 === 0);
    });
    const sealing = (async () => {
      while (isWriting) {
        await sealEvents(product.core, { waitMs: 0, batch: 7 });
        assert.equal((await verifyTrail(product.core)).status, 'intact');
      }
    })();
    await Promise.all(writers);
    isWriting = false;
    await sealing;

    const last = await sealEvents(product.core, { waitMs: 0 });

    const { events, sealed } = await numbers(product);
    assert.deepEqual([sealed, last.waiting], [events, 0]);
    assert.equal((await verifyTrail(product.core)).status, 'intact');
  });
});

forEachEngine(
  'an event whose transaction commits late',
  (engine) => {
    const late = (product: Product, name: string) => ({
      eventId: randomUUID(),
      occurredAt: product.now,
      actor: 'cli:slow@test',
      action: 'test.write',
      targetType: 'user',
      targetId: null,
      targetName: name,
      outcome: 'done' as const,
      details: '{}',
    });

    /** Another event is written and committed while the first one's transaction is under way. */
    async function lateCommit(ends: 'commit' | 'rollback', waitMs: number) {
      const product = await freshProduct(engine, { host: false });
      await sealEvents(product.core);
      let sealing: Promise<Sealing> | undefined;
      const change = product.database.transaction(
        async (session) => {
          await insertEvent(session, late(product, 'slow'));
          await write(product, 'overtakes');
          sealing = sealEvents(product.core, { waitMs });
          // Not waited for to the end: SQL Server without row versioning lets nobody read past the late one.
          await Promise.race([sealing, delay(1000)]);
        },
        { rollsBack: ends === 'rollback' },
      );
      await change;
      const meanwhile = await sealing;
      const after = await sealEvents(product.core, { waitMs: 0 });
      const [verification, { events, sealed }] = [await verifyTrail(product.core), await numbers(product)];
      await product.close();
      return { meanwhile, after, verification, events, sealed };
    }

    it('is never passed over: what is behind it waits, and is sealed with it', async () => {
      const { meanwhile, after, verification, events, sealed } = await lateCommit('commit', 0);

      // Without versions of rows, the sealer has to wait for it anyway.
      if (meanwhile?.waiting) assert.deepEqual([meanwhile.events, after.events], [0, 2]);
      else assert.equal(engine.name, 'mssql');
      assert.equal(verification.status, 'intact');
      assert.deepEqual(sealed, events);
    });

    for (const ends of ['commit', 'rollback'] as const) {
      it(`is waited for, until it ends by ${ends}`, async () => {
        const { meanwhile, verification, events, sealed } = await lateCommit(ends, 30_000);

        assert.deepEqual([meanwhile?.events, meanwhile?.waiting], [ends === 'commit' ? 2 : 1, 0]);
        assert.equal(verification.status, 'intact');
        assert.deepEqual(sealed, events);
      });
    }

    it('holds nobody up who begins later, nor waits for them', async () => {
      const product = await freshProduct(engine, { host: false });
      await sealEvents(product.core);
      await write(product, 'rolled back', true);
      await write(product, 'behind it');
      let isSealed = false;
      // One transaction with an event is always under way, until everything is sealed.
      const writer = async () => {
        while (!isSealed)
          await product.database.transaction(async (session) => {
            await insertEvent(session, late(product, 'again'));
            await delay(20);
          });
      };
      const writers = [writer(), delay(10).then(writer), delay(20).then(writer)];
      await delay(50);

      const sealed = await sealEvents(product.core, { waitMs: 30_000 });
      isSealed = true;
      await Promise.all(writers);

      assert.ok(sealed.events >= 1);
      assert.equal(sealed.waiting, 0);
      assert.equal((await verifyTrail(product.core)).status, 'intact');
      await product.close();
    });
  },
  { only: ['postgres', 'mssql'] },
);

describe('a kept head', () => {
  const head = { sealNo: 3, lastSeq: 42, events: 41, digest: 'ab'.repeat(32) };

  it('is read as `audit head` and as `audit verify -o json` print it', () => {
    assert.deepEqual(parseHead(JSON.stringify({ ...head, sealedAt: null })), head);
    assert.deepEqual(parseHead(JSON.stringify({ status: 'intact', head })), head);
  });

  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '{"head":null}',
    JSON.stringify({ ...head, digest: 'ab' }),
    JSON.stringify({ ...head, sealNo: -1 }),
    JSON.stringify({ ...head, events: '41' }),
  ]) {
    it(`is refused where it is none: ${text.slice(0, 40)}`, () => {
      assert.throws(() => parseHead(text), { code: 'head-invalid', kind: 'usage' });
    });
  }
});
