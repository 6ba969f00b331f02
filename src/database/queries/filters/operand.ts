import type { AttributePath } from '../../../words/filter.js';
import type { Fragment } from '../../sql/fragment.js';
import type { SpacedName } from '../spaced-names.js';

/** What an attribute is in a query, and so how it is compared. */
export type Operand =
  | TextOperand
  /** A key of ours: compared as one, and as text where that is asked for. */
  | { kind: 'id'; column: string }
  /** A column of ours, exact to the millisecond. */
  | { kind: 'instant'; column: string }
  | { kind: 'number'; value: Fragment }
  /** An instant inside JSON. */
  | { kind: 'instantText'; value: Fragment }
  /** A condition that is never null; `present` where it may have no value. */
  | { kind: 'boolean'; isTrue: Fragment; present?: Fragment; absentIsFalse?: true }
  /** The same for everybody who has it. */
  | { kind: 'constant'; value: string | boolean; caseExact?: boolean }
  /** Something with parts, that is there or is not. */
  | { kind: 'complex'; present: Fragment }
  | { kind: 'many'; elements: Elements; operand: (element: ElementResolver) => Operand }
  /** Nobody has it. */
  | { kind: 'none' };

export interface TextOperand {
  kind: 'text';
  text: Fragment;
  caseExact: boolean;
  /** A comparison of a missing text is false, never null: it may be negated as a part of something. */
  absentIsFalse?: true;
  /** Whether there is a text that is not empty, where something knows without reading it; never null. */
  present?: Fragment;
  /** Whether an index of ours holds the text, or its folded form. */
  indexed?: boolean;
  /** The folded text, where a column holds it. */
  folded?: Fragment;
  /** Equal to a text without regard to the whitespace around it: those that have some, as no index finds them. */
  spaced?: readonly SpacedName[];
  /** Rows that have the value, and perhaps others: what an index can answer. */
  candidates?: (value: string) => Fragment | undefined;
}

/** The attribute of an element, by its path from the resource or from the element inwards. */
export type ElementResolver = (attribute: AttributePath) => Operand;

/** The values of an attribute that has many. */
export interface Elements {
  /** There is an element for which the condition holds; never null where the condition is false or null. */
  some(condition: (element: ElementResolver) => Fragment): Fragment;
  /** A text to sort by: of the primary element, or else of the first. */
  first?(attribute: AttributePath): Fragment | undefined;
}

/** What the attributes of one kind of resource are. */
export interface Attributes {
  operand(attribute: AttributePath): Operand;
  /** For `emails[…]`; nothing where the attribute has one value. */
  elements(attribute: AttributePath): Elements | undefined;
}
