import type { Dialect } from '../dialect/dialect.js';
import { inSchema, readSchemaFiles } from './files.js';
import { recordSql } from './history.js';

/**
 * The whole schema as one reviewed file for the engine's own client: installs, or upgrades from any earlier
 * version, and may be run again. It records itself exactly as `migrate` does.
 */
export async function installScript(dialect: Dialect, schema: string, toolVersion: string): Promise<string> {
  const { bootstrap, migrations } = await readSchemaFiles(dialect.name);
  return dialect.installScript({
    schema,
    bootstrap: inSchema(bootstrap, schema),
    steps: migrations.map((migration) => ({
      version: migration.version,
      name: migration.name,
      sql: inSchema(migration.sql, schema),
      record: inSchema(recordSql(migration, { dialect }, toolVersion), schema),
    })),
    title: [
      `scimctl ${toolVersion}: schema "${schema}" for ${dialect.label}`,
      'Safe to run again: applies only what is missing.',
    ],
  });
}
