import { printable } from '../../printable.js';
import { Problem, usageProblem } from '../../problem.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import { cutTo } from '../output/width.js';
import { sentences } from '../output/wrap.js';
import { withoutColour } from './without-colour.js';

export interface PromptChoice<T> {
  name: string;
  value: T;
  description?: string;
}

/** Says what is wrong with an answer, or true. */
export type AnswerCheck = (answer: string) => true | string | Promise<true | string>;

/** Questions to a person. Only there when stdin and stdout are both terminals and --no-input is absent. */
export interface Prompts {
  readonly available: boolean;
  text(question: string, options?: { initial?: string; check?: AnswerCheck }): Promise<string>;
  password(question: string): Promise<string>;
  choose<T>(question: string, choices: readonly PromptChoice<T>[], initial?: T): Promise<T>;
  /** Any number of them, none included. */
  pick<T>(question: string, choices: readonly PromptChoice<T>[]): Promise<T[]>;
  yesNo(question: string, initial?: boolean): Promise<boolean>;
  /**
   * Lets a destructive step go on only with a person's consent, or --yes. Where `name` is given it must be
   * typed, or given with --confirm.
   * @throws Problem `confirmation-missing` without a terminal, `declined` when the answer is no.
   */
  confirm(question: string, severe?: { name: string; confirmed?: string }): Promise<void>;
}

/** @param hintOf what the command says of being interrupted at this moment. */
export function createPrompts(globals: Globals, world: World, hintOf: () => string | undefined): Prompts {
  const available = globals.input && world.stdin.isTTY === true && world.stdout.isTTY === true;
  const ask = <T>(question: Question): Promise<T> => askOne<T>(question, globals, world, hintOf);

  const prompts: Prompts = {
    available,
    text: (message, { initial, check } = {}) =>
      ask({
        type: 'input',
        message,
        default: initial,
        validate: (answer: string) => check?.(answer) ?? true,
      }),
    password: (message) => ask({ type: 'password', message, mask: '*', toggleMask: false }),
    choose: (message, choices, initial) =>
      ask({ type: 'select', message, choices: choices.map(printableChoice), default: initial, loop: false }),
    pick: (message, choices) =>
      ask({
        type: 'checkbox',
        message,
        choices: choices.map((choice) => {
          const { name, ...rest } = printableChoice(choice);
          // A line each: inquirer would break longer ones in the middle of a word.
          return { name: cutTo(name, (world.stdout.columns ?? 80) - PICK_MARK), ...rest };
        }),
        pageSize: PICKED_FROM_AT_ONCE,
        loop: false,
        // Each is picked by hand: one key for all of them would be pressed by mistake.
        shortcuts: { all: null, invert: null },
      }),
    yesNo: (message, initial = true) => ask({ type: 'confirm', message, default: initial }),
    confirm: async (question, severe) => {
      if (severe) return confirmByName(prompts, question, severe);
      if (globals.yes) return;
      if (!available) {
        throw usageProblem(
          'confirmation-missing',
          `${question} The command cannot ask for confirmation, because there is no terminal or --no-input is set.`,
          {
            hint: 'Add --yes to confirm.',
          },
        );
      }
      if (!(await prompts.yesNo(question, false))) throw declined();
    },
  };
  return prompts;
}

/** Columns before a name that can be picked: the cursor, the circle, a space; and the last one stays free. */
const PICK_MARK = 4;

/** Lines of a list that are shown at a time. */
const PICKED_FROM_AT_ONCE = 15;

interface Question {
  type: 'input' | 'password' | 'select' | 'checkbox' | 'confirm';
  message: string;
  [setting: string]: unknown;
}

/**
 * Asks one question on the terminal and ends with it: by an answer, by Ctrl-C or Ctrl-D, by a signal, or
 * with the terminal.
 * @throws Problem `interrupted`.
 */
async function askOne<T>(
  question: Question,
  { color }: Globals,
  world: World,
  hintOf: () => string | undefined,
): Promise<T> {
  const { stdin, stdout, stderr } = world;
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  // stderr, unless that goes somewhere else than the terminal: nobody would see the question.
  const terminal = stderr.isTTY ? stderr : stdout;
  const { default: inquirer } = await import('inquirer');
  const ask = inquirer.createPromptModule({
    input: stdin as NodeJS.ReadStream,
    output: color ? terminal : withoutColour(terminal),
    signal: interruption.signal,
  });
  const stopWatching = world.onInterrupt(interrupt);
  // At its end, and at Ctrl-D, readline lets go of the input without a word; no answer can come any more.
  const abandoned = () => setImmediate(interrupt);
  stdin.once('pause', abandoned);
  try {
    const message = sentences(printable(question.message), terminal.columns && terminal.columns - MARK);
    const asked = { ...question, message, name: 'answer' };
    const { answer } = (await ask([asked] as never)) as { answer: T };
    return answer;
  } catch (error) {
    if (!isInterruption(error)) throw error;
    const hint = hintOf() ?? 'Nothing further was changed.';
    throw new Problem('interrupted', 'interrupted', 'Interrupted.', { hint });
  } finally {
    stdin.off('pause', abandoned);
    stopWatching();
  }
}

/** What inquirer puts before a question; it breaks lines, but not between words. */
const MARK = 2;

/** How inquirer says Ctrl-C, and how it says that it was told to stop. */
const isInterruption = (error: unknown) =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);

/** Names come from databases and may be hostile to terminals. */
const printableChoice = <T>({ name, value, description }: PromptChoice<T>) => ({
  name: printable(name),
  value,
  ...(description !== undefined && { description: printable(description) }),
});

async function confirmByName(
  prompts: Prompts,
  question: string,
  { name, confirmed }: { name: string; confirmed?: string },
): Promise<void> {
  if (confirmed === name) return;
  if (confirmed !== undefined || !prompts.available) {
    throw usageProblem('confirmation-missing', `${question} You must confirm this by name.`, {
      hint: `Add --confirm ${name} to confirm.`,
    });
  }
  const typed = await prompts.text(`${question} Type ${name} to confirm:`);
  if (typed !== name) throw declined();
}

const declined = () => usageProblem('declined', 'Not confirmed.', { hint: 'Nothing was changed.' });
