import type { Needs } from '../core/rights/needs.js';
import type { Context } from './context.js';
import type { OptionSpec } from './option.js';

export interface ArgumentSpec {
  /** `<name>` required, `[name]` optional, `[name...]` many. Arrives in the options under its camel-cased name. */
  syntax: string;
  description: string;
  /** The words it may be, where there are only a few; completion offers them. */
  choices?: readonly string[];
}

export interface Example {
  does: string;
  /** Without the leading `scimctl`. */
  command: string;
}

/** One verb: what a person may type, and what happens then. */
// biome-ignore lint/suspicious/noExplicitAny: each command names its own options; lists hold all of them
export interface Command<Options = any> {
  name: string;
  summary: string;
  /** More than the summary, where there is more to say. */
  description?: string;
  arguments?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** At least two. */
  examples: readonly Example[];
  /** How long it may take, in milliseconds, to clear away what it has begun when it is interrupted. */
  cleanUpMs?: number;
  /**
   * What it needs in the database, `SELECT` on schema_history apart, which all need that use the schema; absent
   * where it needs no right at all. The least role that can run it follows from this.
   */
  rights?: Needs;
  /** The same with these options, where some of them need more. */
  rightsWith?(options: Options): Needs | undefined;
  /** Resolves to an exit code, or to nothing for 0. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a run that returns nothing is a run that went well
  run(options: Options, context: Context): Promise<number | void>;
}

/** A noun and its verbs. */
export interface CommandGroup {
  name: string;
  summary: string;
  commands: readonly Command[];
}

export const isGroup = (entry: Command | CommandGroup): entry is CommandGroup => 'commands' in entry;

export interface CommandEntry {
  name: string;
  summary: string;
  load: () => Promise<Command | CommandGroup>;
}
