import type { Database } from '../database.js';
import { readSchemaFiles, readSql, type SchemaFiles } from './files.js';
import { readHistory } from './history.js';
import { assertCurrent, describeDrift, planSchema } from './plan.js';

export interface SchemaVerification {
  ok: boolean;
  /** What is wrong with the history of the schema, in words. */
  drift: string[];
  /** Lines of the expected catalogue that the database lacks. */
  missing: string[];
  /** Lines of the database's catalogue that are not expected. */
  unexpected: string[];
}

/**
 * Holds the database against what this version installs: the history against our files, and every own
 * table, constraint, index, trigger and view against `sql/<engine>/catalogue.txt`. Changes nothing.
 * @throws Problem `schema-missing`, `schema-outdated` or `schema-newer`: there is nothing to compare with.
 */
export async function verifySchema(database: Database, files?: SchemaFiles): Promise<SchemaVerification> {
  const { name } = database.dialect;
  const { migrations } = files ?? (await readSchemaFiles(name));
  const expected = (await readSql(`${name}/catalogue.txt`)).split('\n').filter((line) => line !== '');
  return database.read(async (session) => {
    const plan = planSchema(migrations, await readHistory(session));
    if (plan.state !== 'drifted') assertCurrent(plan);
    const actual = await session.dialect.catalogue(session.knex, session.schema);
    const drift = plan.drift.map(describeDrift);
    const { missing, unexpected } = compareCatalogues(expected, actual);
    return { ok: drift.length + missing.length + unexpected.length === 0, drift, missing, unexpected };
  });
}

/**
 * The lines that only one of two catalogues has. An actual line that ends in ` ?` stands for one expected
 * line that begins like it: the server does not tell the rest. Pure.
 */
export function compareCatalogues(
  expected: readonly string[],
  actual: readonly string[],
): Pick<SchemaVerification, 'missing' | 'unexpected'> {
  const missing = [...expected];
  const unexpected: string[] = [];
  // Whole lines first, so that a half-told one does not take the place of another.
  for (const line of [...actual].sort((a, b) => Number(a.endsWith(' ?')) - Number(b.endsWith(' ?')))) {
    const known = line.endsWith(' ?') ? line.slice(0, -2) : undefined;
    const at = missing.findIndex((one) => one === (known ?? line) || (known && one.startsWith(`${known} `)));
    if (at >= 0) missing.splice(at, 1);
    else unexpected.push(line);
  }
  return { missing, unexpected };
}
