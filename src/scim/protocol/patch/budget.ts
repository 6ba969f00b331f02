import type { Filter } from '../../../words/filter.js';
import { ScimError } from '../scim-error.js';

/** Comparisons of one value each: half a second on a slow machine, and five filters over the largest group. */
const MAX_COMPARISONS = 500_000;
/** Characters of all paths that have a filter: a thousand paths of 128 characters. */
const MAX_PATHS = 131_072;
/** Names of attributes: more than any mapping has, and so few that names that cannot be read take no tenth of a second. */
export const MAX_NAMES = 2_000;
/** How often a change looks at each value of a list. */
const LOOKS = 3;
/** So many characters of a value cost as much as one comparison. */
const TEXT_OF_A_COMPARISON = 256;

/**
 * What one request may have its paths compared: the work of a request is done in one go, and nobody else is answered
 * meanwhile. What is beyond it is refused like any part of a request that cannot be done.
 */
export class Budget {
  #comparisons = 0;
  #paths = 0;
  #names = 0;
  /** Whose names are counted: some are applied twice. */
  readonly #counted = new WeakSet<object>();

  /** @throws ScimError 400 `tooMany`. Called with each path before it is read. */
  path(text: string): void {
    if (!text.includes('[')) return;
    this.#paths += text.length;
    if (this.#paths > MAX_PATHS) {
      throw tooMany(`The filters in the paths of this request have more than ${MAX_PATHS} characters.`);
    }
  }

  /** @throws ScimError 413 `tooMany`. Called with an object before its names are looked up. */
  names(within: object): void {
    if (this.#counted.has(within)) return;
    this.#counted.add(within);
    this.#names += Object.keys(within).length;
    if (this.#names > MAX_NAMES) throw tooManyNames();
  }

  /** @throws ScimError 400 `tooMany`. Called before the values of a list are compared with a filter. */
  compare(filter: Filter | boolean, values: Iterable<unknown> | number): void {
    const each = typeof filter === 'boolean' ? 1 : comparisonsIn(filter);
    this.#comparisons += each * (typeof values === 'number' ? values : LOOKS * weightOf(values));
    if (this.#comparisons > MAX_COMPARISONS) {
      throw tooMany(
        'The filters in the paths of this request compare too many values. Send fewer operations at once.',
      );
    }
  }
}

/** Refuses a body with more names than are looked up. */
export const tooManyNames = () =>
  new ScimError(413, 'tooMany', `A request changes at most ${MAX_NAMES} attributes by name.`);

const tooMany = (detail: string) => new ScimError(400, 'tooMany', detail);

function comparisonsIn(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return filter.filters.reduce((sum, one) => sum + comparisonsIn(one), 0);
  }
  return filter.kind === 'not' || filter.kind === 'element' ? comparisonsIn(filter.filter) : 1;
}

function weightOf(values: Iterable<unknown>): number {
  let weight = 0;
  for (const value of values) {
    let text = textIn(value);
    if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) text += textIn(part);
    weight += 1 + text / TEXT_OF_A_COMPARISON;
  }
  return weight;
}

const textIn = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
