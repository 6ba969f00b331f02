import { resolve } from 'node:path';
import { parseSigningKey, type SigningKey } from '../../core/audit/evidence/signing-key.js';
import { exposedWarning, isExposed } from '../../files/exposed-file.js';
import { readAsciiFile } from '../../files/text-file.js';
import { configurationProblem } from '../../problem.js';
import type { SettingSource } from './setting-source.js';

/**
 * The key that heads of the audit trail are signed with: of --signing-key, SCIMCTL_SIGNING_KEY_FILE or the config
 * file; nothing where none is configured.
 * @param named the file of --signing-key.
 * @throws Problem `signing-key-unreadable`, `signing-key-invalid`, `signing-key-encrypted` or `signing-key-algorithm`.
 */
export async function readSigningKey(
  context: SettingSource,
  named: string | undefined,
): Promise<SigningKey | undefined> {
  const { env, cwd, platform } = context.world;
  const { signingKeyFile, configFile } = await context.settings();
  const given = named ?? (env.SCIMCTL_SIGNING_KEY_FILE || undefined);
  const path =
    given === undefined
      ? signingKeyFile && resolve(configFile ?? cwd, '..', signingKeyFile)
      : resolve(cwd, given);
  if (!path) return undefined;
  const text = await readAsciiFile(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code ?? 'error';
    throw configurationProblem(
      'signing-key-unreadable',
      `The signing key ${path} cannot be read (${code}).`,
      {
        hint: 'Check the path and the file permissions. If there is no key yet, create one with `scimctl audit new-key --key-file FILE`.',
        cause,
      },
    );
  });
  if (await isExposed(path, platform)) context.talk.warn(exposedWarning('signing key', path));
  return parseSigningKey(text, path);
}
