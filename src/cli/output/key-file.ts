import { type FileHandle, open, realpath, unlink } from 'node:fs/promises';
import { parseTokenKeys } from '../../core/tokens/keys.js';
import { readTextFile } from '../../files/text-file.js';
import { operationProblem, Problem } from '../../problem.js';
import type { World } from '../../world.js';
import { beginReplacement, type Replacement } from './files/replacement.js';

/**
 * Puts a key in front of those in the file, so that it is the one for new tokens, and makes the file where
 * there is none. It is written whole, beside the old one, and then put in its place with the rights of the old one,
 * or for its owner only: what reads the keys at that moment sees all of the old or all of the new ones.
 * @param rehearse only look whether it could be done.
 * @throws Problem `token-key-exists`, `token-keys-invalid`, `key-file-busy`, `key-file-unwritable`.
 */
export async function prependKey(
  path: string,
  { id, line }: { id: string; line: string },
  world: World,
  rehearse = false,
): Promise<void> {
  // Where it is a link, what it leads to is replaced, not the link.
  const target = await realpath(path).catch(() => path);
  if (rehearse) return void (await withKey(target, id, line));
  const unfinished = `${target}.new`;
  let lock: FileHandle | undefined;
  let file: Replacement | undefined;
  try {
    // Of two at once only one can make it, and so no key is lost.
    lock = await open(unfinished, 'wx', 0o600);
    file = await beginReplacement(target, { isPrivate: true }, world);
    await file.handle.writeFile(`${await withKey(target, id, line)}\n`);
    // A service that runs under another account must still be able to read the file.
    await file.finish({ path: target, strictly: true });
  } catch (error) {
    await file?.discard();
    throw problemOf(error, target, unfinished);
  } finally {
    await lock?.close();
    if (lock) await unlink(unfinished).catch(() => undefined);
  }
}

/** The file's text with the new key first, but for the last line break. */
async function withKey(path: string, id: string, line: string): Promise<string> {
  const text = await readTextFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined || text.trim() === '') return line;
  if (parseTokenKeys(text, path).find(id)) {
    throw operationProblem('token-key-exists', `${path} already contains a key with the id ${id}.`, {
      hint: 'Choose another id. A key is never replaced, because existing tokens may depend on it.',
    });
  }
  return `${line}\n${text.trimEnd()}`;
}

function problemOf(error: unknown, path: string, unfinished: string): Problem {
  if (error instanceof Problem) return error;
  const { code = 'error' } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    return operationProblem('key-file-busy', `Another process is changing the key file ${path}.`, {
      hint: `Nothing was changed. If no other process is running, an earlier attempt was interrupted: delete ${unfinished} and run the command again.`,
    });
  }
  return operationProblem('key-file-unwritable', `The key file ${path} cannot be written (${code}).`, {
    hint: 'No key was created. Name a file in a directory that you can write to, on a disk with free space.',
    cause: error,
  });
}
