import type { AdviceCase, Scene, Stage } from '../advice-case.js';

/** The product on SQL Server, with a login for each role. */
export interface SqlServerScene extends Scene {
  /** The administrator's URL of the database. */
  url: string;
  schema: string;
  /** The database's URL, as the login of a role. */
  as(role: 'auditor' | 'operator'): string;
}

const on = (stage: Stage) => stage as Stage & SqlServerScene;

const env = (stage: Stage, role?: 'auditor' | 'operator', change: (url: URL) => void = () => {}) => {
  const url = new URL(role === undefined ? on(stage).url : on(stage).as(role));
  change(url);
  return { SCIMCTL_DATABASE: url.href, SCIMCTL_SCHEMA: on(stage).schema };
};

const attempt =
  (role?: 'auditor' | 'operator', change?: (url: URL) => void) =>
  (stage: Stage): { env: Record<string, string | undefined> } => ({ env: env(stage, role, change) });

/** What the driver and the server for SQL Server say otherwise than PostgreSQL. */
export const SQL_SERVER: AdviceCase[] = [
  {
    code: 'database-permission-denied',
    about: 'SQL Server: a role that has too few rights',
    given: attempt('auditor'),
    words: 'idp add okta --kind okta',
    as: (stage) => env(stage),
  },
  {
    code: 'database-login-failed',
    about: 'SQL Server',
    given: attempt('operator', (url) => {
      url.password = 'wrong';
    }),
    words: 'db status',
    says: /password/,
    follow: (_, stage) => attempt('operator')(stage),
  },
  {
    code: 'database-password-missing',
    about: 'SQL Server',
    given: attempt('operator', (url) => {
      url.password = '';
    }),
    words: 'db status',
    says: /(SCIMCTL_DATABASE_PASSWORD)/,
    follow: ([, variable = ''], stage) => {
      const without = attempt('operator', (url) => {
        url.password = '';
      })(stage);
      const { password } = new URL(on(stage).as('operator'));
      return { env: { ...without.env, [variable]: decodeURIComponent(password) } };
    },
  },
  {
    code: 'database-missing',
    about: 'SQL Server',
    given: attempt(undefined, (url) => {
      url.pathname = '/no_such_database';
    }),
    words: 'db status',
    says: /Check the name/,
    follow: (_, stage) => attempt()(stage),
  },
  {
    code: 'database-unreachable',
    about: 'SQL Server',
    given: attempt('operator', (url) => {
      url.port = '1';
    }),
    words: 'db status',
    says: /Check the port/,
    follow: (_, stage) => attempt('operator')(stage),
  },
  {
    code: 'login-unknown',
    about: 'SQL Server',
    given: attempt(),
    words: 'db grants --role auditor --to nobody_of_this_name --apply',
    says: /create the login/,
    // A login is of the whole server: the one of another role is there already.
    follow: (_, stage) => ({
      words: `db grants --role auditor --to ${new URL(on(stage).as('operator')).username} --apply`,
    }),
  },
];
