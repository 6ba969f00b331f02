import { join } from 'node:path';
import type { ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { World } from '../../../world.js';
import { shellWord } from '../../output/shell-word.js';
import { DEFAULT_PORT } from '../../shared/default-port.js';
import { nearPath, programOf } from '../../shared/pasted.js';
import type { QuickstartDirectory } from './directory.js';

export interface NextStep {
  does: string;
  /** Works when pasted into sh, PowerShell or cmd where the user stands. */
  command: string;
}

/** What to try now. What goes on until it is ended comes behind all that ends by itself. */
export function stepsAfterQuickstart(
  place: QuickstartDirectory,
  accounts: readonly ServiceAccount[],
  world: World,
): NextStep[] {
  const command = (words: string) => `${programOf(world)} ${databaseOf(place, world)} ${words}`;
  const entra = accounts.find(({ name }) => name === 'entra');
  return [
    { does: 'List the users whose account an administrator must disable', command: command('users pending') },
    { does: 'Print the same list for an auditor', command: command('users pending -o csv') },
    { does: 'Print the settings to enter in Microsoft Entra ID', command: command('idp sheet entra') },
    { does: 'Print the settings to enter in Okta', command: command('idp sheet okta') },
    // A third live token would be refused.
    entra && entra.tokens.active > 1
      ? { does: 'List the tokens of an IdP', command: command('token list --idp entra') }
      : { does: 'Replace a token without an outage', command: command('token rotate --idp entra') },
    { does: 'List the free licence seats', command: command('seats') },
    { does: 'List who did what', command: command('audit list') },
    { does: 'Run the SCIM endpoint until you press Ctrl-C', command: command('serve') },
    { does: 'Test the endpoint as Okta would, in another terminal', command: probeOf(place, world) },
  ];
}

/** With Okta's token: that of Entra may have been replaced, by the step above, for longer than it stays valid. */
function probeOf({ directory }: QuickstartDirectory, world: World): string {
  const file = shellWord(nearPath(join(directory, 'okta.token'), world), world.platform);
  const url = `http://127.0.0.1:${DEFAULT_PORT}/scim/v2`;
  return `${programOf(world)} probe --url ${url} --idp okta --token-file ${file}`;
}

/** The config file; where SCIMCTL_DATABASE, which beats it, leads elsewhere, the database itself. */
function databaseOf({ directory, config }: QuickstartDirectory, world: World): string {
  if (!world.env.SCIMCTL_DATABASE) return `--config ${shellWord(nearPath(config, world), world.platform)}`;
  return `--database ${shellWord(`embedded:${nearPath(join(directory, 'database'), world)}`, world.platform)}`;
}
