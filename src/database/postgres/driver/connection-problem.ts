import { configurationProblem, Problem } from '../../../problem.js';
import { describeServer, describeSettings } from '../../settings/describe.js';
import { codeOf, connectFailureOf, isCutOff, unfold } from '../../settings/failure.js';
import type { ServerSettings } from '../../settings/settings.js';
import { failureProblem } from '../../settings/tls/failure-problem.js';

type Wording = [code: string, message: string, hint: string];

/**
 * Says why no connection to PostgreSQL came about, and what mends it: a Problem of kind `configuration`.
 * Of several hosts' errors the one that says most is told.
 */
export function connectionProblemPostgres(error: unknown, settings: ServerSettings): Problem {
  if (error instanceof Problem) return error;
  const errors = unfold(error);
  for (const one of errors) {
    const wording = wordingOf(one, settings) ?? withoutCode(one, describeServer(settings));
    if (wording) return problem(wording, error);
  }
  for (const one of errors) {
    const failure = /(timeout expired|Query read timeout)$/.test(one.message)
      ? 'timed-out'
      : connectFailureOf(one);
    if (failure) return failureProblem(failure, one, settings);
  }
  if (isCutOff(error)) {
    return failureProblem('cut-off', errors[0] as Error, settings);
  }
  const message = errors[0]?.message ?? String(error);
  return problem(
    [
      'database-connection-failed',
      `No connection to ${describeSettings(settings)}: ${message}`,
      'Check the connection setting and the log of the server.',
    ],
    error,
  );
}

const problem = ([code, message, hint]: Wording, cause: unknown) =>
  configurationProblem(code, message, { hint, cause });

function wordingOf(error: Error, settings: ServerSettings): Wording | undefined {
  const server = `PostgreSQL at ${describeServer(settings)}`;
  switch (codeOf(error)) {
    case '28P01':
      return [
        'database-login-failed',
        `${server} refused the login of ${settings.user}: wrong password, or no such role.`,
        'Check the user and the password. A password from a variable or file may end in an extra space or line break.',
      ];
    case '28000':
      return refusedByRule(error, settings, server);
    case '3D000':
      return [
        'database-missing',
        `${server} has no database ${settings.database}.`,
        'Check the name (upper and lower case matter), or have the database created.',
      ];
    case '42501':
      return [
        'database-access-denied',
        `The role ${settings.user} may not connect to the database ${settings.database} of ${server}.`,
        `Have the DBA run GRANT CONNECT ON DATABASE "${settings.database}" TO "${settings.user}".`,
      ];
    case '53300':
      return [
        'database-too-many-connections',
        `${server} has no free connection.`,
        'Try again later, or raise max_connections, or the CONNECTION LIMIT of the role or database.',
      ];
    case '57P03':
      return [
        'database-starting',
        `${server} is starting up, shutting down or recovering.`,
        'Try again in a moment. `scimctl db wait` waits until the server is ready.',
      ];
    case '55000':
      return [
        'database-access-denied',
        `The database ${settings.database} of ${server} does not accept connections.`,
        'Choose another database, or have the DBA set ALLOW_CONNECTIONS.',
      ];
    case 'PASSWORD_MISSING':
      return [
        'database-password-missing',
        `${server} requires the password of ${settings.user}, but no password is set.`,
        'Set SCIMCTL_DATABASE_PASSWORD, write the password into the file of an @FILE setting, or use ~/.pgpass.',
      ];
    case 'READ_ONLY_SERVER':
      return [
        'database-read-only',
        `None of the hosts ${describeServer(settings)} accepts writes.`,
        'Name the primary server, or wait until the failover has finished.',
      ];
    default:
      return undefined;
  }
}

/** pg_hba.conf decides who may log in from where, and whether without TLS. */
function refusedByRule(error: Error, settings: ServerSettings, server: string): Wording {
  if (/certificate/i.test(error.message)) {
    return [
      'tls-client-certificate',
      `${server} requires a client certificate for ${settings.user}.`,
      `Use sslcert=FILE and sslkey=FILE with a certificate for CN=${settings.user} from an authority that the server trusts.`,
    ];
  }
  if (/no encryption|SSL off/i.test(error.message)) {
    return [
      'tls-required',
      `${server} accepts ${settings.user} from this machine only over TLS, if at all.`,
      'Use sslmode=verify-full (or leave out sslmode), or have a rule added to pg_hba.conf.',
    ];
  }
  if (/pg_hba\.conf/.test(error.message)) {
    return [
      'database-access-denied',
      `${server} has no rule in pg_hba.conf that allows ${settings.user} to connect to ${settings.database} from this machine.`,
      'Have the DBA add a rule to pg_hba.conf and reload the configuration.',
    ];
  }
  return [
    'database-login-failed',
    `${server} refused the login of ${settings.user}: ${error.message}.`,
    'Check the user name, and that the role exists and can log in.',
  ];
}

function withoutCode(error: Error, server: string): Wording | undefined {
  if (error.message.startsWith('The server does not support SSL connections')) {
    return [
      'tls-refused',
      `PostgreSQL at ${server} does not offer TLS.`,
      'Have TLS enabled on the server. On a network that you trust, connect without TLS with sslmode=disable.',
    ];
  }
  if (error.message.startsWith('There was an error establishing an SSL')) {
    return [
      'database-unreachable',
      `The program that listens at ${server} is not PostgreSQL.`,
      'Check the host and the port.',
    ];
  }
  if (error.name === 'KnexTimeoutError') {
    return [
      'database-pool-exhausted',
      `All connections to PostgreSQL at ${server} are in use.`,
      'Try again. If the problem persists, check the server for a statement that hangs.',
    ];
  }
  return undefined;
}
