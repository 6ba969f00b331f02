import type { Database } from '../../database/database.js';
import {
  countSealedEvents,
  isChainBroken,
  newestSeal,
  type SealHead,
  sealLinksUpTo,
} from '../../database/queries/audit/seals.js';
import { sealDigest } from './digests.js';
import { Chain, isWhole } from './verify/chain.js';
import { readSeals } from './verify/cursor.js';
import { Findings } from './verify/findings.js';
import { Voids } from './verify/voids.js';

/** Where the chain of seals ends, and the next seal goes on. */
export interface ChainEnd {
  /** The last seal that is whole and linked; none before the first. */
  last: SealHead | undefined;
  /** How many events the chain covers. */
  events: number;
  /** The number of the next seal. */
  nextNo: number;
  /** Seals beside the chain. A changed one in the middle of it only `verifyTrail` is sure to find. */
  findings: Findings;
}

/**
 * Finds the end of the chain: at once where all seals follow one another, else by judging each of them.
 * @param known the end as this process has found it before: only the seals behind it are looked at, if it is there still.
 */
export async function chainEnd(database: Database, known?: ChainEnd): Promise<ChainEnd> {
  const plain = (known && (await plainEnd(database, known))) ?? (await plainEnd(database));
  return plain ?? (await judgedEnd(database));
}

function plainEnd(database: Database, known?: ChainEnd): Promise<ChainEnd | undefined> {
  const from = known?.last;
  return database.read(async (session) => {
    if (from) {
      const [there] = await sealLinksUpTo(session, from.sealNo, 1);
      if (there?.sealNo !== from.sealNo || !there.digest.equals(from.digest)) return undefined;
    }
    const last = await newestSeal(session);
    const findings = new Findings();
    if (!last) return { last, events: 0, nextNo: 1, findings };
    if (!isWhole(last) || !sealDigest(last).equals(last.digest)) return undefined;
    const range = { after: from?.sealNo ?? 0, upTo: last.sealNo };
    if (await isChainBroken(session, range)) return undefined;
    const events = (from ? known.events : 0) + (await countSealedEvents(session, range));
    return { last, events, nextNo: last.sealNo + 1, findings };
  });
}

async function judgedEnd(database: Database): Promise<ChainEnd> {
  const voids = await Voids.read(database);
  const chain = new Chain({ isVoid: (seal) => voids.isVoid(seal) });
  const findings = new Findings();
  for await (const seal of readSeals(database)) {
    for (const { kind } of chain.judge(seal)) {
      if (kind === 'unlinked') findings.addUnlinked(seal.sealNo);
      if (kind === 'changed') findings.add({ kind: 'seal-changed', sealNo: seal.sealNo });
    }
  }
  return { last: chain.last, events: chain.events, nextNo: chain.nextNo, findings };
}
