import { win32 } from 'node:path';

/** Environment variables, by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The path of a program that is part of Windows. Started by its name alone, Windows would look for it in the current
 * directory first, where anybody may have put another one.
 */
export function systemProgram(name: 'icacls' | 'whoami', env: Environment): string {
  const root = Object.entries(env).find(([variable]) => variable.toLowerCase() === 'systemroot')?.[1];
  const isPlain = root !== undefined && /^[a-z]:\\/i.test(root);
  return win32.join(isPlain ? root : 'C:\\Windows', 'System32', `${name}.exe`);
}

/**
 * Runs it without a shell, in the directory of Windows' own programs.
 * @returns what it printed.
 * @throws Error where it cannot be started or does not end with 0.
 */
export async function runSystemProgram(
  name: Parameters<typeof systemProgram>[0],
  args: readonly string[],
  { env }: { env: Environment },
): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const path = systemProgram(name, env);
  const { stdout } = await promisify(execFile)(path, [...args], {
    cwd: win32.dirname(path),
    windowsHide: true,
  });
  return stdout;
}

/**
 * The user as Windows knows it, `contoso\anna`; `USERDOMAIN` is another's in services and over SSH. Undefined where
 * Windows does not say.
 */
export function windowsUser(env: Environment): string | undefined {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const path = systemProgram('whoami', env);
  try {
    const said = execFileSync(path, { cwd: win32.dirname(path), encoding: 'utf8', windowsHide: true }).trim();
    return /^[^\s\\][^\\]*\\[^\\]+$/.test(said) ? said : undefined;
  } catch {
    return undefined;
  }
}
