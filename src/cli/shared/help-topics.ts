import type { Context } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { wrapped } from '../output/wrap.js';
import { ENVIRONMENT } from '../settings/environment.js';

export interface Topic {
  name: string;
  summary: string;
  print(context: Context): Promise<void>;
}

const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'Exit codes and their meanings',
  print: async ({ output, talk }) => {
    const rows = Object.entries(EXIT_CODES).map(([name, { code, meaning }]) => ({ code, name, meaning }));
    await output.list(
      rows,
      [
        { key: 'code', label: 'CODE', align: 'right' },
        { key: 'name', label: 'NAME' },
        { key: 'meaning', label: 'MEANING' },
      ],
      '',
    );
    if (output.format !== 'table') return;
    talk.note('An error also has a code in brackets. To see what it means, run: scimctl explain CODE');
  },
};

const environment: Topic = {
  name: 'environment',
  summary: 'All environment variables',
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
  'Data goes to stdout. Progress, questions, warnings and hints go to stderr, so they never mix with the data that a script reads.',
  '-o table (the default) is for people. On a terminal, a table fits the width: long cells end in an ellipsis, and the least important columns are left out. --wide shows all columns, --columns selects them. Without a terminal, there are no colours and no lines, and columns are separated by two spaces.',
  '-o json prints one JSON document: an array for a list, an object for a single item. Keys are in camelCase, times are in RFC 3339 format in UTC, and nothing is localised. Later versions may add fields but never rename them.',
  'With -o json, an error is one JSON document on stderr: {"error":{"code","message","hint"}}. Codes are stable.',
  '-o csv prints CSV (RFC 4180) with the JSON keys as header. A cell that a spreadsheet would run as a formula gets a leading apostrophe.',
  '--out FILE writes the data to a file instead, in UTF-8; CSV gets a byte-order mark. An existing file is replaced only after all data was written: if the command fails, the file stays unchanged.',
  'Input files can be in UTF-8 or UTF-16, with or without a byte-order mark.',
  '-q prints only the result, and only warnings and errors on stderr: TOKEN=$(scimctl token create --idp entra -q).',
  '-v adds the cause of an error and the details of checks. It never shows a secret.',
  'An empty list is a success. stderr explains what it means.',
];

const output: Topic = {
  name: 'output',
  summary: 'Rules for tables, JSON, CSV, stdout and stderr',
  print: async (context) => {
    const { format, columns = Number.POSITIVE_INFINITY, json, text } = context.output;
    if (format === 'json') return json(OUTPUT_RULES);
    text(`${OUTPUT_RULES.map((rule) => wrapped(rule, columns).join('\n')).join('\n\n')}\n`);
  },
};

export const TOPICS: readonly Topic[] = [exitCodes, environment, output];
