import type { Users } from '../../../binding/binding.js';
import type { Scalar, Value } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import type { BindingFacts } from '../facts.js';
import type { Compiling } from './scope.js';

/**
 * The columns beside the key that identify the row of a user, such as the tenant, and the value that each has in every row.
 * @throws Problem `binding-contradicts` where `users.where` does not tie one of them to a value.
 */
export function keyConstants({ key, where }: Pick<Users, 'key' | 'where'>): ReadonlyMap<string, Scalar> {
  const found = new Map<string, Scalar>();
  for (const column of key.with ?? []) {
    const value = tiedValue(where, column);
    if (value === undefined) {
      throw configurationProblem(
        'binding-contradicts',
        `users.key.with names ${column}, and users.where does not tie it to one value.`,
        { hint: `Add {"column": ${JSON.stringify(column)}, "in": [VALUE]} to \`users.where\`.` },
      );
    }
    found.set(column, value);
  }
  return found;
}

/** The one value that a column has in every row that fulfils a condition; undefined where there may be others. */
export function tiedValue(condition: Users['where'], column: string): Scalar | undefined {
  if (!condition) return undefined;
  if ('all' in condition)
    return condition.all.map((one) => tiedValue(one, column)).find((value) => value !== undefined);
  if (!('in' in condition) || condition.of !== undefined || condition.ignoreCase) return undefined;
  const [only, another] = condition.in;
  return condition.column === column && another === undefined && only !== null ? only : undefined;
}

/** The same as what the columns of another row are compared with. */
export const keyMatch = (users: Users): Record<string, Value> => ({
  [users.key.column]: { column: users.key.column, of: 'users' },
  ...Object.fromEntries([...keyConstants(users)].map(([column, constant]) => [column, { constant }])),
});

/** A condition: the row of the table of users, by the name of `alias`, is the one with this key. */
export function isRowOf(users: Users, compiler: Compiling, alias: string, key: string): string {
  const { forms, facts } = compiler;
  return [
    forms.compare(`${alias}.${forms.name(users.key.column)}`, '=', key),
    ...[...keyConstants(users)].map(([column, value]) =>
      forms.compare(
        `${alias}.${forms.name(column)}`,
        '=',
        forms.literal(value, facts.column(users.table, column)),
      ),
    ),
  ].join(' and ');
}

/** Whether the database allows only one row for each key. If not, a trigger counts them before it writes. */
export const isKeyUnique = ({ table, key }: Users, facts: BindingFacts): boolean =>
  facts.isUnique(table, [key.column, ...(key.with ?? [])]);

/** What a trigger says then. */
export const SHARED_KEY = 'several rows of the application have the key of this account';
