/**
 * The members of a group while a change is decided: the members before the change, and the edits so far. The members
 * before are not copied, so the cost depends on the edits and not on the size of the group. Ids are compared in lower
 * case, as the database returns them.
 */
export class GroupMembership implements Iterable<string> {
  /** All members before the change were removed; those who stay were added again. */
  #isCleared = false;
  /** Users who are added; after `clear`, all members. */
  readonly #added = new Set<string>();
  /** Members before the change who are removed; empty after `clear`. */
  readonly #removed = new Set<string>();

  /** @param before the display name of each member before the change, by id. The map must not change. */
  constructor(readonly before: ReadonlyMap<string, string> = new Map()) {}

  get size(): number {
    return this.#added.size + (this.#isCleared ? 0 : this.before.size - this.#removed.size);
  }

  has(id: string): boolean {
    const one = id.toLowerCase();
    return this.#added.has(one) || this.#stays(one);
  }

  add(id: string): void {
    const one = id.toLowerCase();
    if (!this.#removed.delete(one) && !this.#stays(one)) this.#added.add(one);
  }

  delete(id: string): void {
    const one = id.toLowerCase();
    if (!this.#added.delete(one) && this.#stays(one)) this.#removed.add(one);
  }

  clear(): void {
    this.#isCleared = true;
    this.#added.clear();
    this.#removed.clear();
  }

  *[Symbol.iterator](): Generator<string> {
    if (!this.#isCleared) for (const id of this.before.keys()) if (!this.#removed.has(id)) yield id;
    yield* this.#added;
  }

  /** Ids of members after the change who were none before. */
  joining(): string[] {
    return this.#isCleared ? [...this.#added].filter((id) => !this.before.has(id)) : [...this.#added];
  }

  /** Ids of members before the change who are none after it. */
  leaving(): string[] {
    return this.#isCleared
      ? [...this.before.keys()].filter((id) => !this.#added.has(id))
      : [...this.#removed];
  }

  #stays(id: string): boolean {
    return !this.#isCleared && this.before.has(id) && !this.#removed.has(id);
  }
}
