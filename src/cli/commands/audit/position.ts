import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeText } from '../../../files/text-file.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { keptFile } from '../../output/files/kept-file.js';

/** Where a script has got to in the trail, kept in a file of its own between two runs. */
export interface TrailPosition {
  /** Behind this event it goes on; nothing at the first run. */
  seq: bigint | undefined;
  /** Keeps how far it is now. The file is replaced as a whole. @throws Problem `out-unwritable`. */
  keep(seq: bigint): Promise<void>;
}

/** @throws Problem `position-invalid` for a file that holds something else. */
export async function readPosition(name: string, { world }: Context): Promise<TrailPosition> {
  const path = resolve(world.cwd, name);
  const keep = async (seq: bigint) => {
    const file = await keptFile(name, world);
    await file.write(`${JSON.stringify({ seq: String(seq) })}\n`);
    await file.keep();
  };
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { seq: undefined, keep };
    throw invalid(path, `cannot be read (${code})`, error);
  }
  const seq = seqIn(bytes);
  if (seq === undefined) throw invalid(path, 'holds no position in the audit trail');
  return { seq, keep };
}

function seqIn(bytes: Buffer): bigint | undefined {
  try {
    const { seq } = Object(JSON.parse(decodeText(bytes))) as { seq?: unknown };
    return typeof seq === 'string' && /^\d{1,19}$/.test(seq) ? BigInt(seq) : undefined;
  } catch {
    return undefined;
  }
}

const invalid = (path: string, what: string, cause?: unknown) =>
  usageProblem('position-invalid', `The file ${path} ${what}.`, {
    hint: 'Name the file that an earlier run has written, or one that does not exist yet: then the first run begins with the events that come after it, or with --since.',
    cause,
  });
