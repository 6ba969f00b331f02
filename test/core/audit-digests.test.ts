import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  eventDigest,
  eventForm,
  NO_DIGEST,
  packEntries,
  packSealRows,
  pruneDigest,
  pruneForm,
  SealEntries,
  sealDigest,
  sealForm,
  sealRowDigest,
  unpackSealRows,
  voidDigest,
  voidForm,
} from '../../src/core/audit/digests.js';
import type { StoredEvent } from '../../src/database/queries/audit/events.js';
import { projectDirectory } from '../support/environment.js';

const event: StoredEvent = {
  seq: 42n,
  eventId: '0B8F4C1E-7A52-4D4C-9A5E-0D2F6D6F8A11',
  occurredAt: new Date('2026-01-31T08:00:00.120Z'),
  actor: 'cli:zoë@SQL01',
  action: 'token.create',
  targetType: 'token',
  targetId: 'a1B2c3D4',
  targetName: null,
  outcome: 'done',
  details: '{"note":"one \\"quoted\\" 王 😀"}',
};

const seal = {
  sealNo: 1,
  firstSeq: 42n,
  lastSeq: 42n,
  eventCount: 1,
  rowDigests: packEntries([{ seq: 42n, digest: eventDigest(event) }]),
  previousDigest: NO_DIGEST,
  sealedAt: new Date('2026-01-31T08:10:00.000Z'),
  sealedBy: 'cli:zoë@SQL01',
};

/** The code blocks of the page that follow a heading. */
async function documented(heading: string): Promise<string[]> {
  const page = await readFile(join(projectDirectory, 'docs', 'audit-trail.md'), 'utf8');
  const section =
    page
      .replaceAll('\r\n', '\n')
      .split(`\n### ${heading}\n`)[1]
      ?.split(/\n##+ /)[0] ?? '';
  return [...section.matchAll(/```(?:text|json)\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? '');
}

describe('the test vectors of docs/audit-trail.md', () => {
  it('are what is hashed of an event, and its digest', async () => {
    const [form, digest] = await documented('Test vector: event');

    assert.equal(form, eventForm(event));
    assert.equal(digest, eventDigest(event));
    assert.equal(digest, createHash('sha256').update(form, 'utf8').digest('hex'));
  });

  it('are what is hashed of a seal, and its digest', async () => {
    const [rows, form, digest] = await documented('Test vector: seal');

    assert.equal(rows, seal.rowDigests.toString('hex'));
    assert.equal(form, sealForm(seal));
    assert.equal(digest, sealDigest(seal).toString('hex'));
    assert.equal(digest, createHash('sha256').update(form, 'utf8').digest('hex'));
  });
});

describe('the test vector of a void seal', () => {
  it('is what is hashed of the rows that it names, and of itself', async () => {
    const [rowText = '', rows, form = '', digest] = await documented('Test vector: void seal');
    const row = { ...seal, handedOut: 42n, digest: sealDigest(seal) };
    const voidRow = {
      voidNo: 1,
      voidSeals: packSealRows([{ sealNo: 1, digest: sealRowDigest(row).toString('hex') }]),
      voidEvents: seal.rowDigests,
      rowDigests: Buffer.alloc(0),
      sealedAt: new Date('2026-02-01T09:00:00.000Z'),
      sealedBy: 'cli:zoë@SQL01',
    };
    const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

    assert.equal(sha256(rowText), sealRowDigest(row).toString('hex'));
    assert.equal(rows, voidRow.voidSeals.toString('hex'));
    assert.equal(form, voidForm(voidRow));
    assert.deepEqual([digest, digest], [sha256(form), voidDigest(voidRow).toString('hex')]);
    assert.deepEqual(unpackSealRows(voidRow.voidSeals), [{ sealNo: 1, digest: sha256(rowText) }]);
  });
});

describe('the test vector of a prune seal', () => {
  it('is what is hashed of it, and its digest', async () => {
    const [form = '', digest] = await documented('Test vector: prune seal');
    const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
    const row = {
      pruneNo: 1,
      sealNo: 1,
      sealDigest: sealDigest(seal),
      lastSeq: 42n,
      eventCount: 1,
      eventsDigest: sha256(seal.rowDigests),
      previousDigest: NO_DIGEST,
      sealedAt: new Date('2026-06-01T09:00:00.000Z'),
      sealedBy: 'cli:zoë@SQL01',
    };

    assert.equal(form, pruneForm(row));
    assert.deepEqual([digest, digest], [sha256(form).toString('hex'), pruneDigest(row).toString('hex')]);
  });
});

describe('the form of an event', () => {
  const other: Partial<StoredEvent>[] = [
    { seq: 43n },
    { eventId: '0b8f4c1e-7a52-4d4c-9a5e-0d2f6d6f8a12' },
    { occurredAt: new Date('2026-01-31T08:00:00.121Z') },
    { actor: 'cli:zoë@SQL01 ' },
    { actor: 'cli:zoe\u0308@SQL01' },
    { action: 'token.created' },
    { targetType: 'Token' },
    { targetId: null },
    { targetName: '' },
    { targetName: 'null' },
    { outcome: 'refused' },
    { details: `${event.details} ` },
    { targetId: null, targetName: 'a1B2c3D4' },
  ];
  for (const change of other) {
    const [[field, value] = []] = Object.entries(change);
    it(`is another with ${field} ${JSON.stringify(String(value))}`, () => {
      assert.notEqual(eventDigest({ ...event, ...change }), eventDigest(event));
    });
  }

  it('does not depend on how a driver writes an id', () => {
    assert.equal(eventDigest({ ...event, eventId: event.eventId.toLowerCase() }), eventDigest(event));
  });

  it('exists for whatever a tampered row holds', () => {
    const odd = { ...event, seq: -(2n ** 63n), occurredAt: Number.POSITIVE_INFINITY as unknown as Date };

    assert.match(eventForm(odd), /^\[-9223372036854775808,"[^"]+","Infinity",/);
  });
});

describe('the list of digests in a seal', () => {
  it('comes back as it was packed, at any number', () => {
    const entries = [-(2n ** 63n), 0n, 42n, 2n ** 53n + 1n, 2n ** 63n - 1n].map((seq) => ({
      seq,
      digest: createHash('sha256').update(String(seq)).digest('hex'),
    }));

    const unpacked = new SealEntries(packEntries(entries));

    assert.deepEqual(
      [...entries.keys(), -1, 5].map((at) => unpacked.at(at)),
      [...entries, undefined, undefined],
    );
    assert.deepEqual([unpacked.length, unpacked.isAscending], [5, true]);
    assert.equal(new SealEntries(packEntries(entries.toReversed())).isAscending, false);
  });

  it('is empty where bytes are missing', () => {
    const unpacked = new SealEntries(seal.rowDigests.subarray(1));

    assert.deepEqual([unpacked.length, unpacked.at(0)], [0, undefined]);
  });
});
