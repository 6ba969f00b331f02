import type { Session } from '../../../database/database.js';
import { agreements } from '../../../database/scaffold/host/people.js';
import { hostColumnsOf, type TableFacts } from '../facts.js';
import type { Same } from '../gathered.js';

/** Columns of the people that repeat one of their fields, in their way of writing. */
export async function sameOf(
  session: Session,
  users: TableFacts,
  columns: { login?: string | undefined; email?: string | undefined; display?: string | undefined },
  limit: number,
): Promise<Same[]> {
  const fields = [columns.login, columns.email, columns.display].filter(
    (one): one is string => one !== undefined,
  );
  const pairs = hostColumnsOf(users)
    .filter(
      ({ kind, generated, name, statistics }) =>
        kind === 'text' && generated === null && !fields.includes(name) && (statistics?.distinct ?? 0) >= 2,
    )
    .flatMap(({ name }) => [...new Set(fields)].map((of) => ({ column: name, of })));
  const counts = await agreements(session, users, pairs, limit);
  return pairs.flatMap(({ column, of }, at) => {
    const { rows = 0, same = 0, lower = 0, upper = 0 } = counts[at] ?? {};
    return [
      { column, of, how: 'same' as const, rows, equal: same },
      { column, of, how: 'lower' as const, rows, equal: lower },
      { column, of, how: 'upper' as const, rows, equal: upper },
    ];
  });
}
