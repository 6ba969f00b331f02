import { normalised } from '../support/running/golden.js';
import { type CodeBlock, codeBlocks } from './markdown.js';

/** One command of a console block, and what the page says that it prints. */
export interface ConsoleStep {
  /** Without the `$ `. */
  command: string;
  printed: string;
  /** Where the command stands on the page, from 1. */
  line: number;
}

/** The commands of all ```console blocks of a page, in order. */
export const consoleSteps = (text: string): ConsoleStep[] =>
  codeBlocks(text)
    .filter(({ language }) => language === 'console')
    .flatMap(stepsOf);

function stepsOf({ text, line }: CodeBlock): ConsoleStep[] {
  const steps: ConsoleStep[] = [];
  text
    .slice(0, -1)
    .split('\n')
    .forEach((row, at) => {
      const last = steps.at(-1);
      if (row.startsWith('$ ')) steps.push({ command: row.slice(2), printed: '', line: line + at });
      else if (last) last.printed += `${row}\n`;
      else throw new Error(`Line ${line + at}: a console block begins with a command`);
    });
  return steps;
}

/** The page with other output below its commands. */
export function withOutput(text: string, printed: ReadonlyMap<number, string>): string {
  const lines = text.split('\n');
  const steps = consoleSteps(text);
  for (const { line, printed: before } of steps.reverse()) {
    const after = (printed.get(line) ?? before).trimEnd();
    const count = before === '' ? 0 : before.split('\n').length - 1;
    lines.splice(line, count, ...(after === '' ? [] : after.split('\n')));
  }
  return lines.join('\n');
}

/**
 * Printed text without what differs from run to run: tokens, UUIDs, instants, paths and durations, and the
 * public ids of tokens, which are known by where they stand.
 */
export function comparable(texts: readonly string[]): string[] {
  const mark = '\n\u0000\n';
  const all = texts.map((text) => text.trimEnd()).join(mark);
  const ids = [...all.matchAll(/^ID: +([0-9A-Za-z]{12})$|\bscimctl_([0-9A-Za-z]{12})_/gm)].map(
    ([, one, other]) => one ?? other ?? '',
  );
  const known = [...new Set(ids)].reduce(
    (text, id, at) => text.replaceAll(id, `<id-${String(at + 1).padStart(7, '0')}>`),
    all,
  );
  return normalised(known).split(mark);
}
