import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.js';
import type { Product } from '../support/databases/product.js';
import { temporaryDirectory } from '../support/environment.js';
import { allCommands, commandLinesOf } from '../support/processes/commands.js';
import { type Heard, runHere, type WorldOptions } from '../support/processes/world.js';

/** What the cases of one table share. */
export interface Scene {
  /** What `SCIMCTL_DATABASE` holds, unless a case says otherwise. */
  url?: string;
  /** The product behind it, where there is one. */
  product?: Product;
  /** `http://127.0.0.1:PORT/scim/v2` of that product, where it is served. */
  endpoint?: string;
}

/** One command line, and what is around it. */
export interface Attempt {
  /** Without `scimctl`; a text is split at its blanks. */
  words: string | readonly string[];
  env?: Record<string, string | undefined>;
  stdin?: string;
}

/** Where a case is played. */
export interface Stage extends Scene {
  /** The working directory, new for each case. */
  directory: string;
  /** Runs a command line, which must end with 0 or one of the codes, and reads its JSON. */
  run<T = unknown>(words: Attempt['words'], env?: Attempt['env'], codes?: readonly number[]): Promise<T>;
}

/** What a function returns that may also return nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: so that `async () => { … }` is one
export type Perhaps<T> = T | void;

/** What `given` may say once it knows. */
type Given = Partial<Attempt> & Pick<AdviceCase, 'fill'>;

/**
 * A command that fails with a problem. Every command in backticks that the hint of the problem names is run as it is
 * written there and must succeed; then what the hint says besides is done by `follow`; then the first command
 * must succeed, as `follow` has changed it.
 */
export interface AdviceCase {
  /** The code of the problem. */
  code: string;
  /** What tells this case from others of its code. */
  about?: string;
  /** What comes before: makes the problem. May return the command line where it depends on what was made. */
  given?: (stage: Stage) => Promise<Perhaps<Given>> | Perhaps<Given>;
  words?: Attempt['words'];
  env?: Attempt['env'];
  stdin?: string;
  /** What stands for the words in capitals in the commands of the hint. */
  fill?: Readonly<Record<string, string>>;
  /** Which of the commands of the hint this case runs, where the hint names one or the other; all, when left out. */
  choose?: (line: string) => boolean;
  /** Exit codes of the commands of the hint that count as success beside 0, where they report what is wrong. */
  reports?: readonly number[];
  /** For commands of the hint that another person runs, such as a DBA. */
  as?: (stage: Stage) => Attempt['env'];
  /** What the hint must say; `follow` gets what it found. */
  says?: RegExp;
  follow?: (found: string[], stage: Stage) => Promise<Perhaps<Partial<Attempt>>> | Perhaps<Partial<Attempt>>;
}

/** Registers a test for each case. */
export function playCases(cases: readonly AdviceCase[], scene: () => Scene): void {
  for (const one of cases) {
    it(`${one.code}${one.about === undefined ? '' : `: ${one.about}`}`, () => play(one, scene()));
  }
}

/** A stage of its own for a case. */
export async function stageOn(scene: Scene): Promise<Stage> {
  const directory = await temporaryDirectory('advice');
  const stage: Stage = {
    ...scene,
    directory,
    run: async (words, env, codes = [0]) => {
      const heard = await attempt({ words: [...wordsOf(words), '-o', 'json'], ...(env && { env }) }, stage);
      assert.ok(codes.includes(heard.code), heard.stderr);
      return JSON.parse(heard.stdout);
    },
  };
  return stage;
}

async function play(one: AdviceCase, scene: Scene): Promise<void> {
  const stage = await stageOn(scene);
  const { fill = one.fill, ...given } = (await one.given?.(stage)) ?? {};
  const first: Attempt = { words: one.words ?? [], env: one.env, stdin: one.stdin, ...given };

  const failed = await attempt(first, stage);
  assert.notEqual(failed.code, 0, `it did not fail: ${failed.stdout}`);
  const { code, hint } = problemIn(failed.stderr);
  assert.equal(code, one.code, failed.stderr);
  assert.deepEqual(await strangeOptions(hint, wordsOf(first.words)), [], `${hint}: options of the command`);

  await runCommandsOf(hint, { as: () => first.env, ...one, fill }, stage);
  const found = one.says?.exec(hint);
  if (one.says) assert.ok(found, `${hint} does not say ${one.says}`);
  const next = { ...first, ...(await one.follow?.(found ? [...found] : [], stage)) };
  const again = await attempt(next, stage);
  assert.equal(again.code, 0, `after "${hint}": ${again.stderr}${again.stdout}`);
}

