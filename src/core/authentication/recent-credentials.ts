/** How long a request may begin with what was read of a credential, in milliseconds. */
const RECENT_MS = 2_000;
/** The maximum number of credentials; the oldest are forgotten. */
const MOST = 1_000;

/**
 * What was read of credentials a moment ago, so that a request need not wait for the database before it begins: its
 * secret is compared all the same, and whether it has ended is asked again with whatever the request reads or changes.
 */
export class RecentCredentials<T> {
  readonly #found = new Map<string, { credential: T; at: number }>();

  /** @param now in milliseconds, of a clock that never goes back. */
  get(id: string, now: number): T | undefined {
    const found = this.#found.get(id);
    return found && now - found.at < RECENT_MS ? found.credential : undefined;
  }

  note(id: string, credential: T, now: number): void {
    this.#found.delete(id);
    this.#found.set(id, { credential, at: now });
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST && oldest !== undefined) this.#found.delete(oldest);
  }

  forget(id: string): void {
    this.#found.delete(id);
  }
}
