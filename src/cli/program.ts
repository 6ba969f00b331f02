import { Command as Commander, CommanderError, Option } from 'commander';
import { versionLine } from '../installation/version.js';
import { Problem, usageProblem } from '../problem.js';
import type { World } from '../world.js';
import { type Command, type CommandEntry, isGroup } from './command.js';
import { COMMANDS } from './commands/index.js';
import { GLOBAL_OPTIONS } from './globals.js';
import type { OptionSpec } from './option.js';
import { besideName } from './output/wrap.js';
import { rootHelp } from './root-help.js';

export interface Invocation {
  command: Command;
  options: Record<string, unknown>;
  globals: Record<string, unknown>;
}

/**
 * Parses the command line. Only the noun that was typed is loaded; the others are known by name and summary.
 * @returns what to run, or nothing where help was printed.
 * @throws Problem of kind `usage`.
 */
export async function parseCommandLine(
  argv: readonly string[],
  world: World,
): Promise<Invocation | undefined> {
  let invocation: Invocation | undefined;
  const typed = firstOperand(argv);
  if (typed === undefined && argv.some((word) => word === '--version' || word === '-V')) {
    world.stdout.write(`${versionLine()}\n`);
    return undefined;
  }
  const program = root(world);
  for (const entry of COMMANDS) {
    const node = new Commander(entry.name).summary(entry.summary).description(entry.summary);
    inherit(program, node);
    if (entry.name === typed) {
      const found = (one: Invocation) => {
        invocation = one;
      };
      await fill(node, entry, { found, columns: world.stdout.columns });
    }
    program.addCommand(node);
  }
  try {
    await program.parseAsync(argv as string[], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw problemOf(error);
    return undefined;
  }
  return invocation && { ...invocation, globals: unwrapped(program.opts()) };
}

function root(world: World): Commander {
  const program = new Commander('scimctl')
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      minWidthToWrap: 20,
      formatItem: (term, termWidth, description, help) =>
        besideName(`  ${term}`, description, termWidth + 4, help.helpWidth ?? 100).join('\n'),
    })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      // Help that nobody asked for, where a command is missing. Errors become Problems.
      writeErr: (text) => world.stdout.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => world.stdout.columns ?? 100,
    });
  for (const spec of GLOBAL_OPTIONS) program.addOption(optionOf(spec));
  program.helpInformation = () => rootHelp(world.stdout.columns);
  return program;
}

const inherit = (parent: Commander, child: Commander) => {
  child.copyInheritedSettings(parent).helpCommand(false);
};

async function fill(node: Commander, entry: CommandEntry, taking: Taking): Promise<void> {
  const loaded = await entry.load();
  if (!isGroup(loaded)) return declare(node, loaded, taking);
  node.usage('<command> [options]');
  // Whoever asks for the help of a noun looks for its verbs.
  node.helpInformation = (context) => commandsFirst(Commander.prototype.helpInformation.call(node, context));
  for (const command of loaded.commands) {
    const child = new Commander(command.name);
    inherit(node, child);
    declare(child, command, taking);
    node.addCommand(child);
  }
}

/** Help with the commands before the options. */
function commandsFirst(help: string): string {
  const sections = help.trimEnd().split('\n\n');
  const commands = sections.filter((section) => section.startsWith('Commands:'));
  const others = sections.filter((section) => !commands.includes(section));
  const options = others.findIndex((section) => section.startsWith('Options:'));
  others.splice(options < 0 ? others.length : options, 0, ...commands);
  return `${others.join('\n\n')}\n`;
}

interface Taking {
  found: (invocation: Invocation) => void;
  /** Of the terminal that help goes to; nothing where it goes elsewhere. */
  columns: number | undefined;
}

