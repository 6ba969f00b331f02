import { resolve } from 'node:path';
import { csvRows } from '../../core/preflight/export/csv-rows.js';
import { Unreadable } from '../../core/preflight/export/unreadable.js';
import { usageProblem } from '../../problem.js';
import { readTextFile } from '../../text-file.js';

/**
 * The users that a file names: the column `userId` of a CSV, as `users pending -o csv` writes it, or one user per line.
 * Empty lines and lines that begin with # are left out.
 * @throws Problem `users-unreadable`, `users-empty`.
 */
export async function usersIn(file: string, directory: string): Promise<string[]> {
  const text = await textOf(file, directory);
  const ids = await idsOf(text);
  const named = (ids ?? text.split(/\r\n|\n|\r/).map((line) => line.trim())).filter(
    (user) => user !== '' && !user.startsWith('#'),
  );
  if (named.length > 0) return [...new Set(named)];
  throw usageProblem('users-empty', `The file ${file} names no user.`, {
    hint: 'Write one user per line: id, login name or e-mail address. Or use the output of `scimctl users pending -o csv`.',
  });
}

/** The column `userId`; undefined if the text has none. */
async function idsOf(text: string): Promise<string[] | undefined> {
  let column: number | undefined;
  const ids: string[] = [];
  try {
    for await (const rows of csvRows(inOnePiece(text))) {
      for (const { cells } of rows) {
        if (column === undefined) {
          column = cells.findIndex((name) => name.toLowerCase() === 'userid');
          if (column < 0) return undefined;
        } else ids.push(cells[column] ?? '');
      }
    }
  } catch (error) {
    // A list of names need not be CSV.
    if (!(error instanceof Unreadable) || column !== undefined) throw error;
    return undefined;
  }
  return ids;
}

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}

async function textOf(file: string, directory: string): Promise<string> {
  try {
    return await readTextFile(resolve(directory, file));
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw usageProblem('users-unreadable', `The file ${file} cannot be read (${code}).`, {
      hint: 'Check the path and the permissions of the account that runs scimctl.',
      cause: error,
    });
  }
}
