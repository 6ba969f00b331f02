import { after, describe } from 'node:test';
import { engineAvailability } from './engines/availability.js';
import { uniqueName } from './engines/database.js';
import { embeddedServer } from './engines/embedded.js';
import { mssqlServer } from './engines/mssql.js';
import { postgresServer } from './engines/postgres.js';
/**
 * Registers the same suite once for each engine. Where an engine is absent, its suite shows as skipped,
 * with the reason. `only` is for what exists on some engines alone.
 */
export function forEachEngine(name, suite, options = {}) {
    for (const available of engineAvailability(process.env)) {
        if (options.only && !options.only.includes(available.name))
            continue;
        const title = suiteTitle(name, available.name);
        if (available.skipped !== undefined)
            describe(title, { skip: available.skipped });
        else
            describe(title, () => runSuite(available, suite));
    }
}
function runSuite({ name, label, ...rest }, suite) {
    const server = engineServer({ name, label, ...rest }, process.env);
    const made = [];
    suite({
        name,
        label,
        async freshDatabase(options) {
            const database = await server.create(uniqueName(process.env), options);
            made.push(database);
            return database;
        },
    });
    // Registered last, so that a suite's own hooks, which end what it started, come first.
    after(async () => {
        for (const database of made)
            await database.drop();
    });
}
/** The server behind an engine that is there. */
export function engineServer({ name, adminUrl }, env) {
    if (name === 'embedded')
        return embeddedServer(env);
    if (adminUrl === undefined)
        throw new Error(`there is no server for ${name}`);
    return name === 'postgres' ? postgresServer(adminUrl) : mssqlServer(adminUrl);
}
/** How the suite of one engine is called; the run's report counts by it. */
const suiteTitle = (name, engine) => `${name} [${engine}]`;
/** The engine that a suite's title names. */
export function engineOfSuite(title) {
    return /\[(embedded|postgres|mssql)\]$/.exec(title)?.[1];
}
