import { join } from 'node:path';
import type { Core } from '../../../core/core.js';
import { installReference } from '../../../core/host/install-reference.js';
import { linkSampleUsers, SAMPLE_IDPS, SAMPLE_SSO_PROVIDER } from '../../../core/host/sample-links.js';
import { addServiceAccount } from '../../../core/service-accounts/add.js';
import { listAccounts, type ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { Database } from '../../../database/database.js';
import { migrate } from '../../../database/migrator/migrate.js';
import { toolVersion } from '../../../installation/version.js';
import { Problem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { readSettings } from '../../settings/config-settings.js';
import type { QuickstartDirectory } from './directory.js';
import { ensureToken, type QuickstartToken } from './token-files.js';

/** Connects by the config file, as every later command will. */
export async function openQuickstart(context: Context, { directory, config, isNew }: QuickstartDirectory) {
  const { globals, world, talk } = context;
  const where = join(directory, 'database');
  talk.note(
    isNew ? `Creating an embedded database in ${where} ...` : `Opening the embedded database in ${where} ...`,
  );
  context.useSettings(await readSettings({ ...globals, config, database: undefined }, world));
  return context.database();
}

/** Schema, host application, service accounts, tokens and users: whatever is missing is added. */
export async function fillQuickstart(
  context: Context,
  database: Database,
  { directory }: QuickstartDirectory,
) {
  const { talk, world } = context;
  const { applied, version } = await migrate(database, toolVersion());
  talk.done(
    applied.length > 0
      ? `Schema: installed, version ${version}.`
      : `Schema: already installed, version ${version}.`,
  );
  const core = await context.core();
  const { installed } = await installReference(core);
  talk.done(
    installed
      ? 'Host application: sample application installed in the schema app.'
      : 'Host application: already installed.',
  );

  const tokens: QuickstartToken[] = [];
  for (const name of SAMPLE_IDPS) {
    const added = await ensureAccount(core, name);
    const token = await ensureToken(core, name, directory, world);
    tokens.push(token);
    talk.done(
      `IdP ${name}: ${added ? 'added' : 'already exists'}; ${token.created ? `token written to ${token.file}` : 'already has a token'}.`,
    );
  }
  const accounts = await listAccounts(core);
  const linked = await linkSampleUsers(core, accounts);
  talk.done(
    linked > 0 ? `Users: ${linked} linked to their IdPs; some of them have left.` : 'Users: already linked.',
  );
  return { core, tokens, accounts };
}

/** @returns whether it was not there yet. */
async function ensureAccount(core: Core, name: ServiceAccount['kind']): Promise<boolean> {
  const accounts = await listAccounts(core);
  if (accounts.some((account) => account.name === name)) return false;
  try {
    await addServiceAccount(core, { name, kind: name, ssoProvider: SAMPLE_SSO_PROVIDER });
    return true;
  } catch (error) {
    // Another quickstart was quicker.
    if (error instanceof Problem && error.code === 'idp-name-taken') return false;
    throw error;
  }
}
