import { readFile } from 'node:fs/promises';
import { configurationProblem } from '../../problem.js';
/**
 * The text of a file as editors on Windows and elsewhere save it: UTF-8 or UTF-16 with a byte order mark,
 * any line ends (they come back as `\n`).
 * @throws what `readFile` throws
 */
export async function readTextFile(path) {
    const bytes = await readFile(path);
    return decoded(bytes).replace(/\r\n?/g, '\n');
}
function decoded(bytes) {
    const [first, second] = bytes;
    if (first === 0xff && second === 0xfe)
        return new TextDecoder('utf-16le').decode(bytes);
    if (first === 0xfe && second === 0xff)
        return new TextDecoder('utf-16be').decode(bytes);
    return new TextDecoder('utf-8').decode(bytes);
}
/** The same, for a file that the user named. @throws Problem `connection-file-unreadable` */
export async function readNamedFile(path) {
    try {
        return await readTextFile(path);
    }
    catch (cause) {
        const missing = cause.code === 'ENOENT';
        throw configurationProblem('connection-file-unreadable', missing
            ? `The file ${path} with the connection setting does not exist.`
            : `The file ${path} with the connection setting cannot be read.`, { hint: 'Check the path, and the rights on the file.', cause });
    }
}
