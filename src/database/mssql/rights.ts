import type { Knex } from 'knex';
import type { TableRights } from '../dialect.js';

export async function missingMssqlRights(
  knex: Knex,
  schema: string,
  tables: readonly TableRights[],
): Promise<string[]> {
  const ask = async (sql: string, bindings: string[]) => {
    const rows = await knex.raw<{ granted: number }[]>(
      `select case when ${sql} then 1 else 0 end as granted`,
      bindings,
    );
    return rows[0]?.granted === 1;
  };
  if (!(await ask('schema_id(?) is not null', [schema]))) {
    const mayCreate = await ask("has_perms_by_name(db_name(), 'DATABASE', 'CREATE SCHEMA') = 1", []);
    return mayCreate ? [] : ['CREATE SCHEMA in the database'];
  }
  const missing: string[] = [];
  for (const { table, rights } of tables) {
    const name = `${schema}.${table}`;
    if (!(await ask('object_id(?) is not null', [name]))) continue;
    for (const right of rights) {
      if (!(await ask("has_perms_by_name(?, 'OBJECT', ?) = 1", [name, right])))
        missing.push(`${right} on ${name}`);
    }
  }
  return missing;
}
