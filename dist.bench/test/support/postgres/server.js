import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { postgresFolder } from './binaries.js';
import { serverUser, temporaryRoot } from './unprivileged.js';
/**
 * For speed, nothing is forced to disk. All of this can be changed on the running server, so a test of
 * durability can say `alter system set fsync = on` and `select pg_reload_conf()`.
 */
const configuration = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 128MB
log_min_messages = warning
timezone = 'UTC'
`;
/** Makes a new database cluster in a temporary directory and starts it on a free port of 127.0.0.1. */
export async function startServer(options = {}) {
    const user = await serverUser();
    const directory = await mkdtemp(join(await temporaryRoot(user), 'scimctl-postgres-'));
    const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    try {
        if (user)
            await chown(directory, user.uid, user.gid);
        const programs = join(await postgresFolder(user, directory), 'bin');
        const cluster = { programs, user, directory, data: join(directory, 'data') };
        const password = await initialise(cluster, options);
        const port = await startOnFreePort(cluster);
        return {
            url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
            async stop() {
                // It may have been halted.
                await halt(cluster, 'immediate').catch(() => undefined);
                await remove();
            },
            halt: (how) => halt(cluster, how),
            resume: () => startOn(cluster, port, join(cluster.directory, 'server-resumed.log')),
        };
    }
    catch (error) {
        await remove();
        throw error;
    }
}
/** Creates the cluster; its locale is the same on every platform. Returns the superuser's password. */
async function initialise(cluster, options) {
    const password = randomBytes(24).toString('hex');
    const passwordFile = join(cluster.directory, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (cluster.user)
        await chown(passwordFile, cluster.user.uid, cluster.user.gid);
    const locale = ['-E', 'UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    await run(cluster, 'initdb', ['-D', cluster.data, '--no-sync', '--no-instructions', ...locale, ...access]);
    await rm(passwordFile);
    await appendFile(join(cluster.data, 'postgresql.conf'), `${configuration}${options.configuration ?? ''}\n`);
    for (const [name, text] of Object.entries(options.files ?? {})) {
        const file = join(cluster.data, name);
        await writeFile(file, text, { mode: 0o600 });
        if (cluster.user)
            await chown(file, cluster.user.uid, cluster.user.gid);
    }
    return password;
}
/** Another process may take a port between our finding and our using it, so there are several attempts. */
async function startOnFreePort(cluster) {
    const attempts = 5;
    for (let attempt = 1;; attempt++) {
        const port = await freePort();
        const log = join(cluster.directory, `server-${attempt}.log`);
        try {
            await startOn(cluster, port, log);
            return port;
        }
        catch (error) {
            const reason = await readFile(log, 'utf8').catch(() => '');
            if (attempt === attempts)
                throw new Error(`PostgreSQL did not start:\n${reason}`, { cause: error });
        }
    }
}
const startOn = (cluster, port, log) => run(cluster, 'pg_ctl', ['start', '-D', cluster.data, '-l', log, '-w', '-o', `-p ${port}`]);
const halt = (cluster, how) => run(cluster, 'pg_ctl', ['stop', '-D', cluster.data, '-m', how, '-w']);
function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer().once('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const address = probe.address();
            probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
        });
    });
}
/**
 * Runs one of PostgreSQL's programs to its end. Its output goes to a file, not to a pipe: the server that
 * `pg_ctl start` leaves behind inherits it, and would hold a pipe open for ever.
 */
async function run(cluster, program, args) {
    const logFile = join(cluster.directory, `${program}.log`);
    const output = await open(logFile, 'a');
    try {
        const child = spawn(join(cluster.programs, program), args, {
            cwd: cluster.directory,
            stdio: ['ignore', output.fd, output.fd],
            ...cluster.user,
        });
        const code = await new Promise((resolve, reject) => {
            child.once('error', reject).once('exit', resolve);
        });
        if (code !== 0) {
            const said = await readFile(logFile, 'utf8');
            throw new Error(`${program} ended with code ${code}:\n${said}`);
        }
    }
    finally {
        await output.close();
    }
}
