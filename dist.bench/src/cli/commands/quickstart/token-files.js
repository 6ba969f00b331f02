import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createFirstToken } from '../../../core/tokens/first.js';
import { createTokenFile } from '../../output/token-file.js';
const LIFETIME_MS = 365 * 86_400_000;
/** Creates a token into its file, unless the IdP has a live one. */
export async function ensureToken(core, idp, directory, world) {
    const file = join(directory, `${idp}.token`);
    let written;
    try {
        const issued = await createFirstToken(core, idp, {
            expiresInMs: LIFETIME_MS,
            deliver: async (token) => {
                await removeDeadToken(file);
                written = await createTokenFile(file, world);
                await written.write(token);
            },
        });
        return { idp, file, created: issued !== undefined };
    }
    catch (error) {
        await written?.discard();
        throw error;
    }
}
/**
 * What an earlier run wrote for a token that has ended, or that never came to be because the run was cut
 * short. Only called while the IdP has no live token; a file that holds anything else is left alone.
 */
async function removeDeadToken(file) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined && /^(scimctl_\w*)?\s*$/.test(text))
        await unlink(file);
}
