import { COMMANDS } from './commands/index.js';
import { GLOBAL_OPTIONS } from './globals.js';

const COMMON_OPTIONS = [
  { flags: '-V, --version', description: 'print the version' },
  { flags: '-h, --help', description: 'show help' },
];

/** Written without the parser's own help, so that asking what there is loads next to nothing. */
export function rootHelp(): string {
  const options = [...GLOBAL_OPTIONS, ...COMMON_OPTIONS].map(({ flags, description }) => [
    flags,
    description,
  ]);
  const commands = COMMANDS.map(({ name, summary }) => [name, summary]);
  const width = Math.max(...options.map(([left = '']) => left.length));
  const lines = (rows: string[][]) => rows.map(([left = '', right]) => `  ${left.padEnd(width)}  ${right}`);
  return [
    'Set up, secure and audit SCIM 2.0 provisioning for an on-premises application.',
    '',
    'Usage: scimctl <command> [options]',
    '',
    'Commands:',
    ...lines(commands),
    '',
    'Options:',
    ...lines(options),
    '',
    'Examples:',
    '  scimctl quickstart                try scimctl on an embedded database',
    '  scimctl init                      set up an installation, step by step',
    '  scimctl help token rotate         show help on a command',
    '',
    'More: scimctl help exit-codes | environment | output',
    '',
  ].join('\n');
}
