import type { ColumnTest, Condition, Scalar } from '../../../binding/value.js';
import type { ColumnFact } from '../facts.js';
import type { Compiling, Scope } from './scope.js';

/** SQL that holds, or does not, or is null where a column is: to be used where null counts as not. */
export function compileCondition(compiler: Compiling, condition: Condition, scope: Scope): string {
  const { forms } = compiler;
  const inner = (one: Condition) => compileCondition(compiler, one, scope);
  if ('all' in condition) return together(condition.all.map(inner), 'and');
  if ('any' in condition) return together(condition.any.map(inner), 'or');
  if ('not' in condition)
    return isSure(condition.not) ? `not ${inner(condition.not)}` : forms.not(inner(condition.not));
  if ('memberOf' in condition) return inner({ exists: compiler.member(condition.memberOf, scope) });
  if ('exists' in condition) {
    const { from, condition: holds } = compiler.rowsThat(condition.exists, scope);
    return `exists (select 1 from ${from} where ${holds === '' ? '1 = 1' : holds})`;
  }
  return columnTest(compiler, condition, scope);
}

function together(conditions: readonly string[], word: 'and' | 'or'): string {
  if (conditions.length === 0) return word === 'and' ? '1 = 1' : '1 = 0';
  return conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(` ${word} `)})`;
}

/** What is never null. */
const isSure = (condition: Condition): boolean => 'exists' in condition || 'memberOf' in condition;

function columnTest(compiler: Compiling, test: ColumnTest, scope: Scope): string {
  const { forms, zone } = compiler;
  const { sql, type } = compiler.column(test, scope);
  if ('null' in test) return `${sql} is ${test.null ? '' : 'not '}null`;
  if ('in' in test) return isIn(compiler, sql, type, test.in, test.ignoreCase === true);
  if ('like' in test) return forms.like(forms.text(sql, type), test.like, test.ignoreCase === true);
  if ('bits' in test) {
    const set = forms.bits(sql, test.bits);
    const wanted = test.set === 'any' || test.set === 'none' ? '0' : String(test.bits);
    const isEqual = forms.compare(set, '=', wanted);
    return test.set === 'any'
      ? `(${forms.compare(set, '>', '0')} or ${forms.compare(set, '<', '0')})`
      : isEqual;
  }
  if ('above' in test) return forms.compare(sql, '>', forms.literal(test.above, type));
  if ('below' in test) return forms.compare(sql, '<', forms.literal(test.below, type));
  const now = forms.now(test.as ?? 'instant', type, zone, false);
  return forms.compare(sql, 'before' in test ? '<' : '>', now);
}

function isIn(
  { forms }: Compiling,
  sql: string,
  type: ColumnFact,
  values: readonly Scalar[],
  ignoreCase: boolean,
): string {
  const { text } = forms.types;
  const equal = (value: Scalar) => {
    if (value === null) return `${sql} is null`;
    return ignoreCase
      ? forms.compare(forms.lower(forms.text(sql, type)), '=', forms.lower(forms.literal(value, text)))
      : forms.compare(sql, '=', forms.literal(value, type));
  };
  return together(values.map(equal), 'or');
}
