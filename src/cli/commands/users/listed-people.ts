import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Foreseen } from '../../../core/preflight/foresee.js';

/** How many are objects at a time. */
const AT_ONCE = 500;

/** The people who are listed. Kept compressed, a tenth of the size, since they may be all of a long list. */
export class ListedPeople {
  readonly #full: Buffer[] = [];
  #last: Foreseen[] = [];
  readonly #said = new Set<string>();

  add(one: Foreseen): void {
    for (const [key, value] of Object.entries(one)) if (isSaid(value)) this.#said.add(key);
    if (this.#last.push(one) < AT_ONCE) return;
    this.#full.push(deflateRawSync(JSON.stringify(this.#last), { level: 1 }));
    this.#last = [];
  }

  get isEmpty(): boolean {
    return this.#full.length === 0 && this.#last.length === 0;
  }

  /** Whether this is worth a column: it is said of any of them. */
  says(key: keyof Foreseen): boolean {
    return this.#said.has(key);
  }

  async *pages(): AsyncGenerator<readonly Foreseen[]> {
    for (const page of this.#full) yield JSON.parse(inflateRawSync(page).toString());
    if (this.#last.length > 0) yield this.#last;
  }
}

/** Neither missing, nor false, nor an object without members. */
const isSaid = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  (typeof value !== 'object' || Object.keys(value).length > 0);
