import { printable } from '../../printable.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import { sentences } from './wrap.js';

/** stderr: what people read and scripts ignore. Silent with --quiet, but for warnings. */
export interface Talk {
  note(text: string): void;
  done(text: string): void;
  warn(text: string): void;
  /** Only with --verbose. */
  detail(text: string): void;
}

/** Columns of the terminal that talk goes to; nothing where it goes elsewhere. */
export const talkWidth = ({ stderr }: World): number | undefined =>
  stderr.isTTY === true && stderr.columns ? stderr.columns : undefined;

export function createTalk(globals: Globals, world: World): Talk {
  const say = (text: string) => world.stderr.write(`${sentences(printable(text), talkWidth(world))}\n`);
  const unlessQuiet = (text: string) => {
    if (!globals.quiet) say(text);
  };
  return {
    note: unlessQuiet,
    done: unlessQuiet,
    warn: (text) => say(`Warning: ${text}`),
    detail: (text) => {
      if (globals.verbose) say(text);
    },
  };
}
