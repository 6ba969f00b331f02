import type { Database } from '../../../database/database.js';
import { sealLinksUpTo } from '../../../database/queries/audit/seals.js';
import type { KeptHead } from '../evidence/trail-head.js';

const LINKS_AT_ONCE = 1000;

/**
 * Which seals a kept head vouches for: the one that it names, the one that this follows, and so on down. Where a
 * seal on the way is gone or was replaced, it ends above it.
 */
export class Vouched {
  private constructor(
    private readonly from: number,
    private readonly to: number,
    /** Numbers in between of seals that were planted. */
    private readonly planted: ReadonlySet<number>,
  ) {}

  /** Nothing where the seal of the head is another one, or is gone. */
  static async by(head: KeptHead, database: Database): Promise<Vouched | undefined> {
    let needed = Buffer.from(head.digest, 'hex');
    let from: number | undefined;
    const planted = new Set<number>();
    let passed: number[] = [];
    for (let upTo = head.sealNo; ; ) {
      const page = await database.read((session) => sealLinksUpTo(session, upTo, LINKS_AT_ONCE));
      for (const { sealNo, digest, previousDigest } of page) {
        if (!digest.equals(needed)) {
          if (from === undefined) return undefined;
          passed.push(sealNo);
          continue;
        }
        for (const one of passed) planted.add(one);
        [passed, from, needed] = [[], sealNo, Buffer.from(previousDigest)];
      }
      const lowest = page.at(-1)?.sealNo;
      if (lowest === undefined || page.length < LINKS_AT_ONCE) break;
      upTo = lowest - 1;
    }
    return from === undefined ? undefined : new Vouched(from, head.sealNo, planted);
  }

  /** What the head says of a seal; nothing of those that it does not reach. */
  wordOn(sealNo: number): 'genuine' | 'planted' | undefined {
    if (sealNo < this.from || sealNo > this.to) return undefined;
    return this.planted.has(sealNo) ? 'planted' : 'genuine';
  }
}
