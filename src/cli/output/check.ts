import type { CheckReport, CheckResult } from '../../core/check/run-checks.js';
import { printableCell } from '../../printable.js';
import { chalkFor } from './table.js';

/** One line each, with advice under those that need it. */
export async function renderCheck(
  { checks }: CheckReport,
  style: { color: boolean; verbose: boolean },
): Promise<string> {
  const chalk = await chalkFor(style);
  const paint = { pass: chalk.green, warn: chalk.yellow, fail: chalk.red, skipped: chalk.dim };
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap((check) => [
      `${paint[check.status](check.status.padEnd(7))}  ${check.name.padEnd(width)}  ${printableCell(check.summary)}`,
      ...below(check, style.verbose).map((line) => `${' '.repeat(width + 11)}${printableCell(line)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

const below = ({ advice, details }: CheckResult, verbose: boolean): string[] => [
  ...(advice ? [`-> ${advice}`] : []),
  ...(verbose && details ? detailLines(details) : []),
];

/** One line for each detail; what is not known is left out. */
const detailLines = (details: Record<string, unknown>): string[] =>
  Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
