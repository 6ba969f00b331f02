import { resolve } from 'node:path';
import { type CsvRow, csvRows } from '../../core/preflight/export/csv-rows.js';
import { Unreadable } from '../../core/preflight/export/unreadable.js';
import { readTextFile } from '../../files/text-file.js';
import { type Problem, usageProblem } from '../../problem.js';

/**
 * The users that a file names: the column `userId` of a CSV, as `users pending -o csv` writes it, or one user per line,
 * where empty lines and lines that begin with # are left out.
 * @throws Problem `users-unreadable`, `users-empty`.
 */
export async function usersIn(file: string, directory: string): Promise<string[]> {
  const text = await textOf(file, directory);
  const named = (await idsOf(file, text)) ?? linesOf(text);
  if (named.length > 0) return [...new Set(named)];
  throw usageProblem('users-empty', `The file ${file} names no user.`, {
    hint: `${HINT} Or use the output of \`scimctl users pending -o csv\`.`,
  });
}

const HINT = 'Write one user per line: id, login name or e-mail address.';

const isRemark = (line: string): boolean => line === '' || line.startsWith('#');

const linesOf = (text: string): string[] =>
  text
    .split(LINE_BREAK)
    .map((line) => line.trim())
    .filter((line) => !isRemark(line));

const LINE_BREAK = /\r\n|\n|\r/;

/** The column `userId`; undefined if the text is a plain list. Its first line tells. */
async function idsOf(file: string, text: string): Promise<string[] | undefined> {
  const lines = text.split(LINE_BREAK);
  const above = lines.findIndex((line) => !isRemark(line.trim()) && !/^sep=.$/i.test(line.trim()));
  const head = lines[above]?.trim();
  if (head === undefined || !/[,;\t"]|^userid$/i.test(head)) return undefined;
  // The line that names the separator, if there is one, belongs to the CSV.
  const from = /^sep=.$/i.test(lines[above - 1]?.trim() ?? '') ? above - 1 : above;
  const [names, ...rows] = await rowsOf(file, lines.slice(from).join('\n'));
  const column = names?.cells.findIndex((name) => name.toLowerCase() === 'userid') ?? -1;
  if (column < 0) {
    throw unusable(file, 'it is a CSV without a column userId', {
      hint: `Use the output of \`scimctl users pending -o csv\`, with its first line. Or: ${HINT}`,
    });
  }
  return rows.map(({ line, cells }) => {
    const id = withoutGuard(cells[column] ?? '');
    if (id !== '') return id;
    throw unusable(file, `line ${line + from} has no userId`, {
      hint: 'Add the userId, or delete the line.',
    });
  });
}

async function rowsOf(file: string, text: string): Promise<CsvRow[]> {
  const all: CsvRow[] = [];
  try {
    for await (const rows of csvRows(inOnePiece(text))) all.push(...rows);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw unusable(file, error.message, {
      hint: 'Check the quotes: each cell that begins with a quotation mark must also end with one.',
      cause: error,
    });
  }
  return all;
}

/** The CSV that scimctl writes has an apostrophe before what a spreadsheet would take for a formula. */
const withoutGuard = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r])/, '');

const unusable = (file: string, why: string, more: { hint: string; cause?: unknown }): Problem =>
  usageProblem('users-unreadable', `The file ${file} cannot be read: ${why}.`, more);

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
