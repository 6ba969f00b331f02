import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.js';

/** Writes what is about to be replaced to a new file of its own, which must be there before anything changes. */
export const keepReplaced =
  (context: Context) =>
  async (text: string): Promise<void> => {
    const at = context.world
      .clock()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '');
    const file = `host-views-before-${at}.sql`;
    await writeFile(resolve(context.world.cwd, file), text, { flag: 'wx', mode: 0o600 });
    context.talk.note(`What is replaced was written to ${file}.`);
  };
