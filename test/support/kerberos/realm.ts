import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../environment.js';
import { closedPort } from '../fake-servers/listen.js';

const run = promisify(execFile);

/** Debian has them where a user's PATH does not lead. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** A Kerberos domain of MIT's own server on loopback. */
export interface Realm {
  /** `EXAMPLE.COM`. */
  name: string;
  directory: string;
  /** What every program in the domain has in its environment. */
  env: Record<string, string>;
  /** Makes an account, or the service principal of a server. */
  add(principal: string): Promise<void>;
  /** Writes the keys of principals into a keytab. @returns its path. */
  keytab(name: string, ...principals: string[]): Promise<string>;
  /** Logs in with a keytab, for ten hours unless told otherwise. @returns `KRB5CCNAME` of the tickets. */
  kinit(principal: string, keytab: string, life?: string): Promise<string>;
  /** Runs a command of the administrator. */
  admin(query: string): Promise<void>;
  /** Stops the domain controller, or starts it again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Why there can be no domain on this machine; false where there can. */
export async function noKerberos(): Promise<string | false> {
  for (const program of ['krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit']) {
    const found = PATH.split(':').map((directory) => access(join(directory, program)));
    if (
      !(await Promise.any(found).then(
        () => true,
        () => false,
      ))
    ) {
      return 'MIT Kerberos is not installed: apt install krb5-kdc krb5-admin-server krb5-user';
    }
  }
  return false;
}

/** Makes a domain; the caller stops it. `krb5` is added to the section `libdefaults` of krb5.conf. */
export async function createRealm(krb5 = ''): Promise<Realm> {
  const directory = await temporaryDirectory('kerberos');
  const name = 'EXAMPLE.COM';
  const port = await closedPort();
  const file = (named: string) => join(directory, named);
  const env = { PATH, KRB5_CONFIG: file('krb5.conf'), KRB5_KDC_PROFILE: file('kdc.conf') };
  await writeFile(
    env.KRB5_CONFIG,
    `[libdefaults]
 default_realm = ${name}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 ${krb5}
[realms]
 ${name} = {
  kdc = 127.0.0.1:${port}
 }
`,
  );
  await writeFile(
    env.KRB5_KDC_PROFILE,
    `[kdcdefaults]
 kdc_listen = 127.0.0.1:${port}
 kdc_tcp_listen = 127.0.0.1:${port}
[realms]
 ${name} = {
  database_name = ${file('principal')}
  key_stash_file = ${file('stash')}
  acl_file = ${file('kadm5.acl')}
  max_life = 10h
 }
[logging]
 kdc = FILE:${file('kdc.log')}
`,
  );
  const call = (program: string, ...args: string[]) => run(program, args, { env });
  await call('kdb5_util', 'create', '-s', '-r', name, '-P', 'only-for-tests');
  let server: ChildProcess | undefined;
  const realm: Realm = {
    name,
    directory,
    env,
    add: (principal) => realm.admin(`addprinc -randkey ${principal}`),
    async keytab(named, ...principals) {
      await realm.admin(`ktadd -k ${file(named)} ${principals.join(' ')}`);
      return file(named);
    },
    async kinit(principal, keytab, life = '10h') {
      const cache = `FILE:${file(`${principal}.tickets`)}`;
      await call('kinit', '-c', cache, '-k', '-t', keytab, '-l', life, principal);
      return cache;
    },
    async admin(query) {
      const { stderr } = await call('kadmin.local', '-q', query);
      if (/error|fail|not /i.test(stderr)) throw new Error(stderr);
    },
    async stop() {
      if (server?.exitCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
    async start() {
      server = spawn('krb5kdc', ['-n'], { env, stdio: 'ignore' });
      while (!(await answers(port))) await sleep(20);
    },
  };
  await realm.start();
  return realm;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const is = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', is(true)).once('error', is(false));
  });
}
