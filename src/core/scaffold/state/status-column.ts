import type { Condition, Scalar } from '../../../binding/value.js';
import { type ColumnFacts, isColumnCalled, scalarOf, valuesInWords } from '../facts.js';
import { stateMeanings } from '../words/state-words.js';
import { STATE_LIKE, STATUS } from '../words/vocabulary.js';
import { isFlag } from './flags.js';

/** A sign that an account can sign in: what holds of one that can, and of one that cannot. */
export interface Sign {
  column: ColumnFacts;
  yes: Condition;
  no: Condition;
  /** Whether it may be the doing of the application, such as after wrong passwords. */
  isLock: boolean;
  evidence: string;
}

/** A column called like a state, or one that ends so and has a word for accounts that can sign in. */
export function isState(column: ColumnFacts): boolean {
  const values = stateValues(column);
  if (!values.some(({ value }) => value !== null && value !== '')) return false;
  // A status that is yes or no is a flag.
  if (isColumnCalled(column, STATUS)) return !ACTIVE_FLAG.test(column.words.bare) || !isFlag(column);
  if (column.kind !== 'text' || !STATE_LIKE.test(column.words.bare)) return false;
  return stateMeanings(values.map(({ value }) => value ?? '')).enabled.length > 0;
}

/** One value that says enabled, and each of the others as what disabling writes. */
export function signsOfState(column: ColumnFacts): Sign[] {
  const values = stateValues(column).filter(({ value }) => value !== null && value !== '');
  const meanings = stateMeanings(values.map(({ value }) => value ?? ''));
  const known = column.kind === 'text' && meanings.enabled.length > 0;
  const defaulted = values.find(({ value }) => value !== null && plainDefault(column) === value)?.value;
  const enabled = known ? meanings.enabled : [defaulted ?? values[0]?.value ?? ''];
  const rest = values.flatMap(({ value }) => (value !== null && !enabled.includes(value) ? [value] : []));
  const disabled = known
    ? [...meanings.disabled, ...rest.filter((one) => !meanings.disabled.includes(one))]
    : rest;
  const scalars = (some: readonly string[]): Scalar[] => some.map((one) => scalarOf(column, one));
  const targets = known && meanings.disabled.length > 0 ? meanings.disabled : disabled;
  const one = targets.slice(0, 4).map(
    (target): Sign => ({
      column,
      yes: test(column, scalars(enabled)),
      no: test(column, scalars([target, ...disabled.filter((one) => one !== target)])),
      isLock: false,
      evidence: `${valuesInWords(column.name, stateValues(column))}; ${enabled.join(', ')} is enabled, disabling writes ${target}`,
    }),
  );
  if (known || disabled.length < 2) return one;
  const others = targets.slice(0, 4).map(
    (target): Sign => ({
      column,
      yes: test(column, scalars([...enabled, ...disabled.filter((value) => value !== target)])),
      no: test(column, scalars([target])),
      isLock: false,
      evidence: `${valuesInWords(column.name, stateValues(column))}; all but ${target} are enabled`,
    }),
  );
  return [...one, ...others];
}

const ACTIVE_FLAG = /act(flag|flg|cd|cod)$/u;

const test = (column: ColumnFacts, values: Scalar[]): Condition => ({
  column: column.name,
  in: values,
  ...(column.kind === 'text' && { ignoreCase: true }),
});

/** The values of a state: those in the rows, and those that its enumeration has. */
export function stateValues(column: ColumnFacts) {
  const seen = column.values ?? [];
  const more = (column.labels ?? []).filter((label) => !seen.some(({ value }) => value === label));
  return [...seen, ...more.map((value) => ({ value, rows: 0 }))];
}

/** `'ACTIVE'::character varying`, `((1))`. */
const plainDefault = ({ default: text }: ColumnFacts): string | undefined =>
  text === null ? undefined : /^\(*N?'?([^'()]*)'?(?:::[\w ]+)?\)*$/.exec(text)?.[1];
