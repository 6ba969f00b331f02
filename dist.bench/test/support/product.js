import { randomBytes } from 'node:crypto';
import { migrate } from '../../src/database/migrator/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { installReferenceHost } from '../../src/database/reference-host.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
/**
 * Installs the schema and, unless told otherwise, the reference host application. On the embedded engine
 * this process is the database's owner from then on, so that the command line's processes start fast.
 */
export async function installProduct(test, { host = true, schema } = {}) {
    const database = await openTestDatabase(test.url, schema);
    await migrate(database, '0.0.0-test');
    if (host)
        await installReferenceHost(database);
    const product = {
        database,
        url: test.url,
        test,
        now: new Date(),
        core: { database, clock: () => product.now, random: randomBytes, actor: 'cli:tester@test' },
        close: () => database.close(),
    };
    return product;
}
/** Connects as the command line would, with nothing of the environment. */
export async function openTestDatabase(url, schema = 'scim', use) {
    const { settings } = await parseConnectionSetting(url, { cwd: process.cwd(), env: {} });
    return openDatabase(settings, { schema, jitter: Math.random, use });
}
/** Rows of a table of ours or of the reference application, as the product's own connection sees them. */
export async function rowsOf(product, table) {
    const [schema = '', name = ''] = table.split('.');
    return product.database.read(({ knex }) => knex(name).withSchema(schema).select('*'));
}
