import { readTextFile } from '../../../files/text-file.js';
import { configurationProblem } from '../../../problem.js';

/**
 * Extensions of the User schema from a file: one of RFC 7643 §7, or an array of them.
 * @throws Problem `user-schemas-unreadable`.
 */
export async function readUserSchemas(path: string | undefined): Promise<unknown[]> {
  if (path === undefined) return [];
  try {
    const found: unknown = JSON.parse(await readTextFile(path));
    return Array.isArray(found) ? found : [found];
  } catch (error) {
    const what = error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read';
    throw configurationProblem(
      'user-schemas-unreadable',
      `The user schemas in ${path} cannot be used: the file ${what}.`,
      {
        hint: 'Name a file with --user-schemas that contains a SCIM schema (RFC 7643, section 7) or an array of schemas.',
        cause: error,
      },
    );
  }
}
