import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
export async function thisProcess() {
    const identity = { pid: process.pid, host: hostname() };
    if (process.platform === 'linux') {
        identity.bootId = await bootId();
        identity.pidNamespace = await readlink('/proc/self/ns/pid').catch(() => undefined);
        identity.startTime = (await processStat(process.pid))?.startTime;
    }
    return identity;
}
/** Whether that process still runs. Age says nothing: a process may be stopped for hours and go on. */
export async function livenessOf(other) {
    if (other.host !== hostname())
        return 'elsewhere';
    if (other.startTime === undefined || process.platform !== 'linux')
        return signalled(other.pid);
    if (other.bootId !== (await bootId()))
        return 'dead';
    if (other.pidNamespace !== (await thisProcess()).pidNamespace)
        return 'elsewhere';
    const stat = await processStat(other.pid);
    return stat?.running && stat.startTime === other.startTime ? 'alive' : 'dead';
}
const bootId = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim() || undefined;
/** A killed process that nobody has waited for is dead once the last of its threads is. */
async function processStat(pid) {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (text === undefined)
        return undefined;
    // The second field is the program's name in parentheses and may hold anything; the third follows it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, threads, startTime] = [fields[0] ?? '', Number(fields[17]), fields[19] ?? ''];
    return { startTime, running: !(/[ZXx]/.test(state) && threads <= 1) };
}
function signalled(pid) {
    try {
        process.kill(pid, 0);
        return 'alive';
    }
    catch (error) {
        return error.code === 'ESRCH' ? 'dead' : 'alive';
    }
}
