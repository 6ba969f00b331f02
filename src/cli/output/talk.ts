import { printable } from '../../printable.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';

/** stderr: what people read and scripts ignore. Silent with --quiet, but for warnings. */
export interface Talk {
  note(text: string): void;
  done(text: string): void;
  warn(text: string): void;
  /** Only with --verbose. */
  detail(text: string): void;
}

export function createTalk(globals: Globals, world: World): Talk {
  const say = (text: string) => world.stderr.write(`${printable(text)}\n`);
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
