import type { Knex } from 'knex';
import type { TableRights } from '../dialect.js';

export async function missingPostgresRights(
  knex: Knex,
  schema: string,
  tables: readonly TableRights[],
): Promise<string[]> {
  const ask = async (sql: string, bindings: string[]) =>
    (await knex.raw<{ rows: { granted: boolean }[] }>(`select ${sql} as granted`, bindings)).rows[0]
      ?.granted === true;
  const exists = await ask('exists (select 1 from pg_namespace where nspname = ?)', [schema]);
  if (!exists) {
    const mayCreate = await ask("has_database_privilege(current_database(), 'CREATE')", []);
    return mayCreate ? [] : ['CREATE on the database'];
  }
  if (!(await ask("has_schema_privilege(?, 'USAGE')", [schema]))) return [`USAGE on schema ${schema}`];
  const missing: string[] = [];
  for (const { table, rights } of tables) {
    const name = `${schema}.${table}`;
    if (!(await ask('to_regclass(?) is not null', [name]))) continue;
    for (const right of rights) {
      if (!(await ask('has_table_privilege(?, ?)', [name, right]))) missing.push(`${right} on ${name}`);
    }
  }
  return missing;
}
