import { usageProblem } from '../problem.js';
import { parseTimeout } from './input/parse.js';
export const OUTPUT_FORMATS = ['table', 'json', 'csv'];
export const GLOBAL_OPTIONS = [
    { flags: '--config <file>', description: 'the config file (SCIMCTL_CONFIG)' },
    { flags: '--database <setting>', description: 'URL, ADO.NET string, @FILE or env:NAME (SCIMCTL_DATABASE)' },
    {
        flags: '--timeout <duration>',
        description: 'how long to wait for the database at a stretch (SCIMCTL_TIMEOUT)',
        parse: (text) => parseTimeout(text),
    },
    {
        flags: '-o, --output <format>',
        description: 'table, json or csv (SCIMCTL_OUTPUT)',
        choices: OUTPUT_FORMATS,
    },
    { flags: '--no-input', description: 'never ask; a missing answer is an error (SCIMCTL_NO_INPUT)' },
    { flags: '-y, --yes', description: 'say yes to every confirmation' },
    { flags: '-q, --quiet', description: 'no talk; only the essential datum on stdout' },
    { flags: '-v, --verbose', description: 'say more, and show the cause of an error' },
    { flags: '--no-color', description: 'no colour (NO_COLOR)' },
];
/** Flags beat the environment. */
export function resolveGlobals(flags, world) {
    const { env, stdout } = world;
    const output = (flags.output ?? (env.SCIMCTL_OUTPUT || 'table'));
    if (!OUTPUT_FORMATS.includes(output)) {
        throw usageProblem('output-format-unknown', `SCIMCTL_OUTPUT is ${JSON.stringify(output)}.`, {
            hint: `Use one of ${OUTPUT_FORMATS.join(', ')}.`,
        });
    }
    return {
        config: flags.config ?? (env.SCIMCTL_CONFIG || undefined),
        database: flags.database ?? (env.SCIMCTL_DATABASE || undefined),
        timeoutMs: flags.timeout ?? timeoutOf(env),
        output,
        input: flags.input !== false && !isSet(env.SCIMCTL_NO_INPUT),
        yes: flags.yes === true,
        quiet: flags.quiet === true,
        verbose: flags.verbose === true || isSet(env.SCIMCTL_VERBOSE),
        // https://no-color.org: any non-empty value.
        color: flags.color !== false && !env.NO_COLOR && stdout.isTTY === true && env.TERM !== 'dumb',
    };
}
const timeoutOf = ({ SCIMCTL_TIMEOUT: text }) => text ? parseTimeout(text, 'SCIMCTL_TIMEOUT') : undefined;
const isSet = (value) => value !== undefined && !['', '0', 'false', 'no'].includes(value);
/**
 * How a failure is to be shown, even when the command line could not be parsed: read straight from the
 * arguments.
 */
export function peekGlobals(argv, world) {
    const at = argv.findIndex((word) => word === '-o' || word === '--output');
    const json = argv[at + 1] === 'json' && at >= 0
        ? true
        : argv.some((word) => word === '--output=json' || word === '-ojson') ||
            (at < 0 && world.env.SCIMCTL_OUTPUT === 'json');
    const verbose = argv.some((word) => word === '-v' || word === '--verbose') || isSet(world.env.SCIMCTL_VERBOSE);
    return { output: json ? 'json' : 'table', verbose };
}
