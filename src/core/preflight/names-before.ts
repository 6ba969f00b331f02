/** A name and its kind. Two users must not share a name of the same kind. */
export type Name = readonly [what: string, name: string];

/** Line or position, with the file if there are several. */
export type PlaceInFile = number | string;

/**
 * The earlier users, by the names that two users must not share. Most users have the same user name and address, which
 * is kept once: 100,000 users have 400,000 names.
 */
export class NamesBefore {
  readonly #both = new Map<string, PlaceInFile>();
  readonly #places = new Map<string, Map<string, PlaceInFile>>();

  /** The first of the names that an earlier user has. */
  find(names: readonly Name[]): { what: string; place: PlaceInFile } | undefined {
    for (const [what, name] of names) {
      const isShared = what === 'user name' || what === 'address';
      const place = (isShared ? this.#both.get(name) : undefined) ?? this.#places.get(what)?.get(name);
      if (place !== undefined) return { what, place };
    }
    return undefined;
  }

  add([first, second, ...others]: readonly Name[], place: PlaceInFile): void {
    const isOne = first?.[0] === 'user name' && second?.[0] === 'address' && first[1] === second[1];
    if (isOne) this.#both.set(first[1], place);
    for (const name of isOne ? others : [first, second, ...others]) {
      if (!name) continue;
      const [what, text] = name;
      const known = this.#places.get(what);
      known ? known.set(text, place) : this.#places.set(what, new Map([[text, place]]));
    }
  }
}
