import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageProblem } from '../../problem.js';
import type { World } from '../../world.js';
import type { Command } from '../command.js';
import { OUT } from './list-options.js';

/**
 * Makes sure that the output does not replace a file that the command reads or writes for another purpose.
 * @param out the file that `--out` names.
 * @throws Problem `options-conflict`.
 */
export function assertOutUnread(
  out: string,
  { command, options }: { command: Command; options: Readonly<Record<string, unknown>> },
  world: World,
): void {
  const flags = (command.options ?? []).filter((one) => one !== OUT).map((one) => one.flags);
  const places = [...flags, ...(command.arguments ?? []).map(({ syntax }) => syntax)];
  const target = fileCalled(out, world);
  for (const place of places.filter((one) => /<file|\[file/i.test(one))) {
    const named = [options[keyOf(place)]].flat().filter((one) => typeof one === 'string');
    if (target === undefined || !named.some((one) => fileCalled(one, world) === target)) continue;
    throw usageProblem(
      'options-conflict',
      `--out names ${out}, which another option or argument names, too.`,
      {
        hint: 'Write the output to another file.',
      },
    );
  }
}

/** The file that there is by this name, behind all links. */
function fileCalled(name: string, world: World): string | undefined {
  try {
    return realpathSync(resolve(world.cwd, name));
  } catch {
    return undefined;
  }
}

/** `--since-last <file>` is `sinceLast`, and `<file...>` is `file`. */
const keyOf = (place: string): string =>
  (/--([a-z-]+)/.exec(place)?.[1] ?? /[a-z-]+/.exec(place)?.[0] ?? '').replace(/-(.)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
