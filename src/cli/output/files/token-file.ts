import { operationProblem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { createPrivateFile } from './private-file.js';

/** A new private file for one token. */
export interface TokenFile {
  write: (token: string) => Promise<void>;
  /** Takes the file away again. */
  discard: () => Promise<void>;
}

/**
 * Creates the file exclusively and for its owner only, before anything else happens.
 * @throws Problem `token-file-exists` or `token-file-unwritable`.
 */
export async function createTokenFile(name: string, world: World): Promise<TokenFile> {
  const file = await createPrivateFile(name, world, { exists, unwritable });
  return { write: (token) => file.write(`${token}\n`), discard: file.discard };
}

const exists = (path: string, cause: unknown) =>
  operationProblem('token-file-exists', `The file ${path} already exists and was not changed.`, {
    hint: 'Name a file that does not exist.',
    cause,
  });

const unwritable = (path: string, code: string, cause: unknown) =>
  operationProblem('token-file-unwritable', `The token file ${path} cannot be written (${code}).`, {
    hint: 'No token was created. Name a file in a directory that you can write to, on a disk with free space.',
    cause,
  });
