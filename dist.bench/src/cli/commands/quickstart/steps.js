import { join } from 'node:path';
import { installReference } from '../../../core/host/install-reference.js';
import { linkSampleUsers, SAMPLE_IDPS, SAMPLE_SSO_PROVIDER } from '../../../core/quickstart/sample-links.js';
import { addServiceAccount } from '../../../core/service-accounts/add.js';
import { listAccounts } from '../../../core/service-accounts/service-account.js';
import { migrate } from '../../../database/migrator/migrate.js';
import { Problem } from '../../../problem.js';
import { toolVersion } from '../../../version.js';
import { readSettings } from '../../settings.js';
import { ensureToken } from './token-files.js';
/** Connects by the config file, as every later command will. */
export async function openQuickstart(context, { directory, config, isNew }) {
    const { globals, world, talk } = context;
    const where = join(directory, 'database');
    talk.note(isNew ? `Making an embedded database in ${where} ...` : `Opening the embedded database in ${where} ...`);
    context.useSettings(await readSettings({ ...globals, config, database: undefined }, world));
    return context.database();
}
/** Schema, host application, service accounts, tokens and users: whatever is missing is added. */
export async function fillQuickstart(context, database, { directory }) {
    const { talk, world } = context;
    const { applied, version } = await migrate(database, toolVersion());
    talk.done(applied.length > 0
        ? `Schema: installed, version ${version}.`
        : `Schema: there already, version ${version}.`);
    const core = await context.core();
    const { installed } = await installReference(core);
    talk.done(installed ? 'Host application: sample installed in schema app.' : 'Host application: there already.');
    const tokens = [];
    for (const name of SAMPLE_IDPS) {
        const added = await ensureAccount(core, name);
        const token = await ensureToken(core, name, directory, world);
        tokens.push(token);
        talk.done(`IdP ${name}: ${added ? 'added' : 'there already'}; ${token.created ? `token written to ${token.file}` : 'has a token already'}.`);
    }
    const accounts = await listAccounts(core);
    const linked = await linkSampleUsers(core, accounts);
    talk.done(linked > 0 ? `Users: ${linked} linked to their IdPs, some of whom have left.` : 'Users: linked already.');
    return { core, tokens, accounts };
}
/** @returns whether it was not there yet. */
async function ensureAccount(core, name) {
    const accounts = await listAccounts(core);
    if (accounts.some((account) => account.name === name))
        return false;
    try {
        await addServiceAccount(core, { name, kind: name, ssoProvider: SAMPLE_SSO_PROVIDER });
        return true;
    }
    catch (error) {
        // Another quickstart was quicker.
        if (error instanceof Problem && error.code === 'idp-name-taken')
            return false;
        throw error;
    }
}
