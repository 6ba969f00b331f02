import {
  type DatabaseRight,
  type Right,
  rightInWords,
  type SchemaRights,
  type TableRights,
} from '../../database/dialect/rights.js';
import { type OwnTableName, parseRights, type Role, rightsOf, TABLE_NAMES } from './roles.js';

/**
 * What a command does in the database: `{ token: 'SELECT, INSERT', event: 'SELECT, INSERT' }`, with the words
 * of roles.ts. `schema: 'change'` is for those that make or change tables and views.
 */
export interface Needs extends Partial<Record<OwnTableName, string>> {
  schema?: 'change';
  database?: DatabaseRight;
}

/** The same as a dialect takes it, with the one right that all need who use the schema. */
export function rightsNeeded(needs: Needs): SchemaRights {
  const tables = TABLE_NAMES.flatMap((table) => {
    const text = needs[table] ?? (table === 'schema_history' ? 'SELECT' : undefined);
    return text === undefined ? [] : [parseRights(table, text)];
  });
  return {
    tables,
    change: needs.schema === 'change',
    ...(needs.database && { database: [needs.database] }),
  };
}

/** What a role lacks for it, in words: `INSERT on token`. */
export function lacking(role: Role, needs: Needs): string[] {
  const { tables, change, database = [] } = rightsNeeded(needs);
  const has = rightsOf(role);
  const missing = tables.flatMap((wanted) =>
    wanted.rights
      .filter((right) => !covers(has.tables, wanted, right))
      .map((right) => `${rightInWords(right, wanted.columns)} on ${wanted.table}`),
  );
  if (change && !has.change) missing.push('changing the schema');
  return [
    ...missing,
    ...database.map((right) => (right === 'create role' ? 'making roles' : 'making schemas')),
  ];
}

function covers(tables: readonly TableRights[], wanted: TableRights, right: Right): boolean {
  const had = tables.find(({ table }) => table === wanted.table);
  if (!had?.rights.includes(right)) return false;
  if (right !== 'UPDATE' || !had.columns) return true;
  return wanted.columns?.every((column) => had.columns?.includes(column)) === true;
}

/** People's roles before the endpoint's, which is a program's. */
const FROM_LEAST: readonly Role[] = ['auditor', 'operator', 'endpoint', 'installer'];

/** The role with the least rights that may do all of it; none where only a DBA may. */
export const leastRole = (needs: Needs): Role | undefined =>
  FROM_LEAST.find((role) => lacking(role, needs).length === 0);
