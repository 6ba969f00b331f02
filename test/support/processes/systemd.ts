import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../environment.js';
import { tieToThisProcess } from './children.js';

/** Why no systemd can be started here; it is left out unless it is asked for, since it takes root and namespaces. */
export const systemdMissing = (): string | undefined =>
  process.env.SCIMCTL_TEST_SYSTEMD !== '1'
    ? 'SCIMCTL_TEST_SYSTEMD is not 1'
    : process.getuid?.() !== 0
      ? 'it takes root'
      : existsSync('/lib/systemd/systemd')
        ? undefined
        : 'systemd is not installed';

/** A systemd in namespaces of its own. */
export interface BootedSystemd {
  /** Where the service finds its files: the same path inside, a directory of its own. */
  directory: string;
  /** Runs a shell script inside, as root. */
  run(script: string): Promise<{ code: number; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

/** What it must not start: these reach out of the namespaces, to devices and to the kernel. */
const MASKED = [
  ...['systemd-udevd', 'systemd-udev-trigger', 'systemd-sysctl', 'systemd-modules-load'],
  ...['systemd-tmpfiles-setup', 'systemd-tmpfiles-setup-dev', 'systemd-update-utmp', 'systemd-binfmt'],
].map((name) => `${name}.service`);

/**
 * Starts systemd as the first process of a namespace. The file system of the machine is read-only in it, and everything
 * that is written to is a tmpfs of the namespace, so that nothing of the machine is touched: `/tmp` above all, which
 * Debian's systemd clears at its start.
 */
export async function bootSystemd(): Promise<BootedSystemd> {
  const place = await temporaryDirectory('systemd');
  const boot = join(place, 'boot.sh');
  await writeFile(boot, script());
  const starter = `for c in /sys/fs/cgroup/*; do mkdir -p $c/scimctl-test 2>/dev/null && echo $$ > $c/scimctl-test/cgroup.procs 2>/dev/null; done
exec unshare --kill-child --pid --mount --fork --ipc --uts --cgroup bash ${boot}`;
  const child: ChildProcess = spawn('bash', ['-c', starter], { stdio: ['ignore', 'ignore', 'pipe'] });
  tieToThisProcess(child);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const pid = await first(child, () => log);
  const run: BootedSystemd['run'] = async (text) => {
    const words = ['-t', String(pid), '-p', '-m', '-i', '-u', '-C', 'bash', '-c', text];
    return promisify(execFile)('nsenter', words, {
      maxBuffer: 1 << 26,
      env: { PATH: process.env.PATH },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  };
  const end = Date.now() + 30_000;
  while ((await run('systemctl is-active idle.target')).stdout.trim() !== 'active') {
    if (Date.now() > end) throw new Error(`systemd did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    directory: '/run/scimctl-test',
    run,
    stop: async () => {
      // The first process of the namespace: all others end with it.
      process.kill(pid, 'SIGKILL');
      while (child.exitCode === null && child.signalCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await promisify(execFile)('bash', [
        '-c',
        'for c in /sys/fs/cgroup/*/scimctl-test; do find $c -depth -type d -exec rmdir {} \\; ; done 2>/dev/null; true',
      ]);
    },
  };
}

/** The process that is the first of the namespace, as it is called outside. */
async function first(child: ChildProcess, log: () => string): Promise<number> {
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  for (let tries = 0; tries < 100; tries++) {
    const found = (await readFile(children, 'utf8').catch(() => '')).trim();
    if (
      /^\d+$/.test(found) &&
      (await readFile(`/proc/${found}/comm`, 'utf8').catch(() => '')) === 'systemd\n'
    ) {
      return Number(found);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`unshare did not start systemd:\n${log()}`);
}

function script(): string {
  const nothing = '[Unit]\\nDescription=nothing\\nDefaultDependencies=no\\n';
  return `set -e
mount --make-rprivate /
mount -t proc proc /proc
for d in /run /var/tmp /var/lib /var/log /var/cache /etc/systemd/system; do mount -t tmpfs -o mode=755 tmpfs $d; done
mkdir -p /run/lock /run/scimctl-test
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs tmpfs /media
for n in null zero full random urandom tty; do touch /media/$n; mount --bind /dev/$n /media/$n; done
mkdir /media/shm /media/pts /media/mqueue
mount -t tmpfs -o mode=1777 tmpfs /media/shm
mount -t devpts devpts /media/pts
ln -s pts/ptmx /media/ptmx
ln -s /proc/self/fd /media/fd
mount --move /media /dev
mount -o remount,ro,bind /
# Credentials are mounted by a child of systemd, and must be seen by others.
mount --make-rshared /
for t in sysinit.target basic.target network-online.target; do printf '${nothing}' > /etc/systemd/system/$t; done
printf '${nothing.replace('nothing', 'idle')}Requires=sysinit.target basic.target\\n' > /etc/systemd/system/idle.target
for m in ${MASKED.join(' ')}; do ln -s /dev/null /etc/systemd/system/$m; done
export container=docker
exec /lib/systemd/systemd --system --unit=idle.target --log-target=console --show-status=no
`;
}

/** Writes a file into a directory of the namespace. */
export const insideFile = ({ run, directory }: BootedSystemd, name: string, text: string) =>
  run(`umask 077; cat > ${directory}/${name} <<'END-OF-FILE'\n${text}\nEND-OF-FILE`);
