import { configurationProblem } from '../../../problem.js';
import { readTextFile } from '../../../text-file.js';

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
    throw configurationProblem('user-schemas-unreadable', `The file ${path} of user schemas ${what}.`, {
      hint: 'It holds a SCIM schema (RFC 7643, section 7) or an array of them; check --user-schemas.',
      cause: error,
    });
  }
}
