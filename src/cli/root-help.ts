import { COMMANDS } from './commands/index.js';
import { GLOBAL_OPTIONS } from './globals.js';
import { besideName, wrapped } from './output/wrap.js';

const COMMON_OPTIONS = [
  { flags: '-V, --version', description: 'print the version' },
  { flags: '-h, --help', description: 'show help' },
];

/**
 * Written without the parser's own help, so that asking what there is loads next to nothing.
 * @param columns of the terminal; nothing where help goes elsewhere.
 */
export function rootHelp(columns = Number.POSITIVE_INFINITY): string {
  const options = [...GLOBAL_OPTIONS, ...COMMON_OPTIONS].map(({ flags, description }) => [
    flags,
    description,
  ]);
  const commands = COMMANDS.map(({ name, summary }) => [name, summary]);
  const width = Math.max(...options.map(([left = '']) => left.length));
  const lines = (rows: string[][]) =>
    rows.flatMap(([left = '', right = '']) => besideName(`  ${left}`, right, width + 4, columns));
  const examples = [
    ['scimctl quickstart', 'try scimctl on an embedded database'],
    ['scimctl init', 'set up an installation, step by step'],
    ['scimctl help token rotate', 'show help on a command'],
  ];
  return [
    ...wrapped('Set up, secure and audit SCIM 2.0 provisioning for an on-premises application.', columns),
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
    ...examples.flatMap(([left, right = '']) => besideName(`  ${left}`, right, 36, columns)),
    '',
    ...wrapped('More: scimctl help exit-codes | environment | output', columns),
    '',
  ].join('\n');
}
