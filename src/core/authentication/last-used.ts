import { writeLastUsed } from '../../database/queries/credentials.js';
import type { Core } from '../core.js';

/** So often at most, in milliseconds, the use of one token is written down. */
const EVERY_MS = 60_000;

interface Use {
  latest: number;
  /** Greatest instant that is known to be in the database. */
  written: number;
}

/**
 * Remembers when tokens were last used, and writes it down now and then instead of at every request: the first
 * use at once (so that `token rotate --finish` knows of it), then at most once a minute for a token, whichever
 * of several servers has seen it. What cannot be written is kept for the next time.
 */
export class LastUsed {
  readonly #uses = new Map<string, Use>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly core: Core,
    private readonly everyMs = EVERY_MS,
  ) {}

  /**
   * @param stored what the database had when the token was looked up.
   * @returns whether a flush is due.
   */
  note(publicId: string, stored: Date | null): boolean {
    const now = this.core.clock().getTime();
    const use = this.#uses.get(publicId) ?? { latest: 0, written: 0 };
    use.latest = Math.max(use.latest, now);
    // What is no instant (`infinity`) was planted, and must not shut out whoever has the token.
    use.written = Math.max(use.written, stored instanceof Date ? stored.getTime() : 0);
    this.#uses.set(publicId, use);
    return use.latest >= use.written + this.everyMs;
  }

  /** Writes what is due; with `all`, also what is not due yet. One flush at a time. */
  flush({ all = false } = {}): Promise<void> {
    const after = this.#flushing.catch(() => undefined).then(() => this.#write(all));
    this.#flushing = after;
    return after;
  }

  async #write(all: boolean): Promise<void> {
    const now = this.core.clock().getTime();
    for (const [publicId, use] of this.#uses) {
      const { latest, written } = use;
      if (latest > written && (all || now >= written + this.everyMs)) {
        await this.core.database.transaction((session) => writeLastUsed(session, publicId, new Date(latest)));
        use.written = Math.max(use.written, latest);
      }
      // A token that nobody uses any more is forgotten.
      if (use.latest <= use.written && now >= use.latest + 10 * this.everyMs) this.#uses.delete(publicId);
    }
  }
}
