import type { Filter } from '../../../words/filter.js';
import { allOf, anyOf, type Fragment, not } from '../../sql/fragment.js';
import { comparison, presence } from './compare.js';
import type { Means } from './means.js';
import type { Attributes, ElementResolver } from './operand.js';

/**
 * One condition for a `where`: true for exactly the resources that match (RFC 7644 §3.4.2.2). All values are
 * bound. `not` is carried inwards to the comparisons, so that what has no value is told apart there.
 */
export const compileFilter = (means: Means, attributes: Attributes, filter: Filter): Fragment =>
  compile(means, attributes, filter, false);

function compile(means: Means, attributes: Attributes, filter: Filter, negated: boolean): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const all = filter.filters.map((each) => compile(means, attributes, each, negated));
      return (filter.kind === 'and') === negated ? anyOf(all) : allOf(all);
    }
    case 'not':
      return compile(means, attributes, filter.filter, !negated);
    case 'present':
      return presence(means, attributes.operand(filter.attribute), filter.attribute, negated);
    case 'compare':
      return comparison(means, attributes.operand(filter.attribute), filter, negated);
    case 'element': {
      const elements = attributes.elements(filter.attribute);
      if (!elements) return compile(means, attributes, filter.filter, negated);
      const some = elements.some((element) => compile(means, ofElement(element), filter.filter, false));
      return negated ? not(some) : some;
    }
  }
}

/** Inside the brackets every attribute is one of the element's own. */
const ofElement = (operand: ElementResolver): Attributes => ({ operand, elements: () => undefined });
