import { schemaStatus } from '../../database/migrator/migrate.js';
import { assertCurrent } from '../../database/migrator/plan.js';
import { describeHostViews } from '../../database/queries/host/host-views.js';
import { selectRaw } from '../../database/queries/rows.js';
import { Problem } from '../../problem.js';
import type { Core } from '../core.js';
import { noteHostViews } from '../host/write-health.js';

/** What keeps an endpoint from doing its work; `ready` where nothing does. */
export type Readiness = 'ready' | 'database-unavailable' | 'schema-not-current' | 'host-views-missing';

/** One round trip: does the database answer? */
export async function pingDatabase({ database }: Core): Promise<void> {
  await database.read((session) => selectRaw(session, 'select 1 as one'));
}

/** Is the schema the one this version works with, and are the host views there? */
export async function inspectInstallation({ database }: Core): Promise<Readiness> {
  try {
    assertCurrent(await schemaStatus(database));
  } catch (error) {
    if (error instanceof Problem) return 'schema-not-current';
    throw error;
  }
  const views = await database.read(describeHostViews);
  noteHostViews(
    database,
    views.every(({ unfit }) => unfit.length === 0),
  );
  return views.every(({ exists, missing }) => exists && missing.length === 0)
    ? 'ready'
    : 'host-views-missing';
}
