import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { usageProblem } from '../../problem.js';
import type { World } from '../../world.js';
import type { Invocation } from '../program.js';
import { OUT } from './list-options.js';

/**
 * Makes sure that the output does not replace a file that the command reads or writes for another purpose.
 * @param out the file that `--out` names.
 * @throws Problem `options-conflict`.
 */
export function assertOutUnread(out: string, { command, options, globals }: Invocation, world: World): void {
  const flags = (command.options ?? []).filter((one) => one !== OUT).map((one) => one.flags);
  const places = [...flags, ...(command.arguments ?? []).map(({ syntax }) => syntax)];
  const named = [
    ...places.filter((one) => /<file|\[file/i.test(one)).flatMap((place) => options[keyOf(place)]),
    globals.config,
    // `@FILE` and `@FILE#NAME`.
    /^@([^#]+)/.exec(String(globals.database))?.[1],
  ].filter((one) => typeof one === 'string');
  const target = fileCalled(out, world);
  if (!named.some((one) => fileCalled(one, world) === target)) return;
  throw usageProblem('options-conflict', `--out names ${out}, which another option or argument names, too.`, {
    hint: 'Write the output to another file.',
  });
}

/** The file of this name behind all links, whether it is there yet or not. */
function fileCalled(name: string, world: World): string {
  const path = resolve(world.cwd, name);
  try {
    return realpathSync(path);
  } catch {
    // A new file in a directory that is there.
    return dirname(path) === path ? path : join(fileCalled(dirname(path), world), basename(path));
  }
}

/** `--since-last <file>` is `sinceLast`, and `<file...>` is `file`. */
const keyOf = (place: string): string =>
  (/--([a-z-]+)/.exec(place)?.[1] ?? /[a-z-]+/.exec(place)?.[0] ?? '').replace(/-(.)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
