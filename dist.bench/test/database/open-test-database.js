import { migrate } from '../../src/database/migrator/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
export const TOOL_VERSION = '0.0.0-test';
/** Opens a database as the product does, with nothing of this machine mixed in. */
export async function openAt(url, schema = 'scim') {
    const { settings } = await parseConnectionSetting(url, { cwd: '/', env: {}, homeDirectory: '/nowhere' });
    return openDatabase(settings, { schema, jitter: Math.random });
}
/** A fresh database, open, without our schema. */
export async function openFresh(context, engine, schema = 'scim') {
    const test = await engine.freshDatabase();
    const database = await openAt(test.url, schema);
    context.after(() => database.close());
    return { test, database, schema };
}
/** The same with the schema installed. */
export async function openMigrated(context, engine, schema = 'scim') {
    const opened = await openFresh(context, engine, schema);
    await migrate(opened.database, TOOL_VERSION);
    return opened;
}
/** Runs one statement, or batch, of SQL as it stands. */
export const execute = (database, sql) => database.transaction(({ knex }) => knex.raw(sql));
