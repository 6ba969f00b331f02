import { stat } from 'node:fs/promises';

/**
 * Whether all users of the machine can read or write a file that holds a secret. Its group may: that is how a service
 * account is given a file. Windows has no such modes, and its default permissions leave other users out.
 */
export async function isExposed(path: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32') return false;
  const { mode } = await stat(path).catch(() => ({ mode: 0 }));
  return (mode & 0o007) !== 0;
}

/** What to say of one: `The password in /etc/db.txt`. */
export const exposedWarning = (secret: string, path: string): string =>
  `Other users can read the ${secret} in ${path}. Run: chmod o-rwx ${path}`;
