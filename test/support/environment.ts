import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const projectDirectory = fileURLToPath(new URL('../../../', import.meta.url));

/** For the `skip` option of a test about modes of files. */
export const noModes = process.platform === 'win32' && 'Windows has no modes';

/** For the `skip` option of a test about symbolic links. */
export const noLinks = process.platform === 'win32' && 'on Windows, making a link takes a privilege';

/** An empty directory, removed at the end of the run. */
export function temporaryDirectory(name = 'files'): Promise<string> {
  return mkdtemp(join(process.env.SCIMCTL_TEST_RUN_DIR ?? tmpdir(), `scimctl-${name}-`));
}

/** What a process needs of the machine to run at all; everything else of our environment stays out. */
const machine =
  /^(PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TEMP|TMP|TMPDIR|LANG|TZ|USER|USERNAME|LOGNAME|NODE_V8_COVERAGE)$/i;

/** Statements are captured in every process, or in none, and every process under Wine needs the workaround. */
const preloading = ({ NODE_OPTIONS }: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  /\/(tsql\/capture|running\/wine-keep-alive)\.js/.test(NODE_OPTIONS ?? '') ? { NODE_OPTIONS } : {};

/** A clean environment for a program that believes to be at home in the given directory. */
export function cleanEnvironment(
  home: string,
  extra: Record<string, string | undefined> = {},
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => machine.test(name))),
    ...preloading(process.env),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
    ...extra,
  };
}
