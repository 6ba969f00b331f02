import type { SealRow } from '../../../database/queries/audit/seals.js';
import { NO_DIGEST, SealEntries, sealDigest } from '../digests.js';
import type { Vouched } from './vouched.js';

/** What the chain of seals says about one place in it. */
export type Link =
  /** Its list of events can be relied on. `follows` is false where it follows a seal that was changed. */
  | { kind: 'intact'; seal: SealRow; follows: boolean }
  /** It does not agree with itself: what its events were cannot be proved. */
  | { kind: 'changed'; seal: SealRow }
  /** It agrees with itself and does not continue the chain: it was planted, or what it continued is gone. */
  | { kind: 'unlinked'; seal: SealRow }
  /** A void seal says that it proves nothing; `continues` where others continue the chain from it all the same. */
  | { kind: 'void'; seal: SealRow; continues: boolean }
  /** The seal before the present one is not the one that the kept head vouches for. */
  | { kind: 'replaced'; seal: SealRow }
  /** Seals that the kept head vouches for, and that are gone. */
  | { kind: 'removed'; sealNo: number; toSealNo: number };

/** What decides about a seal beside the seals before it. */
export interface ChainTrust {
  isVoid: (seal: SealRow) => boolean;
  /** Which seals a kept head vouches for. */
  vouched?: Vouched;
}

/** So many changed seals in a row may stand between two that are linked through them. */
const MOST_PASSED = 1000;

/**
 * Judges the seals in the order of their numbers. The first seal that is whole and continues the chain belongs to
 * it: its digest and its link to the seal before are right, no number before it is free, and it covers events
 * after those of the seal before, with numbers that had been handed out when it was written. Anything that comes
 * later beside it was planted, whatever it says; so a seal that is in the chain stays there. A changed seal passes the
 * link on, because the seals behind it were made when it was whole. Where a kept head vouches for a seal, it decides.
 */
export class Chain {
  /** The last seal that belongs to the chain and is whole. */
  last: SealRow | undefined;
  /** How many events the seals of the chain cover. */
  events = 0;
  /** All numbers up to this one are taken, by whatever rows. */
  #takenTo = 0;
  /** Digests of changed seals since the last whole one. */
  #passed: Buffer[] = [];

  constructor(private readonly trust: ChainTrust) {}

  /** The number that the next seal has to have. */
  get nextNo(): number {
    return this.#takenTo + 1;
  }

  judge(seal: SealRow): Link[] {
    const isNext = seal.sealNo === this.#takenTo + 1;
    const word = this.trust.vouched?.wordOn(seal.sealNo);
    if (isNext || word === 'genuine') this.#takenTo = Math.max(this.#takenTo, seal.sealNo);
    const isVoid = this.trust.isVoid(seal);
    const content = sealDigest(seal);
    if (!isWhole(seal) || !content.equals(seal.digest)) {
      if (word === 'genuine' || (word === undefined && isNext)) this.#pass(seal, content);
      return [isVoid ? { kind: 'void', seal, continues: false } : { kind: 'changed', seal }];
    }
    const belongs = word === 'genuine' || (word === undefined && isNext && this.#fits(seal));
    if (!belongs) return [isVoid ? { kind: 'void', seal, continues: false } : { kind: 'unlinked', seal }];
    const broken = this.#broken(seal);
    const follows = seal.previousDigest.equals(this.last?.digest ?? NO_DIGEST);
    this.last = seal;
    this.#passed = [];
    this.events += seal.eventCount;
    return [...broken, isVoid ? { kind: 'void', seal, continues: true } : { kind: 'intact', seal, follows }];
  }

  #fits({ previousDigest, firstSeq, lastSeq, handedOut }: SealRow): boolean {
    return this.#isLinked(previousDigest) && firstSeq > (this.last?.lastSeq ?? 0n) && lastSeq <= handedOut;
  }

  #isLinked(digest: Buffer): boolean {
    return digest.equals(this.last?.digest ?? NO_DIGEST) || this.#passed.some((one) => one.equals(digest));
  }

  /** By the word of a seal that the kept head vouches for: what was before it, and is not what there is. */
  #broken(seal: SealRow): Link[] {
    if (this.#isLinked(seal.previousDigest)) return [];
    const lastNo = this.last?.sealNo ?? 0;
    if (this.last && lastNo === seal.sealNo - 1) return [{ kind: 'replaced', seal: this.last }];
    return [{ kind: 'removed', sealNo: lastNo + 1, toSealNo: seal.sealNo - 1 }];
  }

  /** Either digest: its content may have been changed, or the digest beside it. */
  #pass({ digest }: SealRow, content: Buffer): void {
    this.#passed = [...this.#passed, digest, content].slice(-2 * MOST_PASSED);
  }
}

/** Judges all of them, in the order of their numbers. */
export async function* judgeChain(seals: AsyncIterable<SealRow>, trust: ChainTrust): AsyncGenerator<Link> {
  const chain = new Chain(trust);
  for await (const seal of seals) yield* chain.judge(seal);
}

/** Whether the parts of a seal agree with one another. */
export function isWhole({ firstSeq, lastSeq, eventCount, rowDigests }: SealRow): boolean {
  const entries = new SealEntries(rowDigests);
  return (
    entries.length > 0 &&
    entries.length === eventCount &&
    entries.at(0)?.seq === firstSeq &&
    entries.at(entries.length - 1)?.seq === lastSeq &&
    entries.isAscending
  );
}
