import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { installedNames, installedText } from '../../installation/files.js';
import type { EngineName } from '../dialect/dialect.js';

/** One numbered file of `sql/<engine>/`. */
export interface Migration {
  version: number;
  name: string;
  /** As on disk, line ends made `\n`. */
  sql: string;
  /** SHA-256 of `sql`, hex. */
  checksum: string;
}

export interface SchemaFiles {
  /** Creates the schema and its history; safe to run at any time. */
  bootstrap: string;
  /** In the order of their numbers. */
  migrations: Migration[];
}

/**
 * A file below `sql/`, line ends made `\n` (a Windows checkout may have changed them).
 * @param directory in place of this installation's `sql/`, with `/` at its end.
 */
export async function readSql(path: string, directory?: string): Promise<string> {
  const text =
    directory === undefined ? installedText(`sql/${path}`) : await readFile(`${directory}${path}`, 'utf8');
  return text.replaceAll('\r\n', '\n');
}

/** The schema of one engine. */
export async function readSchemaFiles(engine: EngineName, directory?: string): Promise<SchemaFiles> {
  const names =
    directory === undefined
      ? installedNames(`sql/${engine}`)
      : (await readdir(`${directory}${engine}`)).sort();
  const migrations: Migration[] = [];
  for (const file of names) {
    const [, version, name] = /^(\d{4})_(\w+)\.sql$/.exec(file) ?? [];
    if (!version || !name) continue;
    const sql = await readSql(`${engine}/${file}`, directory);
    migrations.push({ version: Number(version), name, sql, checksum: sha256(sql) });
  }
  return { bootstrap: await readSql(`${engine}/history.sql`, directory), migrations };
}

/**
 * Our files say `scim` for the schema and for nothing else, so that they read and run as they are; a schema
 * of another name is put in its place.
 */
export function inSchema(sql: string, schema: string): string {
  if (schema === 'scim') return sql;
  return sql.replace(/\bscim\b(?=\.)|(?<=\bschema (?:if not exists )?)\bscim\b|(?<=')scim(?=')/gi, schema);
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
