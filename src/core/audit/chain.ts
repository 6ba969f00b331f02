import type { SealRow } from '../../database/queries/seals.js';
import { NO_DIGEST, SealEntries, sealDigest } from './digests.js';

/** What the chain of seals says about one place in it. */
export type Link =
  /** Its list of events can be relied on. */
  | { kind: 'intact'; seal: SealRow }
  /** It is not what it was: what its events were cannot be proved. */
  | { kind: 'changed'; seal: SealRow }
  /** Seals that are gone, from `sealNo` to `toSealNo`. */
  | { kind: 'removed'; sealNo: number; toSealNo: number };

/** A seal, and whether it is sound in itself: that its parts agree with one another and with its digest. */
interface Candidate {
  seal: SealRow;
  isSound: boolean;
}

/**
 * Judges the seals, which come in the order of their numbers. A seal that agrees with itself and not with the
 * digest that the next one holds of it was replaced; unless the next one was replaced itself, by the word of
 * the one after it. So a seal is judged once the two behind it are known. Pure.
 */
export async function* judgeChain(seals: AsyncIterable<SealRow>): AsyncGenerator<Link> {
  let expected = 1;
  let lastSeq: bigint | undefined;
  for await (const [candidate, next, afterNext] of windows(candidates(seals))) {
    const { seal } = candidate;
    if (seal.sealNo > expected) yield { kind: 'removed', sealNo: expected, toSealNo: seal.sealNo - 1 };
    const isDenied = denies(next, candidate) && !denies(afterNext, next);
    const isInOrder = seal.sealNo >= expected && (lastSeq === undefined || seal.firstSeq > lastSeq);
    if (candidate.isSound && isInOrder && !isDenied) {
      yield { kind: 'intact', seal };
      lastSeq = seal.lastSeq;
    } else {
      yield { kind: 'changed', seal };
    }
    expected = Math.max(expected, seal.sealNo + 1);
  }
}

/** Whether the later seal says that the earlier one was another. */
function denies(later: Candidate | undefined, earlier: Candidate | undefined): boolean {
  if (!later?.isSound || !earlier || later.seal.sealNo !== earlier.seal.sealNo + 1) return false;
  return !later.seal.previousDigest.equals(earlier.seal.digest);
}

async function* candidates(seals: AsyncIterable<SealRow>): AsyncGenerator<Candidate> {
  for await (const seal of seals) {
    yield { seal, isSound: isWhole(seal) && sealDigest(seal).equals(seal.digest) };
  }
}

function isWhole({ sealNo, firstSeq, lastSeq, eventCount, rowDigests, previousDigest }: SealRow): boolean {
  const entries = new SealEntries(rowDigests);
  return (
    entries.length > 0 &&
    entries.length === eventCount &&
    entries.at(0)?.seq === firstSeq &&
    entries.at(entries.length - 1)?.seq === lastSeq &&
    entries.isAscending &&
    (sealNo !== 1 || previousDigest.equals(NO_DIGEST))
  );
}

/** Each item with the two that follow it. */
async function* windows<T>(items: AsyncIterable<T>): AsyncGenerator<[T, T | undefined, T | undefined]> {
  const held: T[] = [];
  for await (const item of items) {
    held.push(item);
    const [first, second, third] = held;
    if (first === undefined || third === undefined) continue;
    yield [first, second, third];
    held.shift();
  }
  for (let [first, second] = held; first !== undefined; [first, second] = held) {
    yield [first, second, undefined];
    held.shift();
  }
}