/** The options that a hint names outside of commands in backticks, and that the command that failed does not have. */
export async function strangeOptions(hint: string, words: readonly string[]): Promise<string[]> {
  const named = hint.replace(/`[^`]*`/g, '').match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
  const typed = words.join(' ');
  const command = (await allCommands())
    .filter(({ path }) => ` ${typed} `.includes(` ${path.join(' ')} `))
    .sort((a, b) => b.path.length - a.path.length)[0]?.command;
  const known = [...GLOBAL_OPTIONS, ...(command?.options ?? [])].flatMap(
    ({ flags }) => flags.match(/--[a-z-]+/g) ?? [],
  );
  // Every command has its help.
  return command ? named.filter((flag) => flag !== '--help' && !known.includes(flag)) : [];
}

/** The problem as a person sees it: `Error: What happened. [code]`, and what to do on the next line. */
function problemIn(stderr: string): { code: string; hint: string } {
  const [, code = '', hint = ''] = /^Error: .* \[([a-z-]+)\](?:\n {2}(.*))?$/m.exec(stderr) ?? [];
  return { code, hint };
}

/** Runs what stands in backticks, as a reader would paste it into sh, PowerShell or cmd.exe. */
export async function runCommandsOf(
  advice: string,
  {
    fill = {},
    reports = [],
    as,
    choose = () => true,
  }: Pick<AdviceCase, 'fill' | 'reports' | 'as' | 'choose'>,
  stage: Stage,
): Promise<void> {
  for (const line of commandsIn(advice).filter(choose)) {
    const words = (commandLinesOf(line)[0] ?? []).map((word) => fill[word] ?? word);
    const blanks = words.filter((word) => /^[A-Z][A-Z-]+$/.test(word));
    assert.deepEqual(blanks, [], `${line}: the case does not say what stands for these`);
    if (ELSEWHERE.includes(words[0] ?? '')) continue;
    // At a terminal it would ask, and the answer is yes.
    const heard = await attempt({ words: [...words, '--yes'], env: as?.(stage) }, stage);
    assert.ok(
      [0, ...reports].includes(heard.code),
      `"${line}" of the advice: ${heard.stderr}${heard.stdout}`,
    );
  }
}

/** They ask at a terminal, or take long, and have tests of their own. */
const ELSEWHERE = ['init', 'quickstart'];

/** The command lines of scimctl that a text names, without `scimctl`. */
export function commandsIn(advice: string): string[] {
  return [...advice.matchAll(/`scimctl ([^`$]+)`/g)].map(([, line = '']) => {
    assert.match(line, PASTABLE, `${line} does not mean the same in sh, PowerShell and cmd.exe`);
    return line;
  });
}

/** Words that no shell changes, or in double quotes. PowerShell makes two arguments of a word with a comma. */
const WORD = /[A-Za-z0-9_.:/=+-][A-Za-z0-9_.:/=+@-]*|"(?:[^"$`!\\]|\\(?=[\p{L}\p{N}]))*"/u.source;
const PASTABLE = new RegExp(`^(?:${WORD})(?: (?:${WORD}))*$`, 'u');

const attempt = (
  { words, env, stdin }: Attempt,
  { url, directory }: Pick<Stage, 'url' | 'directory'>,
): Promise<Heard> => {
  const options: WorldOptions = {
    env: { ...(url !== undefined && { SCIMCTL_DATABASE: url }), XDG_CONFIG_HOME: directory, ...env },
    cwd: directory,
    // Else the endpoint would go on for ever.
    interruptWhen: /"event":"listening"/,
    ...(stdin !== undefined && { stdin }),
  };
  return runHere(wordsOf(words), options);
};

const wordsOf = (words: Attempt['words']): string[] =>
  typeof words === 'string' ? words.split(' ').filter((word) => word !== '') : [...words];
