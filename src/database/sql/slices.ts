/** A list in parts of so many, for statements that take no more values. */
export function* slices<T>(all: readonly T[], length: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += length) yield all.slice(from, from + length);
}
