import type { Chance } from '../scim/fuzz.js';

/** A text as a file arrives: in pieces of any length, short ones most of the time. */
export async function* inPieces(text: string, chance: Chance): AsyncGenerator<string> {
  for (let at = 0; at < text.length; ) {
    const size = 1 + chance.below(chance.below(8) === 0 ? text.length : 12);
    yield text.slice(at, at + size);
    at += size;
  }
}
