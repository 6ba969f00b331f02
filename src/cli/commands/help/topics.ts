import type { Context } from '../../context.js';
import { ENVIRONMENT } from '../../environment.js';
import { EXIT_CODES } from '../../exit-codes.js';

export interface Topic {
  name: string;
  summary: string;
  print(context: Context): Promise<void>;
}

const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'What each exit code means',
  print: ({ output }) => {
    const rows = Object.entries(EXIT_CODES).map(([name, { code, meaning }]) => ({ code, name, meaning }));
    return output.list(
      rows,
      [
        { key: 'code', label: 'CODE', align: 'right' },
        { key: 'name', label: 'NAME' },
        { key: 'meaning', label: 'MEANING' },
      ],
      '',
    );
  },
};

const environment: Topic = {
  name: 'environment',
  summary: 'Every environment variable that is read',
  print: ({ output }) =>
    output.list(
      ENVIRONMENT,
      [
        { key: 'name', label: 'VARIABLE' },
        { key: 'description', label: 'MEANING' },
      ],
      '',
    ),
};

const OUTPUT_RULES = [
  'stdout is data, stderr is talk: progress, questions, warnings and hints never mix with what a script reads.',
  '-o table (the default) is for people. Without a terminal there are no colours and no lines around cells, and columns are two blanks apart. On a terminal a table fits its width: long cells end in an ellipsis, and the least important columns are left out; --wide shows all, --columns chooses.',
  '-o json prints one JSON document: an array for a list, an object for one thing. Keys are camelCase, instants are RFC 3339 in UTC, nothing is localised. Fields may be added; none is renamed.',
  'With -o json an error is one JSON document on stderr: {"error":{"code","message","hint"}}. Codes are stable.',
  '-o csv is RFC 4180 with a head of JSON keys. A cell that a spreadsheet would run as a formula begins with an apostrophe.',
  '--out FILE writes the data to a file instead: UTF-8, CSV with a byte-order mark. It takes the place of what the file holds once all of it is written; a command that fails leaves the file as it was.',
  'Every file that is read may be UTF-8 or UTF-16, with or without a byte-order mark.',
  '-q leaves out all talk but warnings, and prints only the essential datum: TOKEN=$(scimctl token create --idp entra -q).',
  '-v adds the cause of an error and the details of checks. It never shows a secret.',
  'An empty list is a success. What it means is said on stderr.',
];

const output: Topic = {
  name: 'output',
  summary: 'The rules for tables, JSON and CSV, stdout and stderr',
  print: async (context) => {
    if (context.output.format === 'json') context.output.json(OUTPUT_RULES);
    else context.output.text(`${OUTPUT_RULES.join('\n\n')}\n`);
  },
};

export const TOPICS: readonly Topic[] = [exitCodes, environment, output];
