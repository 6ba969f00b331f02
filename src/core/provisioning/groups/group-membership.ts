/**
 * Who is in a group while a change of it is decided: those who are in it, and what the change has made of them so far.
 * Those who are in are not copied, so that what is decided costs by what the change says and not by the size of the
 * group. Ids are compared as they are written here, in lower case.
 */
export class GroupMembership implements Iterable<string> {
  /** Nobody of those who are in stays, unless they have joined again. */
  #isCleared = false;
  /** Who joins; once cleared, everybody who is to be in. */
  readonly #added = new Set<string>();
  /** Who leaves of those who are in; once cleared, nobody is named. */
  readonly #removed = new Set<string>();

  /** @param before who is in, by id, with what each is called. It must not change meanwhile. */
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

  /** Who is to be in and is not. */
  joining(): string[] {
    return this.#isCleared ? [...this.#added].filter((id) => !this.before.has(id)) : [...this.#added];
  }

  /** Who is in and is not to be. */
  leaving(): string[] {
    return this.#isCleared
      ? [...this.before.keys()].filter((id) => !this.#added.has(id))
      : [...this.#removed];
  }

  #stays(id: string): boolean {
    return !this.#isCleared && this.before.has(id) && !this.#removed.has(id);
  }
}
