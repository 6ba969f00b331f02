import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { usageProblem } from '../../problem.js';
/** More than any secret we take; keeps a wrong file from being read whole. */
const MAX_BYTES = 64 * 1024;
/** A secret from a file, from stdin where that is not a terminal (or is named as `-`), or asked for. */
export async function readSecret(context, file, question) {
    if (file !== undefined && file !== '-')
        return readFileHead(resolve(context.world.cwd, file));
    if (file === undefined && context.prompts.available)
        return context.prompts.password(question);
    let text = '';
    for await (const chunk of context.world.stdin) {
        text += String(chunk);
        if (text.length > MAX_BYTES)
            break;
    }
    return text;
}
async function readFileHead(path) {
    try {
        const handle = await open(path, 'r');
        try {
            const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
            return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
        }
        finally {
            await handle.close();
        }
    }
    catch (error) {
        throw usageProblem('file-unreadable', `The file ${path} cannot be read.`, {
            hint: 'Check its name and the rights on it.',
            cause: error,
        });
    }
}
