import type { Session } from '../database.js';
import { DatabaseFault } from '../faults/fault.js';
import { selectRaw } from '../queries/rows.js';
import type { Migration } from './files.js';

/** One row of `schema_history`. */
export interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
  appliedAt: Date;
  appliedBy: string;
  toolVersion: string;
}

/** What was applied, oldest first; nothing where the schema or its history does not exist yet. */
export async function readHistory(session: Session): Promise<AppliedMigration[]> {
  const { knex, schema, dialect } = session;
  // Asked first: a failing select would abort the transaction it runs in. Capitals and no quotes: a
  // case-sensitive SQL Server knows INFORMATION_SCHEMA by no other spelling.
  const found = await selectRaw(
    session,
    "select TABLE_NAME as name from INFORMATION_SCHEMA.TABLES where TABLE_SCHEMA = ? and TABLE_NAME = 'schema_history'",
    [schema],
  );
  if (found.length === 0) return [];
  try {
    const rows = await knex('schema_history').withSchema(schema).orderBy('version').select('*');
    return rows.map((row) => ({
      version: Number(row.version),
      name: row.name,
      checksum: row.checksum,
      appliedAt: row.applied_at,
      appliedBy: row.applied_by,
      toolVersion: row.tool_version,
    }));
  } catch (error) {
    throw new DatabaseFault(dialect.classify(error), undefined, error);
  }
}

/**
 * The statements that write down that a file was applied. The tool runs them and the emitted script carries
 * them, word for word, so that both leave the same record.
 */
export function recordSql(
  migration: Migration,
  session: Pick<Session, 'dialect'>,
  toolVersion: string,
): string {
  const { now, login, uuid } = session.dialect.expressions;
  const { version, name, checksum } = migration;
  return `insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
values (${version}, '${name}', '${checksum}', ${now}, ${login}, '${toolVersion}');
insert into scim.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
values (${uuid}, ${now}, concat('db:', ${login}), 'schema.apply', 'schema', '${version}', '${name}', 'done', '{"checksum":"${checksum}"}');
`;
}
