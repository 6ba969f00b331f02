import { NotText, readTextFile as readText } from '../../../files/text-file.js';
import { configurationProblem } from '../../../problem.js';

/**
 * The text of a file in any encoding, with any line ends (they come back as `\n`).
 * @throws what `readTextFile` of `text-file.ts` throws
 */
export const readSettingFile = async (path: string): Promise<string> =>
  (await readText(path)).replace(/\r\n?/g, '\n');

/**
 * The same, for a file that the user named.
 * @param name what follows the `#` behind its path.
 * @throws Problem `connection-file-unreadable`
 */
export async function readNamedFile(path: string, name?: string): Promise<string> {
  try {
    return await readSettingFile(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw configurationProblem(
      'connection-file-unreadable',
      missing
        ? `The file ${path} for the connection setting does not exist.`
        : `The file ${path} for the connection setting cannot be read${cause instanceof NotText ? `: it is ${cause.code}` : ''}.`,
      {
        hint:
          missing && name !== undefined
            ? 'Check the path. What follows the last # is not part of it, but names a setting in the file.'
            : 'Check the path and the file permissions.',
        cause,
      },
    );
  }
}
