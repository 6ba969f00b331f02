import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';

/** A process, told apart from a later one with the same number wherever the system lets us. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Linux: this boot of the machine. */
  bootId?: string;
  /** Linux: processes of other namespaces (containers) cannot be seen, so they cannot be judged. */
  pidNamespace?: string;
  /** Linux: clock ticks from boot to the start of the process (proc_pid_stat(5), field 22). */
  startTime?: string;
  /** Windows: the name of a pipe that is there as long as the process, see `lifePipe`. */
  life?: string;
}

/** `elsewhere`: on another host or in another container, so this process cannot know. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

export async function thisProcess(): Promise<ProcessIdentity> {
  const identity: ProcessIdentity = { pid: process.pid, host: hostname() };
  if (process.platform === 'linux') {
    identity.bootId = await bootId();
    identity.pidNamespace = await readlink('/proc/self/ns/pid').catch(() => undefined);
    identity.startTime = (await processStat(process.pid))?.startTime;
  }
  if (process.platform === 'win32') identity.life = await lifePipe();
  return identity;
}

/** Whether that process still runs. Age says nothing: a process may be stopped for hours and go on. */
export async function livenessOf(other: ProcessIdentity): Promise<Liveness> {
  if (other.host !== hostname()) return 'elsewhere';
  if (other.life !== undefined && process.platform === 'win32') {
    const isAlive = await isListening(other.life);
    if (isAlive !== undefined) return isAlive ? 'alive' : 'dead';
  }
  if (other.startTime === undefined || process.platform !== 'linux') return signalled(other.pid);
  if (other.bootId !== (await bootId())) return 'dead';
  if (other.pidNamespace !== (await thisProcess()).pidNamespace) return 'elsewhere';
  const stat = await processStat(other.pid);
  return stat?.running && stat.startTime === other.startTime ? 'alive' : 'dead';
}

const bootId = async () =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim() || undefined;

/** A killed process that nobody has waited for is dead once the last of its threads is. */
async function processStat(pid: number): Promise<{ startTime: string; running: boolean } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything; the third follows it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTime] = [fields[0] ?? '', Number(fields[17]), fields[19] ?? ''];
  return { startTime, running: !(/[ZXx]/.test(state) && threads <= 1) };
}

function signalled(pid: number): Liveness {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'alive';
  }
}

let own: Promise<string | undefined> | undefined;

/**
 * The name of a pipe at which this process listens until it ends; undefined where it cannot. Windows takes the name away
 * with the process, also with one that was killed: who finds nobody there knows that the process is gone, even if another
 * one has its number by now.
 */
function lifePipe(): Promise<string | undefined> {
  own ??= listenForLife(`\\\\.\\pipe\\scimctl-life-${randomBytes(16).toString('hex')}`);
  return own;
}

/** Listens there as long as the process lives, and does not keep it alive. */
const listenForLife = (address: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(address, () => resolve(address));
    server.unref();
  });

/** Whether a process listens there; undefined where that cannot be found out. */
const isListening = (address: string): Promise<boolean | undefined> =>
  new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'ENOENT' || code === 'ECONNREFUSED' ? false : undefined),
    );
  });
