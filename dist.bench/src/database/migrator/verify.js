import { adviceOnFile, adviceOnObject } from './advice.js';
import { compareCatalogues } from './compare.js';
import { readSchemaFiles, readSql } from './files.js';
import { readHistory } from './history.js';
import { assertCurrent, fileName, planSchema } from './plan.js';
const FILE_KINDS = {
    edited: 'file-edited',
    unknown: 'file-missing',
    'out-of-order': 'file-out-of-order',
};
/**
 * Holds the database against what this version installs: the history against our files, and every own
 * table, column, constraint, index, trigger and view against `sql/<engine>/catalogue.txt`. Changes nothing.
 * @throws Problem `schema-missing`, `schema-outdated` or `schema-newer`: there is nothing to compare with.
 */
export async function verifySchema(database, files) {
    const { name } = database.dialect;
    const { migrations } = files ?? (await readSchemaFiles(name));
    const expected = (await readSql(`${name}/catalogue.txt`)).split('\n').filter((line) => line !== '');
    const { dialect, schema } = database;
    const applied = await database.read(readHistory);
    const plan = planSchema(migrations, applied);
    if (plan.state !== 'drifted')
        assertCurrent(plan);
    const ask = (query) => database.read(({ knex }) => query(knex));
    const actual = await dialect.catalogue(ask, schema);
    const blindSpots = await ask((knex) => dialect.blindSpots(knex, schema, actual));
    const findings = [
        ...plan.drift.map((drift) => ({
            kind: FILE_KINDS[drift.kind],
            object: fileName(drift),
            advice: adviceOnFile(drift, applied, migrations),
        })),
        ...compareCatalogues(expected, actual, blindSpots).map(({ right, ...difference }) => ({
            ...difference,
            advice: adviceOnObject({ ...difference, right }, migrations),
        })),
    ];
    return { ok: findings.length === 0, findings };
}
