import type { WindowsCommand } from './command.js';
import { windowsCommandLine } from './command-line.js';

/** The name of a program in a batch file: never looked for in the current directory. */
const SYSTEM32 = '%SystemRoot%\\System32\\';

/** What a batch file does, in this order. */
interface Steps {
  /** The file without which a service of this name is another program's, and is left alone. */
  owner?: { service: string; file: string };
  /** Tasks that are replaced only if a definition of theirs contains this text. */
  tasks?: { names: readonly string[]; contains: string };
  before?: readonly WindowsCommand[];
  /** Made if they are missing. */
  directories?: readonly string[];
  copies?: readonly (readonly [from: string, to: string])[];
  commands: readonly WindowsCommand[];
}

/** A batch file that works in its own directory, and ends with the first step that fails. */
export const batchFile = (
  version: string,
  { owner, tasks, before = [], directories = [], copies = [], commands }: Steps,
): string =>
  [
    '@echo off',
    `rem Written by scimctl service ${version}. Run it as an administrator.`,
    `${SYSTEM32}chcp.com 65001 > nul`,
    'cd /d "%~dp0" || exit /b 1',
    ...(owner ? [refusal(owner)] : []),
    ...(tasks?.names ?? []).map((name) => taskRefusal(name, tasks?.contains ?? '')),
    ...before.map(step),
    ...directories.map((path) => `if not exist ${inBatch(path)} mkdir ${inBatch(path)} || exit /b 1`),
    ...copies.map(([from, to]) => `copy /y ${inBatch(from)} ${inBatch(to)} || exit /b 1`),
    ...commands.map(step),
  ]
    .map((line) => `${line}\r\n`)
    .join('');

const refusal = ({ service, file }: { service: string; file: string }): string =>
  `${SYSTEM32}sc.exe query ${service} > nul && if not exist ${inBatch(file)} (echo Another program has a service ${service}. Use --name. & exit /b 1)`;

function taskRefusal(name: string, contains: string): string {
  const query = `${SYSTEM32}schtasks.exe /query /tn ${name}`;
  const search = `${SYSTEM32}findstr.exe /l /c:"${contains}"`;
  return `${query} > nul 2> nul && (${query} /xml | ${search} > nul || (echo Another program has a task ${name}. Use --name. & exit /b 1))`;
}

const step = (command: WindowsCommand): string => {
  const { mayFail, otherwise, refusal: found } = command;
  if (found !== undefined) return `${batchLine(command)} > nul && (echo ${echoed(found)} & exit /b 1)`;
  const lines = [command, ...(otherwise ? [otherwise] : [])].map(batchLine);
  return [...lines, ...(mayFail ? [] : ['exit /b 1'])].join(' || ');
};

const batchLine = ({ program, args }: WindowsCommand): string =>
  [`${SYSTEM32}${program}.exe`, ...args.map(inBatch)].join(' ');

/** A text that cmd prints: every sign that it would read is escaped. */
const echoed = (text: string): string => text.replace(/[&|<>^()"]/g, '^$&').replaceAll('%', '%%');

/** In quotes where cmd would read a sign of it; `%` begins a variable even there. */
function inBatch(word: string): string {
  const line = windowsCommandLine([word]).replaceAll('%', '%%');
  return line.startsWith('"') || !/[&|<>^(),;=]/.test(line) ? line : `"${line}"`;
}
