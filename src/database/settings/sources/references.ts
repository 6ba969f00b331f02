import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { configurationProblem } from '../../../problem.js';
import { invalidSetting } from '../invalid.js';
import { connectionFromJson } from './dotnet-json.js';
import { chooseXmlConnection, connectionsFromXml } from './dotnet-xml.js';
import { readNamedFile } from './files.js';

export interface FoundText {
  text: string;
  /** Relative paths inside the text are relative to this. */
  directory: string;
  /** The file that the text stands in. */
  file?: string;
}

const MAX_STEPS = 5;

/**
 * Follows `@file`, `@file#name`, `appsettings.json#ConnectionStrings:Main`, `web.config#Main` and
 * `env:NAME` until the setting itself is found.
 * @throws Problem `connection-setting-invalid`, `connection-file-unreadable`, `connection-variable-unset`
 */
export async function followReferences(
  text: string,
  directory: string,
  env: NodeJS.ProcessEnv,
  file?: string,
): Promise<FoundText> {
  let found: FoundText = { text: text.trim(), directory, file };
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = await follow(found, env);
    if (next === undefined) return found;
    found = { ...next, text: next.text.trim() };
  }
  throw invalidSetting(
    'The connection setting refers to itself, or contains too many references.',
    'Write the setting itself into the last file or variable.',
  );
}

async function follow(
  { text, directory }: FoundText,
  env: NodeJS.ProcessEnv,
): Promise<FoundText | undefined> {
  const variable = /^env:(.*)$/s.exec(text)?.[1];
  if (variable !== undefined) return { text: variableNamed(variable.trim(), env), directory };
  const reference = text.startsWith('@') ? text.slice(1) : looksLikeFile(text) ? text : undefined;
  if (reference === undefined) return undefined;
  const { file, name } = fileAndName(reference, directory);
  if (file === '' || file.includes('\n')) {
    throw invalidSetting('The connection setting does not name a file.', 'Write @path/to/file.');
  }
  const path = resolve(directory, file);
  return { text: await settingIn(path, name), directory: dirname(path), file: path };
}

/**
 * What a reference to a file names: the file, and what is after the last `#`. Where there is a file with the `#` in its
 * path, that is the file.
 * @param reference without the `@`.
 */
export function fileAndName(reference: string, directory: string): { file: string; name?: string } {
  const [, file = '', name] = /^(.*)#([^#]*)$/s.exec(reference) ?? [];
  if (name === undefined || existsSync(resolve(directory, reference))) return { file: reference };
  return { file, name };
}

/** The two forms that mean a file without a leading `@`: nothing else has these ends. */
const looksLikeFile = (text: string) =>
  /^[^=;\n]+\.(json|config)(#[^=;\n]*)?$/i.test(text) && !/^\w+:\/\//.test(text);

function variableNamed(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value) return value;
  throw configurationProblem(
    'connection-variable-unset',
    /^\w{1,80}$/.test(name)
      ? `The environment variable ${name} for the connection setting is not set.`
      : 'The connection setting env:… does not name an environment variable.',
    { hint: 'Set the variable, or name another variable.' },
  );
}

async function settingIn(path: string, name: string | undefined): Promise<string> {
  const text = (await readNamedFile(path, name)).trim();
  if (text === '')
    throw invalidSetting(`The file ${path} is empty.`, 'Write the connection setting into it.');
  if (text.startsWith('{')) return connectionFromJson(text, name);
  if (!text.startsWith('<')) {
    if (name === undefined) return text;
    throw invalidSetting(
      `The file ${path} is neither JSON nor XML, so that nothing in it can be named after #.`,
      'Leave out the part from # on.',
    );
  }
  const { connections, elsewhere } = connectionsFromXml(text);
  if (elsewhere === undefined) return chooseXmlConnection(connections, name);
  // .NET allows one step, to a file whose root is the section; Windows paths there are relative.
  const other = resolve(dirname(path), elsewhere.replaceAll('\\', '/'));
  const section = connectionsFromXml(await readNamedFile(other));
  return chooseXmlConnection([...connections, ...section.connections], name);
}
