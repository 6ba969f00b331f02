import type { Context } from '../../context.js';
import { shellWord } from '../../output/shell-word.js';
import { configPath } from '../../settings/config-settings.js';
import { DEFAULT_PORT } from '../../shared/default-port.js';
import { nearPath, programOf } from '../../shared/pasted.js';
import type { Connected } from './connection/connector.js';
import type { InitPlan } from './plan.js';
import type { InitReport } from './report.js';

/** The two commands that come next, on the same database: to be pasted as they are. Nothing where no IdP was added. */
export async function stepsAfterInit(
  context: Context,
  connected: Connected,
  plan: InitPlan,
  { idp, token }: InitReport,
): Promise<string[]> {
  if (!idp) return [];
  const { world } = context;
  const program = programOf(world);
  const { serve = {} } = await context.settings();
  const url = `${serve.tlsCert || serve.tlsPfx ? 'https' : 'http'}://127.0.0.1:${serve.port ?? DEFAULT_PORT}/scim/v2`;
  const file = token?.file === undefined ? '' : ` --token-file ${shellWord(token.file, world.platform)}`;
  const as = idp.kind === 'generic' ? '' : ` --idp ${idp.kind}`;
  const database = await databaseOf(context, connected, plan);
  return [
    '',
    'Next steps',
    '',
    '  Run the SCIM endpoint on this machine until you press Ctrl-C:',
    `  ${[program, 'serve', ...database].join(' ')}`,
    '',
    `  Test the connection from another terminal${file === '' ? ' (asks for the token)' : ''}:`,
    `  ${program} probe --url ${url}${as}${file}`,
  ];
}

/** How a later command finds the same database: by the config file, where it holds it and nothing beats it. */
async function databaseOf(context: Context, { text, isCorrected }: Connected, { config }: InitPlan) {
  const { world, globals } = context;
  const { databaseFrom } = await context.settings();
  const word = (words: string) => shellWord(words, world.platform);
  const isNamed = globals.config !== undefined && globals.config !== world.env.SCIMCTL_CONFIG;
  const named = isNamed ? ['--config', word(nearPath(configPath(globals, world), world))] : [];
  const isFromEnvironment = databaseFrom === 'SCIMCTL_DATABASE' && !isCorrected;
  if (isFromEnvironment || (config?.holdsDatabase && !world.env.SCIMCTL_DATABASE)) return named;
  return [...named, '--database', word(config?.database ?? text)];
}
