import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
/** The checkout. */
export const projectDirectory = fileURLToPath(new URL('../../../', import.meta.url));
/** An empty directory, removed at the end of the run. */
export function temporaryDirectory(name = 'files') {
    return mkdtemp(join(process.env.SCIMCTL_TEST_RUN_DIR ?? tmpdir(), `scimctl-${name}-`));
}
/** What a process needs of the machine to run at all; everything else of our environment stays out. */
const machine = /^(PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TEMP|TMP|TMPDIR|LANG|TZ|USER|USERNAME|LOGNAME|NODE_V8_COVERAGE)$/i;
/** A clean environment for a program that believes to be at home in the given directory. */
export function cleanEnvironment(home, extra = {}) {
    return {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => machine.test(name))),
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
