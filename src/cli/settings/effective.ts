import { connectionNames } from '../../database/settings/describe.js';
import type { ConnectionSettings } from '../../database/settings/settings.js';
import type { World } from '../../world.js';
import { SERVE_SETTINGS } from '../commands/serve/declared.js';
import { readServeSettings } from '../commands/serve/settings.js';
import type { Context } from '../context.js';
import { switchOf } from '../input/switch.js';
import { ENVIRONMENT } from './environment.js';

/** A setting as it is in force. Texts that could name a person, a server or a secret are only said to be set. */
export interface EffectiveSetting {
  name: string;
  /** `--database`, `SCIMCTL_TIMEOUT`, `config file`, `default`. */
  source: string;
  value: unknown;
}

/** In place of a text that is set. */
const SET = '[set]';

/**
 * Every setting that is in force, and where it comes from.
 * @throws Problem `config-…` or `setting-invalid`, as the commands do that need the setting.
 */
export async function effectiveSettings(context: Context): Promise<EffectiveSetting[]> {
  const { world, globals } = context;
  const { env } = world;
  const settings = await context.settings();
  const file = 'config file';
  const from = (variable: string, inFile: unknown): string | undefined =>
    env[variable] ? variable : inFile === undefined ? undefined : file;
  const secret = (name: string, variables: readonly string[], inFile?: unknown): EffectiveSetting[] => {
    const source = variables.find((variable) => env[variable]) ?? (inFile === undefined ? undefined : file);
    return source === undefined ? [] : [{ name, source, value: SET }];
  };
  const timeout =
    globals.timeoutMs === undefined ? undefined : env.SCIMCTL_TIMEOUT ? 'SCIMCTL_TIMEOUT' : '--timeout';
  return [
    {
      name: 'config',
      source: env.SCIMCTL_CONFIG ? 'SCIMCTL_CONFIG' : globals.config ? '--config' : 'default',
      value: settings.configFile === undefined ? 'no file' : SET,
    },
    { name: 'database', source: settings.databaseFrom ?? 'default', value: settings.database ? SET : null },
    ...secret(
      'databasePassword',
      ['SCIMCTL_DATABASE_PASSWORD', 'SCIMCTL_DATABASE_PASSWORD_FILE'],
      settings.databasePasswordFile,
    ),
    {
      name: 'schema',
      source: env.SCIMCTL_SCHEMA ? 'SCIMCTL_SCHEMA' : settings.schema === 'scim' ? 'default' : file,
      value: settings.schema,
    },
    {
      name: 'timeout',
      source: timeout ?? (settings.timeoutMs === undefined ? 'default' : file),
      value: settings.timeoutMs ?? null,
    },
    ...secret('tokenKeys', ['SCIMCTL_TOKEN_KEYS', 'SCIMCTL_TOKEN_KEYS_FILE'], settings.tokenKeysFile),
    {
      name: 'requireKeyedTokens',
      source: from('SCIMCTL_REQUIRE_KEYED_TOKENS', settings.requireKeyedTokens) ?? 'default',
      value:
        switchOf(env.SCIMCTL_REQUIRE_KEYED_TOKENS || String(settings.requireKeyedTokens ?? false)) ?? null,
    },
    ...secret('signingKey', ['SCIMCTL_SIGNING_KEY_FILE'], settings.signingKeyFile),
    ...(await serveSettings(context)),
    // Of others only that they are set.
    ...ENVIRONMENT.filter(({ name }) => env[name] && !/^(?:SCIMCTL_|PG\*)/.test(name)).map(({ name }) => ({
      name,
      source: name,
      value: SET,
    })),
    ...Object.keys(env)
      .filter((name) =>
        /^(?:PG[A-Z]{3,20}|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|HTTPS?_PROXY)$/.test(name),
      )
      .sort()
      .map((name) => ({ name, source: 'environment', value: SET })),
  ];
}

async function serveSettings(context: Context): Promise<EffectiveSetting[]> {
  const { env } = context.world;
  const { serve = {} } = await context.settings();
  const values: Partial<Record<string, unknown>> = { ...(await readServeSettings({}, context)) };
  return SERVE_SETTINGS.map(({ name, env: variable, choices }) => {
    const value = values[name];
    // An address that is posted to, or of a proxy, may name a server or contain a secret.
    const isPlain = ['number', 'boolean'].includes(typeof value) || choices !== undefined;
    const source = env[variable] ? variable : serve[name] === undefined ? 'default' : 'config file';
    return {
      name: `serve.${name}`,
      source,
      value: value === undefined ? null : isPlain || source === 'default' ? value : SET,
    };
  });
}

/** What this run knows that must not leave it: names of the login, the database, the servers, the user and the machine. */
export function namesToWithhold(
  settings: ConnectionSettings | undefined,
  { actor, homeDirectory, cwd }: World,
): (string | undefined)[] {
  const [user = '', machine] = actor.replace(/^cli:/, '').split('@');
  const names = settings === undefined ? [] : connectionNames(settings);
  return [...names, ...user.split('\\'), machine, homeDirectory, cwd];
}
