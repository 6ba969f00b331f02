import { chown, realpath, rename, stat } from 'node:fs/promises';
import { parseTokenKeys } from '../../core/tokens/keys.js';
import { operationProblem, Problem } from '../../problem.js';
import { readTextFile } from '../../text-file.js';
import type { World } from '../../world.js';
import { createTokenFile, type TokenFile } from './files/token-file.js';

/**
 * Puts a key in front of those in the file, so that it is the one for new tokens, and makes the file where
 * there is none. It is written whole, for its owner only, beside the old one and then put in its place: what
 * reads the keys at that moment sees all of the old or all of the new ones.
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
  let file: TokenFile | undefined;
  try {
    // Also the lock: of two at once only one can make it, and so no key is lost.
    file = await createTokenFile(unfinished, world);
    await file.write(await withKey(target, id, line));
    await keepOwner(target, unfinished, world);
    await rename(unfinished, target);
  } catch (error) {
    await file?.discard();
    throw problemOf(error, target, unfinished);
  }
}

/** An administrator may add a key for a service that runs as somebody else, who has to go on reading the file. */
async function keepOwner(from: string, to: string, { platform }: World): Promise<void> {
  const owner = platform === 'win32' ? undefined : await stat(from).catch(() => undefined);
  if (owner) await chown(to, owner.uid, owner.gid);
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
  if (error instanceof Problem && error.code === 'token-file-exists') {
    return operationProblem('key-file-busy', `Another process is changing the key file ${path}.`, {
      hint: `Nothing was changed. If no other process is running, an earlier attempt was interrupted: delete ${unfinished} and run the command again.`,
    });
  }
  if (error instanceof Problem && error.code !== 'token-file-unwritable') return error;
  const cause = error instanceof Problem ? error.cause : error;
  const { code = 'error' } = (cause ?? {}) as NodeJS.ErrnoException;
  return operationProblem('key-file-unwritable', `The key file ${path} cannot be written (${code}).`, {
    hint: 'No key was created. Name a file in a directory that you can write to, on a disk with free space.',
    cause,
  });
}
