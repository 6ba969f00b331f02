import type { Knex } from 'knex';
import type { BlindSpot } from '../../dialect/dialect.js';

/**
 * SQL Server shows a table to those who may do something with it, but its triggers, and functions, only to those who may
 * see or change their definition. Without VIEW DEFINITION one that is not listed may be there all the same, and so may a
 * table of which nothing is listed.
 * (CONTROL implies it; Babelfish knows only that one.)
 * https://learn.microsoft.com/sql/relational-databases/security/metadata-visibility-configuration
 */
export async function mssqlBlindSpots(
  knex: Knex,
  schema: string,
  listed: readonly string[],
): Promise<BlindSpot[]> {
  const [row] = await knex.raw<{ sees_all: number }[]>(
    `select case when has_perms_by_name(:schema, 'SCHEMA', 'VIEW DEFINITION') = 1
                   or has_perms_by_name(:schema, 'SCHEMA', 'CONTROL') = 1 then 1 else 0 end as sees_all`,
    { schema },
  );
  if (row?.sees_all === 1) return [];
  const seen = new Set(listed.map((line) => tablesOf(line)[0]));
  return [
    {
      covers: (line) =>
        /^(trigger|function) /.test(line) || !tablesOf(line).every((table) => seen.has(table)),
      right: `VIEW DEFINITION on schema::${schema}`,
    },
  ];
}

/** The table or view that a line of the catalogue is about; of a foreign key also the one it leads to. */
function tablesOf(line: string): string[] {
  const [, own] =
    /^(?:column|check|foreign key|primary key|unique constraint|unique index|index|trigger|view text|view) (\w+)/.exec(
      line,
    ) ?? [];
  const [, other] = / references (\w+)/.exec(line) ?? [];
  return [own, other].filter((table) => table !== undefined);
}
