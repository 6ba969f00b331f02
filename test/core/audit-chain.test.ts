import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { NO_DIGEST, packEntries, sealDigest } from '../../src/core/audit/digests.js';
import { countBeforeGap } from '../../src/core/audit/missing-numbers.js';
import { type ChainTrust, judgeChain } from '../../src/core/audit/verify/chain.js';
import { Findings } from '../../src/core/audit/verify/findings.js';
import type { Vouched } from '../../src/core/audit/verify/vouched.js';
import type { SealRow } from '../../src/database/queries/audit/seals.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** A seal with two events, its digest right whatever else it says. */
function makeSeal(sealNo: number, previousDigest: Buffer, more: Partial<SealRow> = {}): SealRow {
  const [firstSeq, lastSeq] = [BigInt(sealNo * 10), BigInt(sealNo * 10 + 1)];
  const content = {
    sealNo,
    firstSeq,
    lastSeq,
    eventCount: 2,
    rowDigests: packEntries(
      [firstSeq, lastSeq].map((seq) => ({ seq, digest: sha256(`${seq}`).toString('hex') })),
    ),
    previousDigest,
    sealedAt: new Date('2026-01-31T08:00:00.000Z'),
    sealedBy: 'cli:tester@test',
    handedOut: 1000n,
    ...more,
  };
  return { ...content, digest: sealDigest(content) };
}

function makeChain(length: number): SealRow[] {
  const chain: SealRow[] = [];
  for (let no = 1; no <= length; no++) chain.push(makeSeal(no, chain.at(-1)?.digest ?? NO_DIGEST));
  return chain;
}

/** What a kept head says of the seals in a chain: that it vouches for those from a number on. */
const vouchedFrom = (from: number, planted: readonly number[] = []) =>
  ({
    wordOn: (sealNo: number) =>
      sealNo < from ? undefined : planted.includes(sealNo) ? 'planted' : 'genuine',
  }) as Vouched;

/** `1 2! 3? -4..5 6~ 7= 8v`: intact, changed, unlinked, removed, replaced, void in the chain, void beside it. */
async function judged(seals: SealRow[], trust: Partial<ChainTrust> = {}): Promise<string> {
  async function* rows() {
    yield* seals;
  }
  const words: string[] = [];
  const all = { isVoid: () => false, ...trust };
  for await (const link of judgeChain(rows(), all)) {
    if (link.kind === 'removed') words.push(`-${link.sealNo}..${link.toSealNo}`);
    else if (link.kind === 'void') words.push(`${link.seal.sealNo}${link.continues ? '=' : 'v'}`);
    else
      words.push(
        `${link.seal.sealNo}${{ intact: '', changed: '!', unlinked: '?', replaced: '~' }[link.kind]}`,
      );
  }
  return words.join(' ');
}

const replaced = (chain: SealRow[], sealNo: number, by: (seal: SealRow) => SealRow) =>
  chain.map((seal) => (seal.sealNo === sealNo ? by(seal) : seal));

