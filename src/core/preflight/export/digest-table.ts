import { hash } from 'node:crypto';

/**
 * Numbers by text, without the texts: of each text it keeps 64 bits of its SHA-256. A million texts take 24 MB, where a
 * `Map` takes a hundred and more. That two different texts are taken for one happens once in forty million lists of a
 * million texts.
 */
export class DigestTable {
  /** Two words for each place, and 0 as the value of a place that is free. */
  #keys = new Uint32Array(2 * FIRST_PLACES);
  #values = new Uint32Array(FIRST_PLACES);
  #size = 0;

  /** The number of a text; undefined where it has none. */
  get(text: string): number | undefined {
    const [high, low] = wordsOf(text);
    const value = this.#values[this.#placeOf(high, low)] ?? 0;
    return value === 0 ? undefined : value - 1;
  }

  /**
   * Gives a text a number, unless it has one already that is to stay.
   * @param number from 0 on, less than 2^32 - 1.
   * @returns whether the text had no number.
   */
  add(text: string, number: number, stays: (known: number) => boolean = () => true): boolean {
    if (3 * this.#size >= 2 * this.#values.length) this.#grow();
    const [high, low] = wordsOf(text);
    const known = this.#values[this.#placeOf(high, low)] ?? 0;
    if (known !== 0 && stays(known - 1)) return false;
    this.#put(high, low, number + 1);
    return known === 0;
  }

  #put(high: number, low: number, value: number): void {
    const place = this.#placeOf(high, low);
    if (this.#values[place] === 0) this.#size++;
    this.#keys[2 * place] = high;
    this.#keys[2 * place + 1] = low;
    this.#values[place] = value;
  }

  /** Where the digest is, or the free place where it belongs. There is always a free one. */
  #placeOf(high: number, low: number): number {
    const last = this.#values.length - 1;
    let place = low & last;
    while (this.#values[place] !== 0) {
      if (this.#keys[2 * place] === high && this.#keys[2 * place + 1] === low) break;
      place = (place + 1) & last;
    }
    return place;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Uint32Array(2 * keys.length);
    this.#values = new Uint32Array(2 * values.length);
    this.#size = 0;
    for (const [place, value] of values.entries()) {
      if (value !== 0) this.#put(keys[2 * place] as number, keys[2 * place + 1] as number, value);
    }
  }
}

/** A power of two. */
const FIRST_PLACES = 1024;

function wordsOf(text: string): [number, number] {
  // As a text, because that is several times as fast as a buffer.
  const digest = hash('sha256', text, 'binary');
  return [wordAt(digest, 0), wordAt(digest, 4)];
}

const wordAt = (digest: string, at: number): number =>
  (digest.charCodeAt(at) |
    (digest.charCodeAt(at + 1) << 8) |
    (digest.charCodeAt(at + 2) << 16) |
    (digest.charCodeAt(at + 3) << 24)) >>>
  0;