function declare(node: Commander, command: Command, { found, columns }: Taking): void {
  node.summary(command.summary).description(command.description ?? `${command.summary}.`);
  for (const { syntax, description } of command.arguments ?? []) node.argument(syntax, description);
  for (const spec of command.options ?? []) node.addOption(optionOf(spec));
  const width = Math.max(...command.examples.map((example) => example.command.length));
  const left = '  scimctl '.length + width + 3;
  const examples = command.examples.flatMap((example) =>
    besideName(`  scimctl ${example.command}`, example.does, left, columns ?? Number.POSITIVE_INFINITY),
  );
  node.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  node.action(() => {
    // Not left to commander, which would rather report this than an unknown option beside it.
    const missing = command.options?.find(
      (spec) => spec.required && node.getOptionValue(optionOf(spec).attributeName()) === undefined,
    );
    if (missing) {
      throw usageProblem('option-missing', `The option ${missing.flags} is required.`, {
        hint: 'Add --help to see how the command is used.',
      });
    }
    if (node.args.includes('')) throw emptyValue('An argument is empty.', 'argument-missing');
    const named = node.registeredArguments.map((argument, at) => [
      camelCase(argument.name()),
      node.processedArgs[at],
    ]);
    found({ command, options: { ...unwrapped(node.opts()), ...Object.fromEntries(named) }, globals: {} });
  });
}

/** What an option came to, in a wrapping: commander takes a bare null, which is `never`, for no value at all. */
class Parsed {
  constructor(readonly value: unknown) {}
}

/** The options of a command as its `run` gets them. */
const unwrapped = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, value instanceof Parsed ? value.value : value]),
  );

/**
 * An empty value, as in `--out ""`, comes from a script in which a variable is not set. Going on as if the option had
 * been left out would do something else than what was meant.
 */
const emptyValue = (message: string, code: 'option-value-missing' | 'argument-missing') =>
  usageProblem(code, message, {
    hint: 'Give it a value. In a script, the variable that should hold it is probably empty.',
  });

/** A problem with a quantity, which its parser knows no option of: `"0s" is out of range for --expires.` */
function naming<T>(flags: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Problem) || !QUANTITIES.includes(error.code)) throw error;
    const { code, message, hint } = error;
    const name = flags.match(/--[\w-]+/)?.[0] ?? flags;
    throw usageProblem(code, `${message.replace(/\.$/, '')} for ${name}.`, { ...(hint && { hint }) });
  }
}

const QUANTITIES = ['duration-invalid', 'number-invalid', 'size-invalid'];

/** The value of an option. What has its own words for an empty one says them. @throws Problem. */
function readValue({ flags, parse }: OptionSpec, text: string): unknown {
  const value = parse ? naming(flags, () => parse(text)) : text;
  if (text === '') throw emptyValue(`The option ${flags} has an empty value.`, 'option-value-missing');
  return value;
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.choices) option.choices(spec.choices);
  if (spec.parse || (option.required && !spec.choices)) {
    option.argParser((text: string, before?: Parsed) => {
      const value = readValue(spec, text);
      return new Parsed(option.variadic ? [...((before?.value as unknown[]) ?? []), value] : value);
    });
  }
  if (spec.default !== undefined) option.default(spec.default);
  return option;
}

/** The first word that is neither a global option nor a global option's value. */
function firstOperand(argv: readonly string[]): string | undefined {
  const takesValue = new Set(
    GLOBAL_OPTIONS.filter(({ flags }) => flags.includes('<')).flatMap(
      ({ flags }) => flags.match(/--?[\w-]+/g) ?? [],
    ),
  );
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return argv[at + 1];
    if (!word.startsWith('-')) return word;
    if (takesValue.has(word)) at++;
  }
  return undefined;
}

const CODES: Record<string, string> = {
  'commander.unknownOption': 'unknown-option',
  'commander.unknownCommand': 'unknown-command',
  'commander.excessArguments': 'too-many-arguments',
  'commander.missingArgument': 'argument-missing',
  'commander.optionMissingArgument': 'option-value-missing',
  'commander.invalidArgument': 'option-value-invalid',
  'commander.conflictingOption': 'options-conflict',
  'commander.help': 'command-missing',
};

/** Commander's message is one line, with its suggestion on a second. */
function problemOf(error: CommanderError): Problem {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.?$/, '.')}`;
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'Add --help to see how the command is used.';
  return usageProblem(CODES[error.code] ?? 'usage', message, { hint });
}

const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
