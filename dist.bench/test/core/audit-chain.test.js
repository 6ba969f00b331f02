import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { judgeChain } from '../../src/core/audit/chain.js';
import { NO_DIGEST, packEntries, sealDigest } from '../../src/core/audit/digests.js';
import { Findings } from '../../src/core/audit/findings.js';
import { sealableCount } from '../../src/core/audit/seal.js';
const sha256 = (text) => createHash('sha256').update(text).digest();
/** A seal with two events, its digest right whatever else it says. */
function makeSeal(sealNo, previousDigest, more = {}) {
    const [firstSeq, lastSeq] = [BigInt(sealNo * 10), BigInt(sealNo * 10 + 1)];
    const content = {
        sealNo,
        firstSeq,
        lastSeq,
        eventCount: 2,
        rowDigests: packEntries([firstSeq, lastSeq].map((seq) => ({ seq, digest: sha256(`${seq}`).toString('hex') }))),
        previousDigest,
        sealedAt: new Date('2026-01-31T08:00:00.000Z'),
        sealedBy: 'cli:tester@test',
        ...more,
    };
    return { ...content, digest: sealDigest(content) };
}
function makeChain(length) {
    const chain = [];
    for (let no = 1; no <= length; no++)
        chain.push(makeSeal(no, chain.at(-1)?.digest ?? NO_DIGEST));
    return chain;
}
/** `1 2! -3..4`: intact, changed, removed. */
async function judged(seals) {
    async function* rows() {
        yield* seals;
    }
    const words = [];
    for await (const link of judgeChain(rows())) {
        if (link.kind === 'removed')
            words.push(`-${link.sealNo}..${link.toSealNo}`);
        else
            words.push(`${link.seal.sealNo}${link.kind === 'changed' ? '!' : ''}`);
    }
    return words.join(' ');
}
const replaced = (chain, sealNo, by) => chain.map((seal) => (seal.sealNo === sealNo ? by(seal) : seal));
describe('a chain of seals', () => {
    for (const length of [0, 1, 2, 3, 6]) {
        it(`of ${length} is intact as it was made`, async () => {
            const all = Array.from({ length }, (_, at) => at + 1).join(' ');
            assert.equal(await judged(makeChain(length)), all);
        });
    }
    const partChanges = [
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
    it('names a seal that was replaced, digest and all, by the word of the next', async () => {
        const forged = replaced(makeChain(5), 3, ({ previousDigest }) => makeSeal(3, previousDigest, { sealedBy: 'cli:mallory@test' }));
        assert.equal(await judged(forged), '1 2 3! 4 5');
    });
    it('does not believe a seal that is denied itself', async () => {
        const forged = replaced(makeChain(5), 3, () => makeSeal(3, sha256('not the second')));
        assert.equal(await judged(forged), '1 2 3! 4 5');
    });
    it('names seals that are gone, at the beginning and in the middle', async () => {
        const chain = makeChain(9).filter(({ sealNo }) => ![1, 4, 5, 6, 8].includes(sealNo));
        assert.equal(await judged(chain), '-1..1 2 3 -4..6 7 -8..8 9');
    });
    it('names one gap where a number was changed into a huge one', async () => {
        const forged = replaced(makeChain(3), 3, ({ previousDigest }) => makeSeal(2_000_000_000, previousDigest));
        assert.equal(await judged(forged), '1 2 -3..1999999999 2000000000');
    });
    it('does not take a number below the first, nor events that an earlier seal covers', async () => {
        const [first] = makeChain(1);
        assert.ok(first);
        const below = makeSeal(0, NO_DIGEST);
        const overlapping = makeSeal(2, first.digest, {
            firstSeq: first.lastSeq,
            rowDigests: packEntries([first.lastSeq, 21n].map((seq) => ({ seq, digest: sha256(`${seq}`).toString('hex') }))),
        });
        assert.equal(await judged([below, first, overlapping]), '0! 1 2!');
    });
    it('does not take a list of events that is out of order', async () => {
        const rowDigests = packEntries([10n, 12n, 11n, 13n].map((seq) => ({ seq, digest: '00'.repeat(32) })));
        assert.equal(await judged([makeSeal(1, NO_DIGEST, { rowDigests, eventCount: 4, lastSeq: 13n })]), '1!');
    });
    it('does not take a first seal that follows another', async () => {
        assert.equal(await judged([makeSeal(1, sha256('something'))]), '1!');
    });
});
describe('what can be sealed', () => {
    const oldEnough = new Date('2026-01-31T08:00:00.000Z');
    const at = (seq, seconds) => ({ seq: BigInt(seq), occurredAt: new Date(oldEnough.getTime() + seconds * 1000) });
    const cases = [
        ['is nothing where there is nothing', [], 0],
        ['is all without a gap, however new', [at(6, 90), at(7, 99)], 2],
        ['is nothing behind a gap at the beginning that is new', [at(7, 1), at(8, 2)], 0],
        ['is all up to a gap that is new', [at(6, 1), at(7, 2), at(9, 3), at(10, 4)], 2],
        ['is all behind a gap that is old', [at(6, -9), at(8, -5), at(9, 9)], 3],
        ['is all up to the first gap that is new', [at(7, -1), at(9, 1), at(11, 2)], 1],
        ['goes by any event behind the gap, since a clock may be ahead', [at(6, -9), at(8, 9999), at(9, 0)], 3],
    ];
    for (const [name, events, count] of cases) {
        it(name, () => assert.equal(sealableCount(events, 5n, oldEnough), count));
    }
});
describe('findings', () => {
    it('are all counted and a hundred kept', () => {
        const findings = new Findings();
        for (let seq = 1; seq <= 250; seq++)
            findings.add({ kind: 'removed', seq });
        assert.deepEqual([findings.count, findings.list.length, findings.list.at(-1)?.seq], [250, 100, 100]);
    });
});
