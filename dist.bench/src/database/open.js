import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from './database.js';
import { isCutOff } from './settings/failure.js';
import { connectWithin, waitsOf } from './settings/waits.js';
/** The dialect of an engine; loads nothing heavy until it connects. */
export async function loadDialect(engine) {
    return engine === 'mssql'
        ? (await import('./mssql/dialect.js')).mssqlDialect
        : (await import('./postgres/dialect.js')).postgresDialect;
}
/**
 * Connects, and proves it with one round trip, so that every way a connection can fail is reported here
 * and not by the first query.
 * @throws Problem of kind `configuration`, worded by the engine.
 */
export async function openDatabase(wanted, options) {
    const { use = {} } = options;
    const settings = wanted.engine === 'embedded' ? wanted : connectWithin(wanted, use);
    const dialect = await loadDialect(settings.engine === 'embedded' ? 'postgres' : settings.engine);
    const { config, dispose } = await connectionOf(settings, dialect, use);
    const { default: knexFactory } = await import('knex');
    const knex = knexFactory(config);
    const backoff = (attempt) => 20 * 2 ** attempt * (0.5 + options.jitter());
    const database = createDatabase({
        knex,
        dialect,
        settings,
        schema: options.schema,
        dispose,
        waits: waitsOf(use, settings.engine === 'embedded' ? 0 : settings.connectTimeoutMs),
        backoff,
    });
    try {
        // The owner of an embedded database may end at this very moment: then the next one answers.
        if (settings.engine === 'embedded')
            await database.read((session) => session.knex.raw('select 1 as one'));
        else
            await firstAnswer(knex, backoff);
    }
    catch (error) {
        await database.close().catch(() => undefined);
        throw settings.engine === 'embedded' ? error : dialect.connectionProblem(error, settings);
    }
    return database;
}
/** A connection that is cut while it is made is made again; a server that is not there is not waited for. */
async function firstAnswer(knex, backoff) {
    for (let tries = 1;; tries++) {
        try {
            return await knex.raw('select 1 as one');
        }
        catch (error) {
            if (tries === MAX_FIRST_TRIES || !isCutOff(error))
                throw error;
            await sleep(backoff(tries));
        }
    }
}
const MAX_FIRST_TRIES = 3;
async function connectionOf(settings, dialect, use) {
    if (settings.engine !== 'embedded') {
        return { config: quiet(await dialect.knexConfig(settings, use)) };
    }
    const { openEmbedded, embeddedKnexConfig } = await import('./embedded/index.js');
    const { timeoutMs } = use;
    const embedded = await openEmbedded(settings.directory, timeoutMs === undefined ? {} : { waitMs: timeoutMs });
    return { config: quiet(await embeddedKnexConfig(embedded, use)), dispose: () => embedded.close() };
}
/** knex writes warnings to the console by itself, and puts bound values into error messages: neither here. */
const quiet = (config) => {
    const ignore = () => undefined;
    return {
        ...config,
        compileSqlOnError: false,
        log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
    };
};
