import { win32 } from 'node:path';

/** Environment variables, by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Programs of Windows that are started here. */
export type WindowsProgram = 'icacls' | 'whoami' | 'sc' | 'schtasks' | 'reg' | 'net' | 'takeown' | 'fsutil';

/**
 * The path of a program that is part of Windows. Started by its name alone, Windows would look for it in the current
 * directory first, where anybody may have put another one.
 */
export function systemProgram(name: WindowsProgram, env: Environment): string {
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
  name: WindowsProgram,
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
 * @param userName the name without the domain, from a function of Windows that knows no code page.
 */
export function windowsUser(env: Environment, userName: () => string): string | undefined {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const path = systemProgram('whoami', env);
  try {
    return userSaid(execFileSync(path, { cwd: win32.dirname(path), windowsHide: true }), userName);
  } catch {
    return undefined;
  }
}

/**
 * The user in what whoami prints, which into a pipe is in the code page of the console: only ASCII can be read for
 * sure, and of other names the domain alone.
 */
export function userSaid(bytes: Uint8Array, userName: () => string): string | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (!/^[^\s\\]/.test(text)) return undefined;
  const domain = /^([!-[\]-~][ -[\]-~]*)\\./.exec(text)?.[1];
  if (domain === undefined) return undefined;
  if (/^[ -~]+$/.test(text)) return /^[^\\]+\\[^\\]+$/.test(text) ? text : undefined;
  // As whoami writes names.
  return `${domain}\\${userName().toLowerCase()}`;
}

/**
 * The definition of a scheduled task in the root folder, as Task Scheduler keeps it: `schtasks /xml` prints it in the
 * code page of the console. Undefined where it cannot be read, as by ordinary users.
 */
export async function taskDefinition(name: string, env: Environment): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises');
  const path = win32.join(win32.dirname(systemProgram('schtasks', env)), 'Tasks', name);
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && definitionOf(bytes);
}

/** In UTF-16, with its mark; undefined for anything else. */
export const definitionOf = (bytes: Uint8Array): string | undefined =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? Buffer.from(bytes.subarray(2)).toString('utf16le') : undefined;

/** Where distributions have it; the first is a link to the second on older ones, or the other way round. */
const SYSTEMCTL = ['/usr/bin/systemctl', '/bin/systemctl'];

/** Of the environment of this process, nothing: a path or a language of the user's is none of systemd's. */
const SYSTEMD_ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  SYSTEMD_COLORS: '0',
  SYSTEMD_PAGER: '',
};

export interface ProgramEnd {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs systemctl, by its whole path and without a shell.
 * @throws Error where it is not there.
 */
export async function runSystemctl(args: readonly string[]): Promise<ProgramEnd> {
  const { existsSync } = await import('node:fs');
  const { execFile } = await import('node:child_process');
  const path = SYSTEMCTL.find((each) => existsSync(each));
  if (path === undefined) throw new Error('systemctl is not installed');
  return new Promise((resolve, reject) => {
    execFile(path, [...args], { cwd: '/', env: SYSTEMD_ENVIRONMENT }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
