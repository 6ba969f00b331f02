import type { Database } from '../../../database/database.js';
import {
  countEvents,
  oldestEvents,
  readLastEventSeq,
  type StoredEvent,
} from '../../../database/queries/audit/events.js';
import { exactNumber } from '../exact-number.js';
import type { Findings } from './findings.js';
import type { Voids } from './voids.js';

const AT_ONCE = 250;

/** Events with numbers that the database has not handed out, and that no void seal names, some at a time. */
export async function* plantedEvents(database: Database, voids: Voids): AsyncGenerator<StoredEvent[]> {
  yield* notVoid(database, voids, undefined, 0n);
  yield* notVoid(database, voids, await database.read(readLastEventSeq), undefined);
}

async function* notVoid(
  database: Database,
  voids: Voids,
  from: bigint | undefined,
  upTo: bigint | undefined,
) {
  for (let after = from; ; ) {
    const range = { after, upTo, limit: AT_ONCE };
    const page = await database.read((session) => oldestEvents(session, range));
    // Asked behind the events: what was written meanwhile has a number below it.
    const handedOut = upTo ?? (await database.read(readLastEventSeq));
    yield page.filter((event) => (upTo !== undefined || event.seq > handedOut) && !voids.hasEvent(event));
    if (page.length < AT_ONCE) return;
    after = page.at(-1)?.seq;
  }
}

/** Adds them to the findings, and says how many events have numbers beyond those handed out, void ones included. */
export async function findPlanted(database: Database, voids: Voids, findings: Findings): Promise<number> {
  for await (const page of plantedEvents(database, voids)) {
    for (const { seq, eventId } of page) {
      findings.add({ kind: 'event-planted', seq: exactNumber(seq), eventId });
    }
  }
  const handedOut = await database.read(readLastEventSeq);
  return database.read((session) => countEvents(session, { after: handedOut }));
}
