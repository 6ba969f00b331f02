import type { CheckReport, CheckResult } from '../../core/check/run-checks.js';
import { printableCell } from '../../printable.js';
import { chalkFor } from './table.js';
import { wrapped } from './wrap.js';

/** One line each, with advice under those that need it; broken between words where a terminal ends. */
export async function renderCheck(
  { checks }: CheckReport,
  style: { color: boolean; verbose: boolean },
  columns?: number,
): Promise<string> {
  const chalk = await chalkFor(style);
  const paint = { pass: chalk.green, warn: chalk.yellow, fail: chalk.red, skipped: chalk.dim };
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + INDENT);
  const room = columns === undefined ? Number.POSITIVE_INFINITY : columns - indent.length - 1;
  // Where hardly anything fits beside the names, lines go below them.
  const isNarrow = room < NARROW;
  const [margin, most] = isNarrow ? ['  ', (columns ?? 0) - 3] : [indent, room];
  const fitted = (text: string) => wrapped(printableCell(text), most);
  return checks
    .flatMap((check) => {
      const [first = '', ...more] = [check.summary, ...below(check, style.verbose)].flatMap(fitted);
      const head = `${paint[check.status](check.status.padEnd(7))}  ${check.name.padEnd(width)}`;
      const lines = isNarrow ? [head.trimEnd(), `${margin}${first}`] : [`${head}  ${first}`];
      return [...lines, ...more.map((line) => `${margin}${line}`)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Columns that the status takes, with the gaps behind it and behind the name. */
const INDENT = 11;
const NARROW = 30;

const below = ({ advice, details }: CheckResult, verbose: boolean): string[] => [
  ...(advice ? [`-> ${advice}`] : []),
  ...(verbose && details ? detailLines(details) : []),
];

/** One line for each detail; what is not known is left out. */
const detailLines = (details: Record<string, unknown>): string[] =>
  Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
