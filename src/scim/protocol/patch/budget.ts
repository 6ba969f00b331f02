import type { Filter } from '../../../words/filter.js';
import { ScimError } from '../scim-error.js';

/** Comparisons of one value each: half a second on a slow machine, and five filters over the largest group. */
const MAX_COMPARISONS = 500_000;
/** Characters of all paths that have a filter: a thousand paths of 128 characters. */
const MAX_PATHS = 131_072;
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

  /** @throws ScimError 400 `tooMany`. Called with each path before it is read. */
  path(text: string): void {
    if (!text.includes('[')) return;
    this.#paths += text.length;
    if (this.#paths > MAX_PATHS) {
      throw tooMany(`The filters in the paths of this request have more than ${MAX_PATHS} characters.`);
    }
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
