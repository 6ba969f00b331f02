import { printableCell } from '../../../printable.js';
import { adviceOf } from '../../../scim/probe/deviations/deviation.js';
import type { StepResult } from '../../../scim/probe/steps/step.js';
import { chalkFor } from '../../output/table.js';

interface Style {
  color: boolean;
  verbose: boolean;
}

/** Prints results as they come: a line each, with every deviation and its advice below. */
export async function resultLines(
  steps: readonly { name: string }[],
  { color, verbose }: Style,
): Promise<(result: StepResult) => string> {
  const chalk = await chalkFor({ color });
  const paint = { pass: chalk.green, warn: chalk.yellow, fail: chalk.red, skipped: chalk.dim };
  const width = Math.max(...steps.map(({ name }) => name.length), 'clean-up'.length);
  const indent = ' '.repeat(width + 18);
  return (result) => {
    const { name, idp, status, summary, advice, deviations = [], details } = result;
    const [first, ...more] = deviations;
    const below = [
      ...(first ? [`-> ${adviceOf(first)}`] : advice ? [`-> ${advice}`] : []),
      ...more.flatMap((each) => [each.seen, `-> ${adviceOf(each)}`]),
      ...(verbose ? requestLines(details) : []),
    ];
    // What is said may come from the endpoint, and could be hostile.
    return [
      `${paint[status](status.padEnd(7))}  ${idp.padEnd(5)}  ${name.padEnd(width)}  ${printableCell(first?.seen ?? summary)}`,
      ...below.map((line) => indent + printableCell(line)),
    ]
      .map((line) => `${line}\n`)
      .join('');
  };
}

/** What was sent and how long it took. */
const requestLines = (details: StepResult['details']): string[] =>
  (details?.requests ?? []).map(({ method, path, status, ms }) => `${method} ${path}: ${status} in ${ms} ms`);
