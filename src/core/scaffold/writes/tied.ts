import type { Condition, Value } from '../../../binding/value.js';

/** Each column that a value reads, and of which table it is. */
export function columnsOfValue(value: Value | undefined): { column: string; of?: string }[] {
  if (value === undefined || typeof value !== 'object') return [];
  if ('column' in value) return [value];
  return Object.values(value).flatMap((one) =>
    Array.isArray(one) ? one.flatMap(columnsOfValue) : columnsOfValue(one),
  );
}

/** Every column of the people, or of the table beside, that a condition or a value names. */
export function columnsIn(part: unknown, beside?: string): string[] {
  if (Array.isArray(part)) return part.flatMap((one) => columnsIn(one, beside));
  if (typeof part !== 'object' || part === null) return [];
  const { column, of } = part as { column?: unknown; of?: unknown };
  return [
    ...(typeof column === 'string' && of === beside ? [column] : []),
    ...Object.values(part).flatMap((one) => columnsIn(one, beside)),
  ];
}

/** Columns that a condition ties to one constant: a new row gets it. */
export function fixedBy(where: Condition | undefined): string[] {
  if (!where) return [];
  if ('all' in where) return where.all.flatMap(fixedBy);
  return 'in' in where && where.in.filter((one) => one !== null).length === 1 ? [where.column] : [];
}
