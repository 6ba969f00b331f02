import { withoutTokens } from '../core/tokens/format.js';
import { DatabaseFault, problemOfFault } from '../database/faults/fault.js';
import { printable, printableJson } from '../printable.js';
import { operationProblem, Problem } from '../problem.js';
import type { World } from '../world.js';
import { peekGlobals } from './globals.js';
import { talkWidth } from './output/talk.js';
import { sentences } from './output/wrap.js';

/** What an error that is not yet a Problem means: a database fault, a file's, or a mistake of ours. */
export async function problemOf(error: unknown): Promise<Problem> {
  if (error instanceof DatabaseFault) return problemOfFault(error);
  // inquirer's own way of saying Ctrl-C.
  if (error instanceof Error && error.name === 'ExitPromptError') {
    return new Problem('interrupted', 'interrupted', 'Interrupted.', {
      hint: 'Nothing further was changed.',
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return operationProblem('internal-error', `Internal error in scimctl: ${message}`, {
    hint: 'Run the command again with --verbose and report the output. It contains no secrets.',
    cause: error,
  });
}

/** Says on stderr what happened and what to do next; as one JSON document with `-o json`. */
export function reportProblem(problem: Problem, argv: readonly string[], world: World): void {
  const { output, verbose } = peekGlobals(argv, world);
  const { code, message, hint } = problem;
  // Messages quote what was typed, and somebody may have pasted a token there.
  const say = (text: string) => world.stderr.write(`${withoutTokens(text)}\n`);
  if (output === 'json')
    say(printableJson(JSON.stringify({ error: { code, message, ...(hint && { hint }) } })));
  else {
    const columns = talkWidth(world);
    say(sentences(`Error: ${printable(message)} [${code}]`, columns));
    if (hint) say(indented(printable(hint), columns));
  }
  if (verbose) for (const line of causes(problem)) say(printable(line));
}

const indented = (text: string, columns: number | undefined) =>
  sentences(text, columns && columns - 2)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

/** The chain of causes with their stacks. Statements are left out: their values may be personal. */
function causes(problem: Problem): string[] {
  const lines: string[] = [];
  let cause: unknown = problem.cause ?? problem;
  for (let depth = 0; cause && depth < 5; depth++) {
    if (cause instanceof Error) lines.push(`Cause: ${cause.stack ?? cause.message}`);
    else lines.push(`Cause: ${String(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}
