import { readServiceAccounts, type ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { Database } from '../../../database/database.js';
import { type SchemaStatus, schemaStatus } from '../../../database/migrator/migrate.js';
import { assertKnown } from '../../../database/migrator/plan.js';
import { describeHostViews, type HostView } from '../../../database/queries/host/host-views.js';
import { readHosting } from '../../../database/queries/installation.js';
import type { Hosting } from '../../../words/installation.js';

/** What is there already, before anything is asked or changed. */
export interface FoundBefore {
  /** Nothing for a database that is not made yet. */
  schema?: SchemaStatus;
  hostViews: HostView[];
  hosting: Hosting;
  accounts: ServiceAccount[];
}

export const NOTHING: FoundBefore = { hostViews: [], hosting: 'on-premises', accounts: [] };

/** Only reads. @throws Problem `schema-newer`, `schema-drift`. */
export async function look(database: Database, clock: () => Date): Promise<FoundBefore> {
  const schema = await schemaStatus(database);
  assertKnown(schema);
  const hostViews = await database.read(describeHostViews);
  // Until the schema is current, its tables may not be what our queries expect.
  if (schema.state !== 'current') return { ...NOTHING, schema, hostViews };
  return database.read(async (session) => ({
    schema,
    hostViews,
    hosting: await readHosting(session),
    accounts: await readServiceAccounts(session, clock()),
  }));
}

/** Whether a host view is there with all that it must have. */
export const isBound = ({ hostViews }: FoundBefore, name?: HostView['name']): boolean =>
  hostViews.length > 0 &&
  hostViews
    .filter((view) => name === undefined || view.name === name)
    .every(({ exists, missing }) => exists && missing.length === 0);
