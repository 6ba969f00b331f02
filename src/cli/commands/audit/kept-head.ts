import { resolve } from 'node:path';
import { parseHead } from '../../../core/audit/head.js';
import type { KeptHead } from '../../../core/audit/trail-head.js';
import { usageProblem } from '../../../problem.js';
import { readTextFile } from '../../../text-file.js';
import type { Context } from '../../context.js';

/** A head that was kept elsewhere. @throws Problem `head-unreadable` or `head-invalid`. */
export async function readKeptHead(file: string, { world }: Context): Promise<KeptHead> {
  const path = resolve(world.cwd, file);
  const text = await readTextFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw usageProblem('head-unreadable', `The file ${path} cannot be read (${cause.code ?? 'error'}).`, {
      hint: 'Name a file with the output of `scimctl audit head`.',
      cause,
    });
  });
  return parseHead(text);
}
