import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The number of rows that are kept uncompressed. */
const AT_ONCE = 500;

/**
 * Rows to list: what JSON keeps, and instants in their own fields. They are kept compressed, at a tenth of the size,
 * because the list may be long.
 */
export class ListedPeople<Row extends object> {
  readonly #full: Buffer[] = [];
  #last: Row[] = [];
  readonly #said = new Set<PropertyKey>();
  /** Fields that hold an instant, which JSON would keep as text. */
  readonly #instants = new Set<string>();

  add(one: Row): void {
    for (const [key, value] of Object.entries(one)) {
      if (isSaid(value)) this.#said.add(key);
      if (value instanceof Date) this.#instants.add(key);
    }
    if (this.#last.push(one) < AT_ONCE) return;
    this.#full.push(deflateRawSync(JSON.stringify(this.#last), { level: 1 }));
    this.#last = [];
  }

  get isEmpty(): boolean {
    return this.#full.length === 0 && this.#last.length === 0;
  }

  /** Whether any of the rows has a value for this key, so that it needs a column. */
  says(key: keyof Row): boolean {
    return this.#said.has(key);
  }

  async *pages(): AsyncGenerator<readonly Row[]> {
    for (const page of this.#full) {
      const rows: Record<string, unknown>[] = JSON.parse(inflateRawSync(page).toString());
      for (const row of rows) {
        for (const key of this.#instants) if (typeof row[key] === 'string') row[key] = new Date(row[key]);
      }
      yield rows as Row[];
    }
    if (this.#last.length > 0) yield this.#last;
  }
}

/** Not missing, not false, and not an empty object. */
const isSaid = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  (value instanceof Date || typeof value !== 'object' || Object.keys(value).length > 0);
