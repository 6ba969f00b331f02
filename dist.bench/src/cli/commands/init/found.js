import { readServiceAccounts } from '../../../core/service-accounts/service-account.js';
import { schemaStatus } from '../../../database/migrator/migrate.js';
import { assertKnown } from '../../../database/migrator/plan.js';
import { describeHostViews } from '../../../database/queries/host-views.js';
import { readHosting } from '../../../database/queries/installation.js';
export const NOTHING = { hostViews: [], hosting: 'on-premises', accounts: [] };
/** Only reads. @throws Problem `schema-newer`, `schema-drift`. */
export async function look(database, clock) {
    const schema = await schemaStatus(database);
    assertKnown(schema);
    const hostViews = await database.read(describeHostViews);
    // Until the schema is current, its tables may not be what our queries expect.
    if (schema.state !== 'current')
        return { ...NOTHING, schema, hostViews };
    return database.read(async (session) => ({
        schema,
        hostViews,
        hosting: await readHosting(session),
        accounts: await readServiceAccounts(session, clock()),
    }));
}
/** Whether a host view is there with all that it must have. */
export const isBound = ({ hostViews }, name) => hostViews.length > 0 &&
    hostViews
        .filter((view) => name === undefined || view.name === name)
        .every(({ exists, missing }) => exists && missing.length === 0);
