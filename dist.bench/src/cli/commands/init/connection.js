import { databaseExists } from '../../../database/exists.js';
import { describeSettings } from '../../../database/settings/describe.js';
import { parseConnectionSetting } from '../../../database/settings/parse.js';
import { Problem } from '../../../problem.js';
import { parseDatabaseSetting } from '../../connection.js';
/** Finds out which database is meant, and connects to it. */
export async function connect(context, answers) {
    const { database, databaseFrom, baseDirectory } = await context.settings();
    if (database === undefined) {
        return answers.take({
            what: 'the database',
            flag: '--database',
            given: undefined,
            ask: () => ask(context),
        });
    }
    const connected = await open(context, database, { baseDirectory, isFlag: databaseFrom === '--database' });
    context.talk.note(`Database: ${describeSettings(connected.connection)} (from ${databaseFrom}).`);
    return connected;
}
/** Asks again until the database answers. */
async function ask(context) {
    const { prompts, talk, world } = context;
    talk.note('Which database? For example:');
    talk.note('  postgresql://user@host:5432/database, mssql://user@host:1433/database, Server=host;Database=...');
    talk.note('  @FILE or env:NAME for one that is kept elsewhere, embedded:DIRECTORY to try it out');
    for (;;) {
        const text = await prompts.text('Connection setting:', {
            check: (answer) => whatIsWrong(answer, context),
        });
        try {
            return await open(context, text, { baseDirectory: world.cwd, isFlag: false });
        }
        catch (error) {
            if (!(error instanceof Problem) || error.kind !== 'configuration')
                throw error;
            talk.warn([error.message, error.hint].filter(Boolean).join(' '));
        }
    }
}
async function whatIsWrong(text, { world }) {
    try {
        const { cwd, env, homeDirectory, platform } = world;
        await parseConnectionSetting(text, { cwd, env, homeDirectory, platform });
        return true;
    }
    catch (error) {
        if (!(error instanceof Problem))
            throw error;
        return [error.message, error.hint].filter(Boolean).join(' ');
    }
}
async function open(context, text, from) {
    const connection = await parseDatabaseSetting(context, text, from);
    const exists = await databaseExists(connection);
    if (exists)
        await context.useDatabase(connection, (await context.settings()).schema);
    return { connection, text, baseDirectory: from.baseDirectory, exists };
}
