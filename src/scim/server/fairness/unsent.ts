import { Overloaded } from './gate.js';

/** In bytes. Smaller answers, such as those about one user, are not counted. */
const LARGE = 65_536;
/** The bytes of answers that may wait for the clients of one IdP: 32 pages of the maximum size. */
const MOST_UNSENT = 32 * 1024 * 1024;

/** Tells when an answer ends, because it was taken or its client has gone. */
interface Ending {
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Large answers that are made and that their clients have not taken yet, by IdP. They are in memory until then, and a
 * client that asks and does not read would fill it with few connections.
 */
export class UnsentAnswers {
  readonly #bytes = new Map<string, number>();

  constructor(private readonly most = MOST_UNSENT) {}

  /**
   * Called before an answer is made that may be large.
   * @throws Overloaded while too much of the IdP waits.
   */
  assertRoom(idp: string): void {
    if ((this.#bytes.get(idp) ?? 0) >= this.most)
      throw new Overloaded('its clients do not take their answers');
  }

  /** Counts an answer until its end. */
  note(idp: string, bytes: number, answer: Ending): void {
    if (bytes < LARGE) return;
    this.#bytes.set(idp, (this.#bytes.get(idp) ?? 0) + bytes);
    answer.once('close', () => {
      const left = (this.#bytes.get(idp) ?? 0) - bytes;
      if (left > 0) this.#bytes.set(idp, left);
      else this.#bytes.delete(idp);
    });
  }
}

/** What a large answer that is sent in parts has in memory: a part, and what the connection keeps of the one before. */
export const UNSENT_OF_PARTS = 4 * LARGE;
