import type { Database, Session } from '../database.js';
import { inSchema, type Migration, readSchemaFiles, type SchemaFiles } from './files.js';
import { type AppliedMigration, readHistory, recordSql } from './history.js';
import { assertKnown, planSchema, type SchemaPlan } from './plan.js';

export interface MigrateResult {
  applied: Pick<Migration, 'version' | 'name' | 'checksum'>[];
  version: number;
}

/**
 * Brings the schema to the newest version: all pending files in one transaction, under the schema lock, so
 * that of several at once one applies and the others find nothing to do, and a crash leaves nothing behind.
 * @throws Problem `schema-newer` or `schema-drift`, and nothing is changed.
 */
export async function migrate(
  database: Database,
  toolVersion: string,
  files?: SchemaFiles,
): Promise<MigrateResult> {
  const { bootstrap, migrations } = files ?? (await readSchemaFiles(database.dialect.name));
  return database.transaction(async (session) => {
    const { dialect, schema } = session;
    await dialect.lockSchema(session.knex, schema);
    await dialect.actAsSchemaOwner(session.knex, schema);
    await run(session, bootstrap);
    const plan = planSchema(migrations, await readHistory(session));
    assertKnown(plan);
    for (const migration of plan.pending) {
      await run(session, migration.sql);
      await run(session, recordSql(migration, session, toolVersion));
    }
    const applied = plan.pending.map(({ version, name, checksum }) => ({ version, name, checksum }));
    return { applied, version: plan.latest };
  });
}

/** Runs a script of ours as it stands, batch by batch. */
export async function run(session: Session, sql: string): Promise<void> {
  for (const batch of session.dialect.splitScript(inSchema(sql, session.schema)))
    await session.knex.raw(batch);
}

export interface SchemaStatus extends SchemaPlan {
  applied: AppliedMigration[];
}

/** What is applied and what is not. Changes nothing. */
export async function schemaStatus(database: Database, files?: SchemaFiles): Promise<SchemaStatus> {
  const { migrations } = files ?? (await readSchemaFiles(database.dialect.name));
  const applied = await database.read(readHistory);
  return { ...planSchema(migrations, applied), applied };
}
