import { resolve } from 'node:path';
import { NO_KEYS, parseTokenKeys, type TokenKeys } from '../../core/tokens/keys.js';
import { exposedWarning, isExposed } from '../../files/exposed-file.js';
import { NotText, readTextFile } from '../../files/text-file.js';
import { configurationProblem } from '../../problem.js';
import { switchOf } from '../input/switch.js';
import type { SettingSource } from './setting-source.js';

/**
 * The keys for keyed token hashes: from SCIMCTL_TOKEN_KEYS, or from the file that SCIMCTL_TOKEN_KEYS_FILE or
 * the config file names.
 * @throws Problem `token-keys-unreadable` or `token-keys-invalid`.
 */
export async function readTokenKeys(context: SettingSource): Promise<TokenKeys> {
  const { env, cwd, platform } = context.world;
  const { tokenKeysFile, requireKeyedTokens, configFile } = await context.settings();
  const requireKeyed = readSwitch(env.SCIMCTL_REQUIRE_KEYED_TOKENS || requireKeyedTokens?.toString());
  if (env.SCIMCTL_TOKEN_KEYS)
    return parseTokenKeys(env.SCIMCTL_TOKEN_KEYS, 'SCIMCTL_TOKEN_KEYS', requireKeyed);
  const path = env.SCIMCTL_TOKEN_KEYS_FILE
    ? resolve(cwd, env.SCIMCTL_TOKEN_KEYS_FILE)
    : tokenKeysFile && resolve(configFile ?? cwd, '..', tokenKeysFile);
  if (!path) return { ...NO_KEYS, requireKeyed };
  try {
    // The group may read them: systemd gives a service its credentials so.
    if (await isExposed(path, platform)) context.talk.warn(exposedWarning('token keys', path));
    return parseTokenKeys(await readTextFile(path), path, requireKeyed);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall && !(error instanceof NotText)) throw error;
    const why = error instanceof NotText ? `: the file is ${error.code}` : '';
    throw configurationProblem('token-keys-unreadable', `The token keys in ${path} cannot be read${why}.`, {
      hint: 'Check the path and the file permissions. Without these keys, existing keyed tokens cannot be verified: if the file is lost, restore it from a backup.',
      cause: error,
    });
  }
}

/** A security switch: a value that is not understood must not be taken for off. */
function readSwitch(value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  const found = switchOf(value);
  if (found !== undefined) return found;
  throw configurationProblem(
    'setting-invalid',
    `${JSON.stringify(value)} is neither true nor false for requireKeyedTokens (SCIMCTL_REQUIRE_KEYED_TOKENS).`,
    { hint: 'Write true or false.' },
  );
}
