import { usageProblem } from '../problem.js';
import type { World } from '../world.js';
import { parseTimeout, TIMEOUT } from './input/parse.js';
import type { OptionSpec } from './option.js';

export const OUTPUT_FORMATS = ['table', 'json', 'csv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The options every command takes, after flags and environment have been merged. */
export interface Globals {
  config?: string;
  database?: string;
  /** How long to wait for the database, in milliseconds, where somebody has said so. */
  timeoutMs?: number;
  output: OutputFormat;
  /** False with --no-input. */
  input: boolean;
  yes: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
}

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--config <file>', description: 'the config file (SCIMCTL_CONFIG)' },
  { flags: '--database <setting>', description: 'URL, ADO.NET string, @FILE or env:NAME (SCIMCTL_DATABASE)' },
  {
    flags: '--timeout <duration>',
    description: 'how long to wait for the database (SCIMCTL_TIMEOUT)',
    parse: Object.assign((text: string) => parseTimeout(text), { range: TIMEOUT.range }),
  },
  {
    flags: '-o, --output <format>',
    description: 'table, json or csv (SCIMCTL_OUTPUT)',
    choices: OUTPUT_FORMATS,
  },
  { flags: '--no-input', description: 'never ask; fail if an answer is missing (SCIMCTL_NO_INPUT)' },
  { flags: '-y, --yes', description: 'confirm everything' },
  { flags: '-q, --quiet', description: 'print only the result' },
  { flags: '-v, --verbose', description: 'show more, and the cause of an error' },
  { flags: '--no-color', description: 'no colour (NO_COLOR)' },
];

/** Flags beat the environment. */
export function resolveGlobals(flags: Record<string, unknown>, world: World): Globals {
  const { env, stdout } = world;
  const output = (flags.output ?? (env.SCIMCTL_OUTPUT || 'table')) as OutputFormat;
  if (!OUTPUT_FORMATS.includes(output)) {
    throw usageProblem(
      'output-format-unknown',
      `SCIMCTL_OUTPUT has the unknown value ${JSON.stringify(output)}.`,
      {
        hint: `Use one of ${OUTPUT_FORMATS.join(', ')}.`,
      },
    );
  }
  return {
    config: (flags.config as string | undefined) ?? (env.SCIMCTL_CONFIG || undefined),
    database: (flags.database as string | undefined) ?? (env.SCIMCTL_DATABASE || undefined),
    timeoutMs: (flags.timeout as number | undefined) ?? timeoutOf(env),
    output,
    input: flags.input !== false && !isSet(env.SCIMCTL_NO_INPUT),
    yes: flags.yes === true,
    quiet: flags.quiet === true,
    verbose: flags.verbose === true || isSet(env.SCIMCTL_VERBOSE),
    // https://no-color.org: any non-empty value.
    color: flags.color !== false && !env.NO_COLOR && stdout.isTTY === true && env.TERM !== 'dumb',
  };
}

const timeoutOf = ({ SCIMCTL_TIMEOUT: text }: World['env']) =>
  text ? parseTimeout(text, 'SCIMCTL_TIMEOUT') : undefined;

const isSet = (value: string | undefined) => value !== undefined && !['', '0', 'false', 'no'].includes(value);

/**
 * How a failure is to be shown, even when the command line could not be parsed: read straight from the
 * arguments.
 */
export function peekGlobals(argv: readonly string[], world: World): Pick<Globals, 'output' | 'verbose'> {
  const at = argv.findIndex((word) => word === '-o' || word === '--output');
  const json =
    argv[at + 1] === 'json' && at >= 0
      ? true
      : argv.some((word) => word === '--output=json' || word === '-ojson') ||
        (at < 0 && world.env.SCIMCTL_OUTPUT === 'json');
  const verbose =
    argv.some((word) => word === '-v' || word === '--verbose') || isSet(world.env.SCIMCTL_VERBOSE);
  return { output: json ? 'json' : 'table', verbose };
}
