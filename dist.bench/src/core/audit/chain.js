import { NO_DIGEST, SealEntries, sealDigest } from './digests.js';
/**
 * Judges the seals, which come in the order of their numbers. A seal that agrees with itself and not with the
 * digest that the next one holds of it was replaced; unless the next one was replaced itself, by the word of
 * the one after it. So a seal is judged once the two behind it are known. Pure.
 */
export async function* judgeChain(seals) {
    let expected = 1;
    let lastSeq;
    for await (const [candidate, next, afterNext] of windows(candidates(seals))) {
        const { seal } = candidate;
        if (seal.sealNo > expected)
            yield { kind: 'removed', sealNo: expected, toSealNo: seal.sealNo - 1 };
        const isDenied = denies(next, candidate) && !denies(afterNext, next);
        const isInOrder = seal.sealNo >= expected && (lastSeq === undefined || seal.firstSeq > lastSeq);
        if (candidate.isSound && isInOrder && !isDenied) {
            yield { kind: 'intact', seal };
            lastSeq = seal.lastSeq;
        }
        else {
            yield { kind: 'changed', seal };
        }
        expected = Math.max(expected, seal.sealNo + 1);
    }
}
/** Whether the later seal says that the earlier one was another. */
function denies(later, earlier) {
    if (!later?.isSound || !earlier || later.seal.sealNo !== earlier.seal.sealNo + 1)
        return false;
    return !later.seal.previousDigest.equals(earlier.seal.digest);
}
async function* candidates(seals) {
    for await (const seal of seals) {
        yield { seal, isSound: isWhole(seal) && sealDigest(seal).equals(seal.digest) };
    }
}
function isWhole({ sealNo, firstSeq, lastSeq, eventCount, rowDigests, previousDigest }) {
    const entries = new SealEntries(rowDigests);
    return (entries.length > 0 &&
        entries.length === eventCount &&
        entries.at(0)?.seq === firstSeq &&
        entries.at(entries.length - 1)?.seq === lastSeq &&
        entries.isAscending &&
        (sealNo !== 1 || previousDigest.equals(NO_DIGEST)));
}
/** Each item with the two that follow it. */
async function* windows(items) {
    const held = [];
    for await (const item of items) {
        held.push(item);
        const [first, second, third] = held;
        if (first === undefined || third === undefined)
            continue;
        yield [first, second, third];
        held.shift();
    }
    for (let [first, second] = held; first !== undefined; [first, second] = held) {
        yield [first, second, undefined];
        held.shift();
    }
}
