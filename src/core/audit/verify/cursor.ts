import type { Database } from '../../../database/database.js';
import { oldestEvents, type StoredEvent } from '../../../database/queries/audit/events.js';
import { type SealRow, sealsAfter } from '../../../database/queries/audit/seals.js';

// Small: what a garbage collection finds alive, such as the page in hand, goes on taking memory long after.
const EVENTS_AT_ONCE = 250;
const SEALS_AT_ONCE = 25;

/** All seals in the order of their numbers, some at a time. `onRead` hears of each before any of its page is yielded. */
export async function* readSeals(
  database: Database,
  onRead: (seal: SealRow) => void = () => undefined,
): AsyncGenerator<SealRow> {
  for (let after: number | undefined; ; ) {
    const from = after;
    const page = await database.read((session) => sealsAfter(session, from, SEALS_AT_ONCE));
    for (const seal of page) onRead(seal);
    yield* page;
    if (page.length < SEALS_AT_ONCE) return;
    after = page.at(-1)?.sealNo;
  }
}

/**
 * Walks through the events in the order of their numbers, some at a time. It never reads past what is known
 * to be sealed: an event that is written while we read could otherwise be missing from a page that was read
 * before it, and be in a seal that was read after it.
 */
export class EventCursor {
  #page: StoredEvent[] = [];
  #at = 0;
  /** Everything up to here has been read, or is of no interest. */
  #readTo: bigint | undefined;
  #sealedTo: bigint | undefined;

  /** @param after events up to this one are left out. */
  constructor(
    private readonly database: Database,
    after?: bigint,
  ) {
    this.#readTo = after;
  }

  /** Events up to this one can be read from now on. */
  allow(seq: bigint): void {
    if (this.#sealedTo === undefined || seq > this.#sealedTo) this.#sealedTo = seq;
  }

  /** Takes the next event, if its number is at most `last`. */
  async take(last: bigint): Promise<StoredEvent | undefined> {
    if (this.#at === this.#page.length && (this.#readTo === undefined || this.#readTo < last)) {
      await this.#read(last);
    }
    const next = this.#page[this.#at];
    if (!next || next.seq > last) return undefined;
    this.#at++;
    return next;
  }

  async #read(last: bigint): Promise<void> {
    const after = this.#readTo;
    const upTo = this.#sealedTo !== undefined && this.#sealedTo > last ? this.#sealedTo : last;
    this.#page = await this.database.read((session) =>
      oldestEvents(session, { after, upTo, limit: EVENTS_AT_ONCE }),
    );
    this.#at = 0;
    this.#readTo = this.#page.length < EVENTS_AT_ONCE ? upTo : this.#page.at(-1)?.seq;
  }
}
