import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listen, tlsFixture } from '../../support/fake-servers/listen.js';
import type { AdviceCase, Scene, Stage } from '../advice-case.js';

/** The server of these cases, with the database `app`; its logins have the password `pw`. */
export interface ServerScene extends Scene {
  /** The administrator's URL of a database. */
  admin(database?: string): string;
  sql(text: string, database?: string): Promise<unknown>;
  /** Does it in a transaction that stays open. @returns what ends it. */
  hold(text: string): Promise<() => Promise<void>>;
}

/** Ends what a case holds. */
const held = new WeakMap<Stage, () => Promise<unknown>>();

const on = (stage: Stage) => stage as Stage & ServerScene;

/** The URL as another login; any part may be another. */
function at(
  stage: Stage,
  user: string,
  { host = '127.0.0.1', database = 'app', parameters = '', password = 'pw', port = '' } = {},
) {
  const url = new URL(on(stage).admin(database));
  [url.username, url.password, url.hostname] = [user, password, host];
  if (port !== '') url.port = port;
  url.search = parameters;
  return { SCIMCTL_DATABASE: url.href };
}

const as =
  (user: string, where?: Parameters<typeof at>[2]) =>
  (stage: Stage): { env: Record<string, string | undefined> } => ({ env: at(stage, user, where) });

/** As the DBA. */
const byDba = (stage: Stage) => ({ SCIMCTL_DATABASE: on(stage).admin() });

const AUTHORITY = `sslrootcert=${tlsFixture('authority')}`;
const VERIFIED = { host: 'localhost', parameters: `sslmode=verify-full&${AUTHORITY}` };

/** The server shows another certificate from now on. */
const showCertificate = async (stage: Stage, name: string) => {
  await on(stage).sql(`alter system set ssl_cert_file = '${name}.pem'`);
  await on(stage).sql('select pg_reload_conf()');
};

const CERTIFICATES = [
  ['tls-expired', 'expired', /Renew it on the server.*(sslmode=require)/],
  ['tls-not-yet-valid', 'not-yet-valid', /clocks.*(sslmode=require)/],
] as const;

