import type { Database } from '../database.js';
import type { Ask } from '../dialect/dialect.js';
import { adviceOnFile, adviceOnObject } from './advice.js';
import { compareCatalogues, type Difference } from './compare.js';
import { readSchemaFiles, readSql, type SchemaFiles } from './files.js';
import { readHistory } from './history.js';
import { assertCurrent, type Drift, fileName, planSchema } from './plan.js';

/** One thing that is not as it should be. */
export interface SchemaFinding {
  kind: `file-${'edited' | 'missing' | 'out-of-order'}` | Difference['kind'] | 'excess';
  /** `0001_initial.sql`, `trigger event.event_append_only`, `rights of scim_endpoint`. */
  object: string;
  /** As our catalogue and the database's have it, where they do. */
  expected?: string;
  found?: string;
  /** What to do next. */
  advice: string;
}

export interface SchemaVerification {
  ok: boolean;
  findings: SchemaFinding[];
}

const FILE_KINDS = {
  edited: 'file-edited',
  unknown: 'file-missing',
  'out-of-order': 'file-out-of-order',
} as const satisfies Record<Drift['kind'], string>;

/**
 * Holds the database against what this version installs: the history against our files, and every own
 * table, column, constraint, index, trigger and view against `sql/<engine>/catalogue.txt`. Changes nothing.
 * @throws Problem `schema-missing`, `schema-outdated` or `schema-newer`: there is nothing to compare with.
 */
export async function verifySchema(database: Database, files?: SchemaFiles): Promise<SchemaVerification> {
  const { name } = database.dialect;
  const { migrations } = files ?? (await readSchemaFiles(name));
  const expected = (await readSql(`${name}/catalogue.txt`)).split('\n').filter((line) => line !== '');
  const { dialect, schema } = database;
  const applied = await database.read(readHistory);
  const plan = planSchema(migrations, applied);
  if (plan.state !== 'drifted') assertCurrent(plan);
  const ask: Ask = (query) => database.read(({ knex }) => query(knex));
  const actual = await dialect.catalogue(ask, schema);
  const blindSpots = await ask((knex) => dialect.blindSpots(knex, schema, actual));
  const findings = [
    ...plan.drift.map(
      (drift): SchemaFinding => ({
        kind: FILE_KINDS[drift.kind],
        object: fileName(drift),
        advice: adviceOnFile(drift, applied, migrations),
      }),
    ),
    ...compareCatalogues(expected, actual, blindSpots).map(
      ({ right, ...difference }): SchemaFinding => ({
        ...difference,
        advice: adviceOnObject({ ...difference, right }, migrations),
      }),
    ),
  ];
  return { ok: findings.length === 0, findings };
}
