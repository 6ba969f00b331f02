import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readTextFile } from '../../files/text-file.js';
import { usageProblem } from '../../problem.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import type { OptionSpec } from '../option.js';
import type { Invocation } from '../program.js';
import { configPath } from '../settings/config-settings.js';

/**
 * Makes sure that no option by which the command writes a file names a file that the command reads, or writes by another
 * option: an export, the config file, a key or password file that a setting names, under whatever name.
 * @throws Problem `options-conflict`.
 */
export async function assertFilesApart(invoked: Invoked, world: World): Promise<void> {
  const { command, options, globals } = invoked;
  const written = (command.options ?? []).filter(
    (one) => one.writes && isFileName(options[keyOf(one.flags)]),
  );
  if (written.length === 0) return;
  const settings = await filesInSettings(configPath(globals, world), globals.database, world);
  const isSetting = (target: string) => settings.some((other) => isSame(other, target));
  // Of two that name the same new file, the general one is named.
  for (const one of written.reverse()) {
    const name = String(options[keyOf(one.flags)]);
    const target = fileCalled(name, world.cwd);
    const flag = /--[a-z-]+/.exec(one.flags)?.[0] ?? one.flags;
    const others = namedBeside(one, invoked, world);
    const isNamed = others.some((other) => isSame(other, target));
    const where = isNamed ? 'another option or argument' : isSetting(target) ? 'a setting' : undefined;
    if (where) {
      throw usageProblem('options-conflict', `${flag} names ${name}, which ${where} names, too.`, {
        hint: 'Write to another file.',
      });
    }
  }
}

interface Invoked extends Pick<Invocation, 'command' | 'options'> {
  globals: Globals;
}

/** The files that the other options and arguments name, whether they are there yet or not. */
function namedBeside(one: OptionSpec, { command, options, globals }: Invoked, world: World): string[] {
  const others = (command.options ?? []).filter((other) => other !== one).map(({ flags }) => flags);
  const places = [...others, ...(command.arguments ?? []).map(({ syntax }) => syntax)];
  const values = places.flatMap((place): unknown[] => {
    const given = [options[keyOf(place)]].flat();
    if (/[<[](file|directory)/i.test(place)) return given;
    // `--answer NAME=@FILE`.
    return given.flatMap((value) => (typeof value === 'string' ? (/=@(.+)$/s.exec(value)?.[1] ?? []) : []));
  });
  return [...values, globals.config].filter(isFileName).map((name) => fileCalled(name, world.cwd));
}

const isFileName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value !== '-';

/** The files that are there among those that the config file, the variables and the connection setting name. */
async function filesInSettings(
  config: string,
  database: string | undefined,
  { env, cwd }: World,
): Promise<string[]> {
  const variables = Object.entries(env).filter(([name]) => /^(SCIMCTL_|PGPASSFILE$|PGSSL)/.test(name));
  const named = (texts: readonly (string | undefined)[], directory: string) =>
    texts
      .flatMap((text) => (text === undefined ? [] : partsOf(text)))
      .map((name) => fileCalled(name, directory));
  return [
    fileCalled(config, cwd),
    ...named([...variables.map(([, value]) => value), database], cwd),
    ...named(await textsIn(config), dirname(fileCalled(config, cwd))),
  ].filter(isThere);
}

/** What may be the name of a file in a setting: `@FILE`, `@FILE#NAME`, and `sslrootcert=FILE` of a connection. */
const partsOf = (text: string): string[] =>
  [
    text,
    text.replace(/^@/, ''),
    text.replace(/^@(.*)#[^#]*$/s, '$1'),
    ...text.split(/[?&;=]/).map(decoded),
  ].filter(isFileName);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** All texts of the config file; none where it cannot be read, which the command says itself. */
async function textsIn(config: string): Promise<string[]> {
  const found: string[] = [];
  try {
    JSON.parse(await readTextFile(config), (key, value) => {
      if (typeof value === 'string' && key !== 'schema') found.push(value);
      return value;
    });
  } catch {
    return [];
  }
  return found;
}

/** The file of this name behind all links, whether it is there yet or not. */
function fileCalled(name: string, directory: string): string {
  const path = resolve(directory, name);
  try {
    return realpathSync(path);
  } catch {
    // A new file in a directory that is there.
    return dirname(path) === path ? path : join(fileCalled(dirname(path), directory), basename(path));
  }
}

/** By name, and where both are there, by what they are: a file has several names where case does not count. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [identityOf(one), identityOf(other)];
  return a !== undefined && a === b;
}

const isThere = (path: string): boolean => identityOf(path) !== undefined;

function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** `--since-last <file>` is `sinceLast`, and `<file...>` is `file`. */
const keyOf = (place: string): string =>
  (/--([a-z-]+)/.exec(place)?.[1] ?? /[a-z-]+/.exec(place)?.[0] ?? '').replace(/-(.)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
