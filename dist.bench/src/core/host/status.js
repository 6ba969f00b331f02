import { describeHostViews, HOST_VIEWS } from '../../database/queries/host-views.js';
import { probeHostViewWrites } from '../../database/queries/host-writes.js';
import { rightsOf } from '../rights/roles.js';
/** What there is of the host application. Changes nothing. */
export async function hostStatus(database) {
    const found = await database.read(describeHostViews);
    const views = found.map(({ name, exists, columns, missing, optional }) => ({
        view: name,
        status: !exists ? 'missing' : missing.length > 0 ? 'incomplete' : 'bound',
        columns: columns.map(({ name, dataType }) => ({ name, dataType })),
        missing,
        without: exists ? HOST_VIEWS[name].optional.filter((column) => !optional.includes(column)) : [],
    }));
    const users = views.find(({ view }) => view === 'host_user');
    const isBound = users?.status === 'bound';
    const lacks = isBound ? await database.read(lackedForWriting) : [];
    const writes = isBound && lacks.length === 0 ? await probeHostViewWrites(database) : [];
    return { bound: views.every(({ status }) => status === 'bound'), views, lacks, writes };
}
const lackedForWriting = ({ knex, dialect, schema }) => dialect.missingRights(knex, schema, {
    tables: rightsOf('endpoint').tables.filter(({ table }) => table === 'host_user'),
});
