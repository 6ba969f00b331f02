import { readdir, readFile, readlink } from 'node:fs/promises';
import { operationProblem } from '../../../../../problem.js';
import { propertiesOf, type Systemctl } from './systemctl.js';

/** How long an endpoint may take to listen, or to find out that it cannot run: wrong settings, a port that is taken. */
const TRIAL_MS = 20_000;

/**
 * Waits until the endpoint listens.
 * @returns false where it runs and does not listen yet, because it waits for the database.
 * @throws Problem `service-not-running`.
 */
export async function endpointListens(name: string, run: Systemctl): Promise<boolean> {
  const unit = `${name}.service`;
  const end = Date.now() + TRIAL_MS;
  for (;;) {
    const { ActiveState, NRestarts = '0', MainPID = '0' } = (await propertiesOf([unit], run)).get(unit) ?? {};
    if (ActiveState !== 'active' || NRestarts !== '0') {
      throw operationProblem(
        'service-not-running',
        `The service ${name} is installed, but it ends at once.`,
        {
          hint: `Read the log with journalctl -u ${name}. systemd tries again every 5 seconds, so that correcting a file is enough; after a change of options, run the command again.`,
        },
      );
    }
    if (await isListening(MainPID)) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** State of a socket that listens; see proc(5). */
const LISTEN = '0A';

/** Whether a process itself listens at a TCP port, whichever that is: another program may have the same port. */
async function isListening(pid: string): Promise<boolean> {
  try {
    const fds = await readdir(`/proc/${pid}/fd`);
    const links = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`).catch(() => '')),
    );
    return tables
      .flatMap((table) => table.toString().split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .some(([, , , state, , , , , , inode = '']) => state === LISTEN && own.has(inode));
  } catch {
    // It has ended.
    return false;
  }
}
