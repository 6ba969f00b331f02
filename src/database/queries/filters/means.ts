import type { SearchExpressions } from '../../sql/search-expressions.js';

/** What conditions are made with. */
export interface Means {
  search: SearchExpressions;
  /** An instant as the engine takes it for a parameter. */
  bindInstant: (instant: Date) => Date | string;
}
