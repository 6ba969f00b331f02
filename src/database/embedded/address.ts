import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { configurationProblem } from '../../problem.js';

/** unix(7): the path of a socket has 104 bytes on macOS and the BSDs, 108 on Linux, and a final zero. */
const MAX_SOCKET_PATH = 103;
const PREFIX = 'scimctl-';

/**
 * A fresh place to listen at: a socket in a directory of its own that only this user can enter, or, on
 * Windows, a pipe with a name that nobody can guess. Any user can list the names of pipes, but Windows lets only this
 * user, administrators and the system write to it, and without a request nobody gets an answer.
 * Not in the database's directory, whose path may be longer than a socket's may be.
 * @throws Problem `embedded-socket-unavailable`.
 */
export async function makeAddress(): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\${PREFIX}${randomBytes(16).toString('hex')}`;
  const longest = join(tmpdir(), `${PREFIX}XXXXXX`, 'socket');
  const base = Buffer.byteLength(longest) > MAX_SOCKET_PATH ? '/tmp' : tmpdir();
  try {
    return join(await mkdtemp(join(base, PREFIX)), 'socket');
  } catch (error) {
    throw noSocket(base, error);
  }
}

/** What to say when nothing can be made, or listened at, where sockets are made. */
export const noSocket = (place: string, cause: unknown) =>
  configurationProblem(
    'embedded-socket-unavailable',
    `The socket of the embedded database cannot be created in ${place}.`,
    {
      hint: `Free some disk space there, or set ${process.platform === 'win32' ? 'TEMP' : 'TMPDIR'} to a directory that you can write to.`,
      cause,
    },
  );

/** Takes away what a dead or leaving owner left at its address. */
export async function removeAddress(address: string): Promise<void> {
  if (process.platform === 'win32' || !basename(dirname(address)).startsWith(PREFIX)) return;
  await rm(address, { force: true }).catch(() => undefined);
  await rmdir(dirname(address)).catch(() => undefined);
}

/**
 * Makes sure that nobody else can listen at, or enter, the directory of a socket. One that is gone is left
 * for the attempt to connect to find out.
 * @throws Problem `embedded-socket-unsafe`.
 */
export async function assertPrivate(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await lstat(dirname(address)).catch(() => undefined);
  if (!directory) return;
  if (directory.uid === process.geteuid?.() && directory.isDirectory() && (directory.mode & 0o077) === 0)
    return;
  throw configurationProblem(
    'embedded-socket-unsafe',
    `Other users have access to the socket of the embedded database, ${address}.`,
    {
      hint: 'Find out who changed the permissions of this directory, then end the process that owns the database.',
    },
  );
}
