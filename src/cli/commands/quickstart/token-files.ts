import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../../core/core.js';
import { createFirstToken } from '../../../core/tokens/create.js';
import type { World } from '../../../world.js';
import { createTokenFile, type TokenFile } from '../../output/files/token-file.js';

export interface QuickstartToken {
  idp: string;
  /** Absolute path. */
  file: string;
  /** False where the IdP had a live token already. */
  created: boolean;
}

const LIFETIME_MS = 365 * 86_400_000;

/** Creates a token into its file, unless the IdP has a live one. */
export async function ensureToken(
  core: Core,
  idp: string,
  directory: string,
  world: World,
): Promise<QuickstartToken> {
  const file = join(directory, `${idp}.token`);
  let written: TokenFile | undefined;
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
  } catch (error) {
    await written?.discard();
    throw error;
  }
}

/**
 * What an earlier run wrote for a token that has ended, or that never came to be because the run was cut
 * short. Only called while the IdP has no live token; a file that holds anything else is left alone.
 */
async function removeDeadToken(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined && /^(scimctl_\w*)?\s*$/.test(text)) await unlink(file);
}
