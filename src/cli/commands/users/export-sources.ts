import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { ExportSource } from '../../../core/preflight/export/user-list.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';

/**
 * The files of an export, as the user named them; `-` for standard input.
 * @throws Problem `options-conflict`; while they are read, `export-unreadable`.
 */
export function sourcesOf(files: readonly string[], { world }: Context): ExportSource[] {
  if (files.filter((file) => file === '-').length > 1) {
    throw usageProblem('options-conflict', 'Standard input (-) is given more than once.', {
      hint: 'Use - only once, or use files instead.',
    });
  }
  return files.map((file) =>
    file === '-'
      ? { name: 'standard input', bytes: bytesOf(world.stdin) }
      : { name: file, bytes: contentOf(file, world.cwd) },
  );
}

async function* bytesOf(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

async function* contentOf(file: string, directory: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(createReadStream(resolve(directory, file)));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw usageProblem('export-unreadable', `The file ${file} cannot be read (${code}).`, {
      hint: 'Check the path and the permissions of the account that runs scimctl.',
      cause: error,
    });
  }
}
