import { operationProblem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { createPrivateFile, type PrivateFile } from './private-file.js';

/**
 * Creates a file for a private key, exclusively and for its owner only: a key is never replaced, because what it has
 * signed refers to it.
 * @throws Problem `signing-key-exists` or `signing-key-unwritable`.
 */
export const createSigningKeyFile = (name: string, world: World): Promise<PrivateFile> =>
  createPrivateFile(name, world, { exists: signingKeyExists, unwritable });

export const signingKeyExists = (path: string, cause?: unknown) =>
  operationProblem('signing-key-exists', `The file ${path} already exists and was not changed.`, {
    hint: 'Name a file that does not exist. A key is never replaced, because it is required to verify what it has signed.',
    cause,
  });

const unwritable = (path: string, code: string, cause: unknown) =>
  operationProblem('signing-key-unwritable', `The key file ${path} cannot be written (${code}).`, {
    hint: 'No key was created. Name a file in a directory that you can write to, on a disk with free space.',
    cause,
  });
