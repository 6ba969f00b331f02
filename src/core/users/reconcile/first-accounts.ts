/**
 * For each user of a list the id of the first account that was found to be the user's, in a few dozen bytes each: there
 * may be a million.
 */
export class FirstAccounts {
  #bytes = Buffer.alloc(4096);
  #end = 1;
  /** For each user the place of the id in the bytes; 0 for none. */
  #places = new Uint32Array(1024);

  get(user: number): string | undefined {
    const place = this.#places[user] ?? 0;
    if (place === 0) return undefined;
    const length = this.#bytes.readUInt16LE(place);
    return this.#bytes.toString('utf8', place + LENGTH, place + LENGTH + length);
  }

  set(user: number, userId: string): void {
    while (user >= this.#places.length) {
      const places = this.#places;
      this.#places = new Uint32Array(2 * places.length);
      this.#places.set(places);
    }
    const length = Buffer.byteLength(userId);
    while (this.#end + LENGTH + length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    this.#bytes.writeUInt16LE(length, this.#end);
    this.#bytes.write(userId, this.#end + LENGTH);
    this.#places[user] = this.#end;
    this.#end += LENGTH + length;
  }
}

/** Of what says how long an id is. */
const LENGTH = 2;
