import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import {
  codeIn,
  EXPLAINED,
  type Explained,
  exitCodesInWords,
  explanationOf,
  inShort,
} from '../../explanations/index.js';
import { type ListFlags, listOptions, sorted } from '../../input/list-options.js';
import { nearest } from '../../nearest.js';
import type { Column } from '../../output/column.js';
import { withIndent, wrapped } from '../../output/wrap.js';
import { SUMMARIES } from '../summaries.js';

const COLUMNS: Column<Explained>[] = [
  { key: 'code', label: 'CODE', whole: true },
  { key: 'exitCode', label: 'EXIT', align: 'right', rank: 3, show: exitCodesInWords },
  { key: 'meaning', label: 'MEANING', least: 20, rank: 1, show: inShort },
  { key: 'area', label: 'AREA', rank: 2, wide: true },
  { key: 'otherExitCode', label: 'OTHER EXIT', wide: true },
  { key: 'auth', label: 'AUTH', wide: true, show: ({ auth }) => auth.join(', ') },
  { key: 'causes', label: 'CAUSES', wide: true, show: ({ causes }) => causes.join(' ') },
  { key: 'next', label: 'WHAT TO DO', wide: true },
];

const CODES = EXPLAINED.map(({ code }) => code);

export const explain: Command<ListFlags & { code: string[]; out?: string }> = {
  name: 'explain',
  summary: SUMMARIES.explain,
  description:
    'Explains codes of errors, of refused requests in the log of the endpoint (problem and auth), and of other lines of that log (event): what has happened, the usual causes, what to do next, and the exit code. Without a code, lists them all. Needs neither a database nor a config file.',
  arguments: [
    {
      syntax: '[code...]',
      description: 'a code as an error or the log shows it, also in brackets; all codes without it',
      choices: CODES,
    },
  ],
  options: listOptions(COLUMNS),
  examples: [
    { does: 'one code', command: 'explain seats-exhausted' },
    { does: 'as pasted from an error', command: 'explain "[tls-untrusted]"' },
    { does: 'all codes, for a ticket system', command: 'explain -o json' },
  ],
  async run({ code: pasted, ...flags }, { output }) {
    if (pasted.length === 0) return output.list(sorted(EXPLAINED, flags.sort), COLUMNS, '', flags);
    assertNoListFlags(flags);
    const found = [...new Set(pasted.map(theExplanation))];
    const [only] = found;
    if (output.format === 'json') return output.json(only && pasted.length === 1 ? only : found);
    if (output.format === 'csv') return output.csv(found, COLUMNS);
    output.text(found.map((one) => explanationText(one, output.columns)).join('\n'));
  },
};

/** @throws Problem `option-without-effect`: one code has no rows and columns. */
function assertNoListFlags({ columns, wide, sort, limit }: ListFlags): void {
  const given = { '--columns': columns, '--wide': wide, '--sort': sort, '--limit': limit };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined) return;
  throw usageProblem('option-without-effect', `${option} has no effect on the explanation of a code.`, {
    hint: `Leave out ${option}, or leave out the code to list all codes.`,
  });
}

/** @throws Problem `code-unknown`. */
function theExplanation(pasted: string): Explained {
  const code = codeIn(pasted);
  const found = explanationOf(code);
  if (found) return found;
  const near = nearest(code, CODES);
  throw usageProblem(
    'code-unknown',
    `There is no problem with the code ${JSON.stringify(code.slice(0, 80))}.`,
    {
      hint: near === undefined ? '`scimctl explain` lists all codes.' : `Did you mean ${near}?`,
    },
  );
}

/** The explanation as text, wrapped to the given width; ends with a line break. */
function explanationText(explained: Explained, columns = Number.POSITIVE_INFINITY): string {
  const { code, meaning, causes, next, auth } = explained;
  const exits = exitCodesInWords(explained);
  const lines = [
    code,
    ...(exits === '' ? [] : [`Exit code: ${exits}`]),
    ...(auth.length === 0 ? [] : wrapped(`In the log: auth ${auth.join(' or ')}`, columns)),
    '',
    ...wrapped(meaning, columns),
    ...(causes.length === 0 ? [] : ['', 'Usual causes:']),
    ...causes.flatMap((cause) => withIndent(`- ${cause}`, columns, 2)),
    '',
    'What to do:',
    ...wrapped(next, columns),
  ];
  return `${lines.join('\n')}\n`;
}
