import { schemaStatus } from '../database/migrator/migrate.js';
import { assertCurrent } from '../database/migrator/plan.js';
import { describeHostViews } from '../database/queries/host-views.js';
import { selectRaw } from '../database/queries/rows.js';
import { Problem } from '../problem.js';
/** One round trip: does the database answer? */
export async function pingDatabase({ database }) {
    await database.read((session) => selectRaw(session, 'select 1 as one'));
}
/** Is the schema the one this version works with, and are the host views there? */
export async function inspectInstallation({ database }) {
    try {
        assertCurrent(await schemaStatus(database));
    }
    catch (error) {
        if (error instanceof Problem)
            return 'schema-not-current';
        throw error;
    }
    const views = await database.read(describeHostViews);
    return views.every(({ exists, missing }) => exists && missing.length === 0)
        ? 'ready'
        : 'host-views-missing';
}
