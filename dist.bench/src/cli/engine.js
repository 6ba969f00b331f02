import { resolveEngine } from './connection.js';
const ENGINES = {
    postgres: 'postgres',
    embedded: 'postgres',
    mssql: 'mssql',
};
/** For commands that write SQL and need no database. */
export const ENGINE_OPTION = {
    flags: '--engine <engine>',
    description: 'postgres or mssql; without it, the engine of --database',
    choices: Object.keys(ENGINES),
};
/** The dialect that is meant, by flag or by the connection setting; nothing is connected. */
export async function chosenDialect(engine, context) {
    const { loadDialect } = await import('../database/open.js');
    return loadDialect(ENGINES[engine ?? (await resolveEngine(context))] ?? 'postgres');
}
