import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { parseConnectionSetting } from '../../../database/settings/parse.js';
import { storableSetting } from '../../../database/settings/storable.js';
import { writeConfigFile } from '../../config-file.js';
import { configPath } from '../../settings.js';
/** Works out what the config file is to hold, and asks before another database is put into it. */
export async function askConfig({ connection, text, baseDirectory }, flags, answers, context) {
    const { world, globals } = context;
    const path = configPath(globals, world);
    const { databaseFrom, databasePasswordFile, schema } = await context.settings();
    if (databaseFrom === 'config file')
        return { path, lacksPassword: false };
    const options = { ...world, cwd: baseDirectory };
    const before = await currentContent(path);
    const database = await storableSetting(text, options);
    const { settings: stored } = await parseConnectionSetting(database, options);
    const isKnown = databasePasswordFile ?? world.env.SCIMCTL_DATABASE_PASSWORD ?? world.env.SCIMCTL_DATABASE_PASSWORD_FILE;
    const lacksPassword = isKnown === undefined && hasPassword(connection) && !hasPassword(stored);
    const content = { ...before, database, ...(schema !== 'scim' && { schema }) };
    if (isDeepStrictEqual(before, content))
        return { path, lacksPassword };
    const overwrite = before?.database === undefined ||
        (await answers.yesNo({
            what: `whether to put another database into ${path}`,
            flag: '--force',
            given: flags.force || globals.yes || undefined,
            question: `${path} is for another database. Overwrite it?`,
            initial: false,
        }));
    return { path, ...(overwrite && { content }), lacksPassword };
}
export async function applyConfig({ talk, world }, plan) {
    if (plan.content)
        await writeConfigFile(plan.path, plan.content, world);
    talk.done(`Config file: ${plan.content ? 'written to' : 'kept as it is,'} ${plan.path}.`);
    if (!plan.lacksPassword)
        return;
    talk.warn('The database password is not in the config file. Set SCIMCTL_DATABASE_PASSWORD, or databasePasswordFile there, for the commands to come.');
}
const hasPassword = (settings) => 'password' in settings && settings.password !== undefined;
/** The settings have been read from it before, so it is sound. */
async function currentContent(path) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text.replace(/^\uFEFF/, ''));
}