/** A server, its logins and rights, and the way to it. */
export const SERVERS: AdviceCase[] = [
  {
    code: 'database-permission-denied',
    about: 'a login without any role',
    given: as('joe'),
    words: 'users pending',
    as: byDba,
  },
  {
    code: 'database-permission-denied',
    about: 'a role that has too few rights',
    given: as('auditor'),
    words: 'idp add okta --kind okta',
    as: byDba,
  },
  {
    code: 'database-permission-denied',
    about: 'a login whose name has a blank',
    given: as('Joe Doe'),
    words: 'users pending',
    as: byDba,
  },
  {
    code: 'database-permission-denied',
    about: 'an empty database',
    given: as('setup', { database: 'empty' }),
    words: 'db migrate',
    as: (stage) => ({ SCIMCTL_DATABASE: on(stage).admin('empty') }),
  },
  {
    code: 'schema-missing',
    about: 'an empty database, to a login without rights',
    given: as('joe', { database: 'bare' }),
    words: 'users pending',
    as: (stage) => ({ SCIMCTL_DATABASE: on(stage).admin('bare') }),
    follow: async (_, stage) => {
      const env = { SCIMCTL_DATABASE: on(stage).admin('bare') };
      await stage.run('host install-reference', env);
      await stage.run('db grants --role auditor --to joe --apply', env);
    },
  },
  {
    code: 'database-permission-denied',
    about: 'what none of the roles may do',
    given: as('operator'),
    words: 'db grants --role auditor --to setup --apply',
    follow: (_, stage) => ({ env: byDba(stage) }),
  },
  {
    code: 'database-permission-denied',
    about: 'a host view that works with the rights of the login',
    given: async (stage) => {
      await on(stage).sql('alter view scim.host_licence set (security_invoker = on)');
      return as('auditor')(stage);
    },
    words: 'seats',
    says: /rights of its owner/,
    follow: async (_, stage) =>
      void (await on(stage).sql('alter view scim.host_licence set (security_invoker = off)')),
  },
  {
    code: 'login-unknown',
    given: (stage) => ({ env: byDba(stage) }),
    words: 'db grants --role auditor --to newcomer --apply',
    says: /create the login/,
    follow: async (_, stage) => void (await on(stage).sql('create role newcomer login')),
  },
  {
    code: 'login-is-role',
    about: 'the installer',
    given: (stage) => ({ env: byDba(stage) }),
    words: 'db grants --role installer --to scim_installer --apply',
    says: /another login with --to/,
    follow: () => ({ words: 'db grants --role installer --to setup --apply' }),
  },
  {
    code: 'database-login-failed',
    given: as('auditor', { password: 'wrong' }),
    words: 'db status',
    says: /password/,
    follow: (_, stage) => as('auditor')(stage),
  },
  {
    code: 'database-password-missing',
    given: as('auditor', { password: '' }),
    words: 'db status',
    says: /(SCIMCTL_DATABASE_PASSWORD)/,
    follow: ([, variable = ''], stage) => ({
      env: { ...at(stage, 'auditor', { password: '' }), [variable]: 'pw' },
    }),
  },
  {
    code: 'database-password-missing',
    about: 'in a file',
    given: as('auditor', { password: '' }),
    words: 'db status',
    says: /@FILE/,
    follow: async (_, stage) => {
      await writeFile(join(stage.directory, 'connection'), at(stage, 'auditor').SCIMCTL_DATABASE);
      return { env: { SCIMCTL_DATABASE: '@connection' } };
    },
  },
  {
    code: 'password-file-unreadable',
    given: (stage) => ({
      env: { ...at(stage, 'auditor', { password: '' }), SCIMCTL_DATABASE_PASSWORD_FILE: 'none' },
    }),
    words: 'db status',
    says: /(SCIMCTL_DATABASE_PASSWORD_FILE)/,
    follow: async ([, variable = ''], stage) => {
      await writeFile(join(stage.directory, 'password'), 'pw\n');
      return { env: { ...at(stage, 'auditor', { password: '' }), [variable]: 'password' } };
    },
  },
  {
    code: 'database-missing',
    given: as('auditor', { database: 'App' }),
    words: 'db status',
    says: /upper and lower case/,
    follow: (_, stage) => as('auditor')(stage),
  },
  {
    code: 'database-access-denied',
    given: async (stage) => {
      await on(stage).sql('revoke connect on database guarded from public');
      return as('auditor', { database: 'guarded' })(stage);
    },
    words: 'db status',
    says: /run (GRANT .*)\./,
    follow: async ([, grant = ''], stage) => void (await on(stage).sql(grant)),
  },
  {
    code: 'database-access-denied',
    about: 'a database that takes no connections',
    given: async (stage) => {
      await on(stage).sql('alter database closed allow_connections off', 'postgres');
      return as('auditor', { database: 'closed' })(stage);
    },
    words: 'db status',
    says: /(ALLOW_CONNECTIONS)/,
    follow: async ([, option], stage) =>
      void (await on(stage).sql(`alter database closed ${option} on`, 'postgres')),
  },
  {
    code: 'database-too-many-connections',
    given: async (stage) => {
      await on(stage).sql('alter role auditor connection limit 0');
      return as('auditor')(stage);
    },
    words: 'db status',
    says: /(CONNECTION LIMIT) of the role/,
    follow: async ([, limit], stage) => void (await on(stage).sql(`alter role auditor ${limit} 5`)),
  },
  {
    code: 'database-unreachable',
    given: as('auditor', { port: '1' }),
    words: 'db status',
    says: /port/,
    follow: (_, stage) => as('auditor')(stage),
  },
  {
    code: 'database-host-unknown',
    given: as('auditor', { host: 'no-such-host.invalid' }),
    words: 'db status',
    says: /address/,
    follow: (_, stage) => as('auditor')(stage),
  },
  {
    code: 'database-read-only',
    given: async (stage) => {
      await on(stage).sql('alter database app set default_transaction_read_only = on');
      return as('operator')(stage);
    },
    words: 'idp add okta-2 --kind okta',
    says: /read-only/,
    follow: async (_, stage) =>
      void (await on(stage).sql('alter database app reset default_transaction_read_only', 'postgres')),
  },
  {
    code: 'database-lock-timeout',
    given: async (stage) => {
      held.set(stage, await on(stage).hold('lock table scim.service_account in access exclusive mode'));
      return as('operator')(stage);
    },
    words: 'idp list --timeout 1s',
    says: /Find the session/,
    follow: async (_, stage) => void (await held.get(stage)?.()),
  },
  {
    code: 'database-timeout',
    given: async (stage) => {
      const silent = await listen((socket) => socket.resume());
      held.set(stage, silent.close);
      return as('auditor', { port: String(silent.port), parameters: 'connect_timeout=1' })(stage);
    },
    words: 'db status',
    says: /port/,
    follow: async (_, stage) => {
      await held.get(stage)?.();
      return as('auditor')(stage);
    },
  },
  {
    code: 'connection-setting-invalid',
    given: (stage) => ({
      env: { SCIMCTL_DATABASE: at(stage, 'auditor').SCIMCTL_DATABASE.replace('postgres:', 'oracle:') },
    }),
    words: 'db status',
    says: /(postgresql):\/\//,
    follow: ([, scheme], stage) => ({
      env: { SCIMCTL_DATABASE: at(stage, 'auditor').SCIMCTL_DATABASE.replace(/^\w+/, scheme ?? '') },
    }),
  },
  {
    code: 'connection-setting-invalid',
    about: 'no form at all',
    env: { SCIMCTL_DATABASE: 'localhost' },
    words: 'db status',
    says: /(postgresql:\/\/)user@host\/database/,
    follow: ([, begin], stage) => ({
      env: { SCIMCTL_DATABASE: `${begin}auditor:pw@${new URL(on(stage).admin()).host}/app` },
    }),
  },
  {
    code: 'tls-file-unreadable',
    given: as('auditor', { host: 'localhost', parameters: 'sslmode=verify-full&sslrootcert=none.pem' }),
    words: 'db status',
    says: /path/,
    follow: (_, stage) => as('auditor', VERIFIED)(stage),
  },
  {
    code: 'tls-file-unreadable',
    about: 'no certificate',
    given: async (stage) => {
      await writeFile(join(stage.directory, 'ca.pem'), 'x');
      return as('auditor', { host: 'localhost', parameters: 'sslmode=verify-full&sslrootcert=ca.pem' })(
        stage,
      );
    },
    words: 'db status',
    says: /PEM/,
    follow: (_, stage) => as('auditor', VERIFIED)(stage),
  },
  {
    code: 'tls-untrusted',
    given: as('auditor', { host: 'localhost', parameters: 'sslmode=verify-full' }),
    words: 'db status',
    says: /(sslrootcert)=FILE/,
    follow: ([, parameter], stage) =>
      as('auditor', {
        ...VERIFIED,
        parameters: `sslmode=verify-full&${parameter}=${tlsFixture('authority')}`,
      })(stage),
  },
  {
    code: 'tls-untrusted',
    about: 'without verification',
    given: as('auditor', { host: 'localhost', parameters: 'sslmode=verify-full' }),
    words: 'db status',
    says: /(sslmode=require)/,
    follow: ([, parameters], stage) => as('auditor', { parameters })(stage),
  },
  {
    code: 'tls-name-mismatch',
    given: as('auditor', {
      host: 'db.contoso.example',
      parameters: `hostaddr=127.0.0.1&sslmode=verify-full&${AUTHORITY}`,
    }),
    words: 'db status',
    says: /(sslmode=verify-ca)/,
    follow: ([, mode], stage) =>
      as('auditor', { host: 'db.contoso.example', parameters: `hostaddr=127.0.0.1&${mode}&${AUTHORITY}` })(
        stage,
      ),
  },
  ...CERTIFICATES.map(
    ([code, name, says]): AdviceCase => ({
      code,
      given: async (stage) => {
        await showCertificate(stage, name);
        return as('auditor', {
          host: 'localhost',
          parameters: `sslmode=verify-full&sslrootcert=${tlsFixture(code === 'tls-expired' ? 'authority' : name)}`,
        })(stage);
      },
      words: 'db status',
      says,
      follow: async (_, stage) => {
        await showCertificate(stage, 'trusted');
        return as('auditor', VERIFIED)(stage);
      },
    }),
  ),
  {
    code: 'tls-client-certificate',
    given: as('certified', VERIFIED),
    words: 'db status',
    says: /(sslcert)=FILE and (sslkey)=FILE/,
    follow: ([, cert, key], stage) =>
      as('certified', {
        ...VERIFIED,
        parameters: `${VERIFIED.parameters}&${cert}=${tlsFixture('client')}&${key}=${tlsFixture('key-for-tests-only')}`,
      })(stage),
  },
  {
    code: 'tls-required',
    given: as('encrypted', { host: 'localhost', parameters: 'sslmode=disable' }),
    words: 'db status',
    says: /(sslmode=verify-full)/,
    follow: ([, mode], stage) =>
      as('encrypted', { host: 'localhost', parameters: `${mode}&${AUTHORITY}` })(stage),
  },
  {
    code: 'tls-refused',
    given: async (stage) => {
      await on(stage).sql('alter system set ssl = off');
      await on(stage).sql('select pg_reload_conf()');
      return as('auditor', VERIFIED)(stage);
    },
    words: 'db status',
    says: /(sslmode=disable)/,
    follow: ([, parameters], stage) => as('auditor', { host: 'localhost', parameters })(stage),
  },
];
