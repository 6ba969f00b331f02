import type { Condition } from '../../../binding/value.js';
import type { Only } from '../../../database/scaffold/host/people.js';

/** What of a condition can be counted by: columns that have one of some values, or none of them. All of them hold. */
export function onlyOf(where: Condition | undefined, not = false): Only[] {
  if (!where) return [];
  const [each, either] = not ? (['any', 'all'] as const) : (['all', 'any'] as const);
  if (each in where)
    return (where as Record<string, Condition[]>)[each]?.flatMap((one) => onlyOf(one, not)) ?? [];
  if (either in where) {
    const [one, ...more] = (where as Record<string, Condition[]>)[either] ?? [];
    return more.length === 0 ? onlyOf(one, not) : [];
  }
  if ('not' in where) return onlyOf(where.not, !not);
  return 'in' in where && where.of === undefined
    ? [
        {
          ...{ column: where.column, values: where.in },
          ...(not && { not }),
          ...(where.ignoreCase && { ignoreCase: true }),
        },
      ]
    : [];
}
