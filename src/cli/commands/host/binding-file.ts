import { resolve } from 'node:path';
import type { Binding } from '../../../binding/binding.js';
import { readBinding } from '../../../binding/read-binding.js';
import { NotText, readTextFile } from '../../../files/text-file.js';
import { configurationProblem } from '../../../problem.js';
import type { Context } from '../../context.js';

/** @throws Problem `binding-unreadable`, `binding-invalid` */
export async function readBindingFile(file: string, { world }: Context): Promise<Binding> {
  let text: string;
  try {
    text = await readTextFile(resolve(world.cwd, file));
  } catch (error) {
    const why = error instanceof NotText ? `: it is ${error.code}` : '';
    throw configurationProblem('binding-unreadable', `The binding file ${file} cannot be read${why}.`, {
      hint: 'Correct the path, or create the file with `scimctl host scaffold`.',
      cause: error,
    });
  }
  return readBinding(text, file);
}
