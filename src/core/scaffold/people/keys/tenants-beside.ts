import type { Condition } from '../../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, isUniqueTogether, scalarOf, type TableFacts } from '../../facts.js';
import * as called from '../../words/vocabulary.js';
import { fixedBy } from '../../writes/tied.js';
import type { WherePart } from '../no-account.js';
import { matchOf, type Reference, referringColumns } from '../references.js';

/** The tenants that people are in by rows of another table, where no column of their own says it. */
export function ofTenantsBeside(users: TableFacts, references: readonly Reference[]): WherePart[] {
  const people = [...users.statistics.values()][0]?.rows ?? 0;
  for (const reference of references) {
    const { table } = reference;
    const own = referringColumns(reference);
    const [user] = own.slice(-1).map((name) => table.statistics.get(name));
    if (!user || people < 3 || user.distinct < Math.min(people, user.rows) * 0.9) continue;
    const tenant = hostColumnsOf(table).find(
      (column) =>
        !own.includes(column.name) &&
        (called.TENANT.test(column.words.whole) ||
          called.TENANT.test(column.words.own) ||
          isOfAccounts(table, column)) &&
        isUniqueTogether(table, [...own, column.name]) &&
        (column.values ?? []).filter(({ value }) => value !== null).length >= 2,
    );
    if (!tenant) continue;
    return (tenant.values ?? []).slice(0, 20).flatMap(({ value, rows }, at) =>
      value === null
        ? []
        : [
            {
              value: {
                exists: {
                  table: table.id,
                  match: matchOf(reference),
                  where: { column: tenant.name, in: [scalarOf(tenant, value)] },
                },
              },
              evidence: `a row of ${table.id} has ${tenant.name} ${value}: ${rows} rows`,
              isLikely: at === 0,
              isForPerson: true,
              kind: 'tenant' as const,
            },
          ],
    );
  }
  return [];
}

/** `account_id` of a customer of the application, where people have rows of their own. */
const isOfAccounts = (table: TableFacts, { name, words }: ColumnFacts): boolean =>
  /^accounts?(id|uuid|key)?$/u.test(words.whole) &&
  hostColumnsOf(table).some((one) => one.name !== name && /user/u.test(one.words.whole));

/** What such a condition of `users.where` says of the row of a person in a table: the tenant that a new one gets there. */
export function tiedBeside(where: Condition | undefined, table: TableFacts): Condition | undefined {
  if (!where) return undefined;
  if ('all' in where) return where.all.map((one) => tiedBeside(one, table)).find((one) => one !== undefined);
  if (!('exists' in where) || where.exists.table !== table.id) return undefined;
  const { where: inside } = where.exists;
  return inside && fixedBy(inside).length > 0 ? inside : undefined;
}

/** Whether it leaves one row of each person. */
export const isOneUnder = (reference: Reference, tied: Condition | undefined): boolean =>
  isUniqueTogether(reference.table, [...referringColumns(reference), ...fixedBy(tied)]);

/** Columns such as the tenant: with one of them, a person has one row, and may have several without. */
export const tellsRowsApart = (reference: Reference): ColumnFacts | undefined =>
  hostColumnsOf(reference.table).find(
    ({ name, values = [] }) =>
      values.length >= 2 &&
      values.length <= 20 &&
      !referringColumns(reference).includes(name) &&
      isUniqueTogether(reference.table, [...referringColumns(reference), name]),
  );