describe('a chain of seals', () => {
  for (const length of [0, 1, 2, 3, 6]) {
    it(`of ${length} is intact as it was made`, async () => {
      const all = Array.from({ length }, (_, at) => at + 1).join(' ');

      assert.equal(await judged(makeChain(length)), all);
    });
  }

  const partChanges: Partial<SealRow>[] = [
    { firstSeq: 29n },
    { lastSeq: 32n },
    { eventCount: 1 },
    { rowDigests: Buffer.alloc(80) },
    { rowDigests: Buffer.alloc(79) },
    { previousDigest: NO_DIGEST },
    { digest: NO_DIGEST },
    { sealedAt: new Date('2026-01-31T08:00:00.001Z') },
    { sealedBy: 'cli:somebody@else' },
  ];
  for (const change of partChanges) {
    it(`names the seal whose ${Object.keys(change)} was changed`, async () => {
      assert.equal(await judged(replaced(makeChain(5), 3, (seal) => ({ ...seal, ...change }))), '1 2 3! 4 5');
    });
  }

  const replacedThird = () =>
    replaced(makeChain(5), 3, ({ previousDigest }) =>
      makeSeal(3, previousDigest, { sealedBy: 'cli:mallory@test' }),
    );

  it('goes on from a seal that was replaced, digest and all, for nothing tells it from a genuine one', async () => {
    assert.equal(await judged(replacedThird()), '1 2 3 4? 5?');
  });

  it('names a seal that was replaced by the word of a kept head', async () => {
    assert.equal(await judged(replacedThird(), { vouched: vouchedFrom(4) }), '1 2 3 3~ 4 5');
  });

  it('does not take a seal that is not linked', async () => {
    const forged = replaced(makeChain(5), 3, () => makeSeal(3, sha256('not the second')));

    assert.equal(await judged(forged), '1 2 3? 4? 5?');
    assert.equal(await judged(forged, { vouched: vouchedFrom(4) }), '1 2 3? -3..3 4 5');
  });

  it('names seals that are gone by the word of a kept head, and else goes on before the gap', async () => {
    const chain = makeChain(9).filter(({ sealNo }) => ![1, 4, 5, 6, 8].includes(sealNo));

    assert.equal(await judged(chain, { vouched: vouchedFrom(9) }), '2? 3? 7? -1..8 9');
    assert.equal(await judged(chain), '2? 3? 7? 9?');
    assert.equal(await judged(makeChain(5).filter(({ sealNo }) => sealNo !== 3)), '1 2 4? 5?');
  });

  it('does not take a seal with a number before which others are free, linked or not', async () => {
    const [first, second] = makeChain(2);
    assert.ok(first && second);
    const ahead = makeSeal(2_000_000_000, second.digest, {
      firstSeq: 900n,
      lastSeq: 901n,
      rowDigests: packEntries([900n, 901n].map((seq) => ({ seq, digest: '00'.repeat(32) }))),
    });

    assert.equal(await judged([first, second, ahead]), '1 2 2000000000?');
  });

  it('goes on past seals that were planted at the next numbers', async () => {
    const [first, second] = makeChain(2);
    assert.ok(first && second);
    const broken = { ...makeSeal(3, second.digest), digest: NO_DIGEST };
    const unlinked = makeSeal(4, sha256('nothing'));
    const next = makeSeal(5, second.digest);

    assert.equal(
      await judged([first, second, broken, unlinked, next, makeSeal(6, next.digest)]),
      '1 2 3! 4? 5 6',
    );
  });

  it('does not take a seal that covers numbers which had not been handed out', async () => {
    const chain = replaced(makeChain(5), 3, (seal) => ({ ...seal, handedOut: 30n }));

    assert.equal(await judged(chain), '1 2 3? 4? 5?');
  });

  it('keeps what is in the chain, whatever is linked beside it later', async () => {
    const [first, second, third] = makeChain(3);
    assert.ok(first && second && third);
    const rival = makeSeal(4, first.digest);

    assert.equal(await judged([first, second, third, rival, makeSeal(5, third.digest)]), '1 2 3 4? 5');
  });

  it('goes through void seals: one in the chain is still followed, others are not looked at', async () => {
    const [first, second, third] = makeChain(3);
    assert.ok(first && second && third);
    const planted = makeSeal(4, sha256('nothing'));
    const isVoid = ({ sealNo }: SealRow) => [2, 4].includes(sealNo);

    assert.equal(
      await judged([first, second, third, planted, makeSeal(5, third.digest)], { isVoid }),
      '1 2= 3 4v 5',
    );
  });

  it('does not take a number below the first, nor events that an earlier seal covers', async () => {
    const [first] = makeChain(1);
    assert.ok(first);
    const below = makeSeal(0, NO_DIGEST);
    const overlapping = makeSeal(2, first.digest, {
      firstSeq: first.lastSeq,
      rowDigests: packEntries(
        [first.lastSeq, 21n].map((seq) => ({ seq, digest: sha256(`${seq}`).toString('hex') })),
      ),
    });

    assert.equal(await judged([below, first, overlapping]), '0? 1 2?');
  });

  it('does not take a list of events that is out of order', async () => {
    const rowDigests = packEntries([10n, 12n, 11n, 13n].map((seq) => ({ seq, digest: '00'.repeat(32) })));

    assert.equal(await judged([makeSeal(1, NO_DIGEST, { rowDigests, eventCount: 4, lastSeq: 13n })]), '1!');
  });

  it('does not take a first seal that follows another', async () => {
    assert.equal(await judged([makeSeal(1, sha256('something'))]), '1?');
  });
});

describe('what has no missing number before it', () => {
  const cases: [string, number[], number][] = [
    ['is nothing where there is nothing', [], 0],
    ['is all where none is missing', [6, 7], 2],
    ['is nothing where the first is missing', [7, 8], 0],
    ['is all up to the first that is missing', [6, 7, 9, 11], 2],
  ];
  for (const [name, seqs, count] of cases) {
    const events = seqs.map((seq) => ({ seq: BigInt(seq) }));
    it(name, () => assert.equal(countBeforeGap(events, 5n), count));
  }
});

describe('findings', () => {
  it('are one for planted seals in a row', () => {
    const findings = new Findings();
    for (const sealNo of [4, 5, 6, 9]) findings.addUnlinked(sealNo);

    const [run, single] = findings.list;
    assert.deepEqual(
      [run, single],
      [
        { kind: 'seal-unlinked', sealNo: 4, toSealNo: 6 },
        { kind: 'seal-unlinked', sealNo: 9 },
      ],
    );
  });

  it('are all counted and a hundred kept', () => {
    const findings = new Findings();
    for (let seq = 1; seq <= 250; seq++) findings.add({ kind: 'removed', seq });

    assert.deepEqual([findings.count, findings.list.length, findings.list.at(-1)?.seq], [250, 100, 100]);
  });
});
