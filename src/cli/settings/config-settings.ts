import { join, resolve } from 'node:path';
import { NotText, readTextFile } from '../../files/text-file.js';
import { configurationProblem, type Problem } from '../../problem.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import { parseTimeout, TIMEOUT } from '../input/parse.js';
import { asTyped } from '../input/quantity.js';

/** What the config file may hold. Every field can also be set by flag or environment. */
export interface ConfigFile {
  /** Any connection setting; paths in it are relative to the config file. Without the password, preferably. */
  database?: string;
  /** A file that holds the database password and nothing else. */
  databasePasswordFile?: string;
  schema?: string;
  /** How long to wait for the database at a stretch: `30s`, or a number of seconds. */
  timeout?: string | number;
  /** The file with the keys for keyed token hashes. */
  tokenKeysFile?: string;
  /** `true`: tokens hashed without a key are refused. */
  requireKeyedTokens?: string | boolean;
  /** The Ed25519 key that heads of the audit trail are signed with. */
  signingKeyFile?: string;
  /** The options of `serve`, by their names in camel case. */
  serve?: Record<string, unknown>;
}

export interface Settings extends ConfigFile {
  schema: string;
  /** `timeout` in milliseconds, whoever said it. */
  timeoutMs?: number;
  /** Where the connection setting came from, for messages. */
  databaseFrom?: '--database' | 'SCIMCTL_DATABASE' | 'config file';
  /** What relative paths in the connection setting are relative to. */
  baseDirectory: string;
  /** The config file that was read. */
  configFile?: string;
}

/** The fields with the types of JSON that they may have. */
const KNOWN_FIELDS = new Map([
  ['$schema', ['string']],
  ['database', ['string']],
  ['databasePasswordFile', ['string']],
  ['schema', ['string']],
  ['timeout', ['string', 'number']],
  ['tokenKeysFile', ['string']],
  ['requireKeyedTokens', ['string', 'boolean']],
  ['signingKeyFile', ['string']],
]);
/** The fields that hold fields of their own. */
const GROUPS = ['serve'];

/** Schemas that belong to the server or to the reference host application, and words that SQL reserves. */
const NOT_OURS =
  /^(pg_.*|sys|dbo|guest|public|information_schema|db_.*|app|user|order|group|table|select|schema|index|view|grant|check|default|primary|references|to|from|where|all|and|or|not|in|on|as)$/;

/**
 * Merges flags, environment and config file, in this order of strength.
 * @param configMayBeMissing for whoever is about to write it.
 * @throws Problem `config-…`.
 */
export async function readSettings(
  globals: Globals,
  world: World,
  { configMayBeMissing = false } = {},
): Promise<Settings> {
  const path = configPath(globals, world);
  const file = await readConfigFile(path, globals.config !== undefined && !configMayBeMissing);
  const fromFlags = globals.database;
  const schema = world.env.SCIMCTL_SCHEMA || file?.schema || 'scim';
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema) || NOT_OURS.test(schema)) {
    throw configurationProblem(
      'schema-name-invalid',
      `${JSON.stringify(schema)} is not a valid name for the schema.`,
      {
        hint: 'Use lower-case letters, digits and underscores, and no reserved word or system schema; for example: scim.',
      },
    );
  }
  return {
    ...file,
    schema,
    timeoutMs:
      globals.timeoutMs ??
      (file?.timeout === undefined || file.timeout === ''
        ? undefined
        : configuredTimeout(file.timeout, path)),
    database: fromFlags ?? file?.database,
    databaseFrom: fromFlags
      ? fromFlags === world.env.SCIMCTL_DATABASE
        ? 'SCIMCTL_DATABASE'
        : '--database'
      : file?.database
        ? 'config file'
        : undefined,
    baseDirectory: !fromFlags && file ? resolve(path, '..') : world.cwd,
    configFile: file && path,
  };
}

/** @throws Problem `config-invalid`. */
function configuredTimeout(value: string | number, path: string): number {
  try {
    return parseTimeout(asTyped(value, TIMEOUT));
  } catch (error) {
    throw configurationProblem(
      'config-invalid',
      `The field "timeout" of the config file ${path} cannot be ${JSON.stringify(value)}.`,
      { hint: (error as Problem).hint },
    );
  }
}

/** The config file that is meant: the named one, or the one that is looked for. */
export const configPath = (globals: Globals, world: World): string =>
  globals.config ? resolve(world.cwd, globals.config) : defaultConfigFile(world);

/** `~/.config/scimctl/config.json`, or `%APPDATA%\scimctl\config.json`. */
export function defaultConfigFile(world: World): string {
  const { env, platform, homeDirectory } = world;
  const base =
    platform === 'win32'
      ? env.APPDATA || join(homeDirectory, 'AppData', 'Roaming')
      : env.XDG_CONFIG_HOME || join(env.HOME || homeDirectory, '.config');
  return join(base, 'scimctl', 'config.json');
}

async function readConfigFile(path: string, named: boolean): Promise<ConfigFile | undefined> {
  let text: string;
  try {
    text = await readTextFile(path);
  } catch (error) {
    if (!named && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const why = error instanceof NotText ? `: it is ${error.code}` : '';
    throw configurationProblem('config-unreadable', `The config file ${path} cannot be read${why}.`, {
      hint: 'Name another file with --config, or create one with `scimctl init`.',
      cause: error,
    });
  }
  return parseConfigFile(text, path);
}

function parseConfigFile(text: string, path: string): ConfigFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text, which may hold a password: it is not passed on.
    const at = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const where = at ? ` (line ${text.slice(0, Number(at)).split('\n').length})` : '';
    throw configurationProblem('config-invalid', `The config file ${path} is not valid JSON${where}.`, {
      hint: /\\(?!["\\/bfnrtu])/.test(text)
        ? TWO_BACKSLASHES
        : 'Correct the syntax, or create a new file with `scimctl init`.',
    });
  }
  const fields =
    typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? Object.entries(parsed)
      : undefined;
  const wrong = fields?.find(([name, value]) =>
    GROUPS.includes(name) ? !isGroup(value) : !KNOWN_FIELDS.get(name)?.includes(typeof value),
  );
  if (!fields || wrong) {
    const what = wrong ? `the field ${JSON.stringify(wrong[0])}` : 'a value that is not a JSON object';
    throw configurationProblem(
      'config-invalid',
      `The config file ${path} contains ${what}, which is not valid.`,
      {
        hint: `Valid fields are ${[...KNOWN_FIELDS.keys()].slice(1).join(', ')}, and serve, which contains the options of scimctl serve.`,
      },
    );
  }
  const broken = withControlCharacter(parsed, '');
  if (broken !== undefined) {
    throw configurationProblem(
      'config-invalid',
      `The config file ${path} contains a control character in the field ${broken}, as a single backslash makes one.`,
      { hint: TWO_BACKSLASHES },
    );
  }
  return parsed as ConfigFile;
}

const TWO_BACKSLASHES =
  'In JSON, write each backslash of a path twice, as in "C:\\\\ProgramData\\\\scimctl\\\\database.txt", or use / instead.';

/** The first field with one. In `C:\temp` and `C:\new`, JSON reads a tab and a new line. */
function withControlCharacter(value: unknown, name: string): string | undefined {
  if (typeof value === 'string') return /\p{Cc}/u.test(value) ? name : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = withControlCharacter(inner, name === '' ? key : `${name}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An object of plain values. */
const isGroup = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => ['string', 'number', 'boolean'].includes(typeof one));
