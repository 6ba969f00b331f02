import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeText, NotText } from '../../files/text-file.js';
import { type Problem, usageProblem } from '../../problem.js';
import type { Context } from '../context.js';

/** More than any secret we take; keeps a wrong file from being read whole. */
const MAX_BYTES = 64 * 1024;

/** A secret from a file, from stdin where that is not a terminal (or is named as `-`), or asked for. */
export async function readSecret(
  context: Context,
  file: string | undefined,
  question: string,
): Promise<string> {
  if (file !== undefined && file !== '-') return readFileHead(resolve(context.world.cwd, file));
  if (file === undefined && context.prompts.available) return context.prompts.password(question);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of context.world.stdin) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > MAX_BYTES) break;
  }
  try {
    return decodeText(Buffer.concat(chunks), { cut: true });
  } catch (error) {
    throw unreadable('The text from stdin', error);
  }
}

async function readFileHead(path: string): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
      return decodeText(buffer.subarray(0, bytesRead), { cut: true });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(`The file ${path}`, error);
  }
}

function unreadable(what: string, cause: unknown): Problem {
  const isText = !(cause instanceof NotText);
  return usageProblem('file-unreadable', `${what} cannot be read${isText ? '' : `: it is ${cause.code}`}.`, {
    hint: isText ? 'Check the path and the file permissions.' : 'Save it as UTF-8.',
    cause,
  });
}
