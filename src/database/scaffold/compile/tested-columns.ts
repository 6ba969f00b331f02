import type { ColumnReference, Condition } from '../../../binding/value.js';

/** The columns of the row that conditions test, but for those of rows elsewhere; each once. */
export function columnsTested(conditions: readonly (Condition | undefined)[]): ColumnReference[] {
  const found = conditions.flatMap(columnsIn).map((one) => [`${one.of ?? ''}.${one.column}`, one] as const);
  return [...new Map(found).values()];
}

function columnsIn(condition: Condition | undefined): ColumnReference[] {
  if (!condition) return [];
  if ('all' in condition) return condition.all.flatMap(columnsIn);
  if ('any' in condition) return condition.any.flatMap(columnsIn);
  if ('not' in condition) return columnsIn(condition.not);
  return 'column' in condition ? [condition] : [];
}
