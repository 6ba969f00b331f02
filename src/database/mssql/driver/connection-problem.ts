import { configurationProblem, Problem } from '../../../problem.js';
import { originalMessage } from '../../dialect/server-words.js';
import { describeServer, describeSettings, describeUser } from '../../settings/describe.js';
import { codeOf, connectFailureOf, unfold } from '../../settings/failure.js';
import type { ServerSettings } from '../../settings/settings.js';
import { failureProblem } from '../../settings/tls/failure-problem.js';
import type { ServerMessage } from './driver.js';
import { BABELFISH_UNMAPPED, FAULT_BY_NUMBER } from './error-numbers.js';

type Wording = [code: string, message: string, hint: string];

/** Says why no connection to SQL Server came about, and what mends it: a Problem of kind `configuration`. */
export function connectionProblemMssql(error: unknown, settings: ServerSettings): Problem {
  if (error instanceof Problem) return error;
  const errors = unfold(error);
  const told = errors.flatMap((one) => messagesOf(one));
  const wording =
    told.map((message) => loginWording(message, settings)).find(Boolean) ??
    errors.map((one) => driverWording(one, settings)).find(Boolean);
  if (wording) return problem(wording, error);
  for (const one of errors) {
    const failure = codeOf(one) === 'ETIMEOUT' ? 'timed-out' : connectFailureOf(one);
    if (failure) return failureProblem(failure, one, settings);
  }
  const [first] = errors;
  const message =
    told.map((one) => one.message).join(' ') || (first ? originalMessage(first) : String(error));
  // There was a connection where the server has refused a statement.
  const isRefused = errors.some((one) => codeOf(one) === 'EREQUEST');
  return problem(
    [
      'database-connection-failed',
      isRefused
        ? `SQL Server at ${describeServer(settings)} refused the first query: ${message}`
        : `No connection to ${describeSettings(settings)}: ${message}`,
      'Check the connection setting and the error log of the server.',
    ],
    error,
  );
}

const problem = ([code, message, hint]: Wording, cause: unknown) =>
  configurationProblem(code, message, { hint, cause });

/** What the server said, the most telling first: 18456 only says that the login failed after all. */
function messagesOf(error: Error): ServerMessage[] {
  const { serverMessages, number } = error as { serverMessages?: ServerMessage[]; number?: number };
  const own = typeof number === 'number' ? [{ number, message: originalMessage(error) }] : [];
  const login =
    codeOf(error) === 'ELOGIN' && !serverMessages?.length ? [{ number: 0, message: error.message }] : [];
  return [...(serverMessages ?? []), ...own, ...login].sort(
    (a, b) => Number(a.number === 18456) - Number(b.number === 18456),
  );
}

function loginWording({ number, message }: ServerMessage, settings: ServerSettings): Wording | undefined {
  const server = `SQL Server at ${describeServer(settings)}`;
  const user = describeUser(settings);
  const login = settings.integrated
    ? 'the login of this account or of one of its groups'
    : `the login ${user}`;
  const { database } = settings;
  // Babelfish: the texts of PostgreSQL.
  if (/database ".*" does not exist/.test(message)) return missing(server, database);
  if (settings.integrated) {
    const refused = integratedWording(number, message, server);
    if (refused) return refused;
  } else if (settings.password === undefined && isOfPassword(number)) return passwordMissing(server, user);
  switch (number) {
    case 4060:
    case 4063:
    case 4064:
      return [
        'database-missing',
        `${server} has no database ${database}, or ${user} has no access to it.`,
        `Check the name, or have the DBA run CREATE USER in it for ${login}.`,
      ];
    case 911:
      return missing(server, database);
    case 916:
      return [
        'database-access-denied',
        `${server} gives ${user} no access to the database ${database}.`,
        `Have the DBA run CREATE USER in ${database} for ${login}.`,
      ];
    case 18452:
    case 18456:
      return [
        'database-login-failed',
        `${server} refused the login of ${user}: the password is wrong, or the login does not exist or is disabled.`,
        settings.domain === undefined
          ? 'Check the user and the password. A SQL login requires the SQL Server and Windows Authentication mode. Write a Windows account as DOMAIN\\user.'
          : 'Check the user and the password, and that NTLM is allowed in the domain.',
      ];
    case 18470:
    case 18486:
    case 18487:
    case 18488:
      return [
        'database-login-failed',
        `${server} refused the login of ${user}: ${LOCKED[number]}.`,
        settings.integrated
          ? 'Have the DBA enable the login, or an administrator of the domain unlock the account.'
          : 'Have the DBA enable or unlock the login, or set a new password.',
      ];
    case 18401:
    case 18451:
    case 17142:
      return [
        'database-starting',
        `${server}, or its database ${database}, is starting up, paused or recovering.`,
        'Try again in a moment. `scimctl db wait` waits until the server is ready.',
      ];
    case 17809:
    case 17810:
    case 18458:
    case 18459:
    case 10928:
      return [
        'database-too-many-connections',
        `${server} has no free connection.`,
        'Try again later, or raise the number of user connections of the server.',
      ];
    case 978:
    case 979:
      return [
        'database-read-only',
        `The database ${database} of ${server} is a replica that does not accept this kind of connection.`,
        'Name the primary server or the listener, or use ApplicationIntent=ReadOnly for commands that only read.',
      ];
    default:
      return passingWording(number, message, server, database);
  }
}

/** A refused login without a password lacks that; the driver, and Babelfish, may have no number for it. */
const isOfPassword = (number: number): boolean => [0, 18452, 18456, BABELFISH_UNMAPPED].includes(number);

/** What is said of a login with the account of the process. */
function integratedWording(number: number, message: string, server: string): Wording | undefined {
  if (![18452, 18456].includes(number) && !/GSSAPI|GSS security context/.test(message)) return undefined;
  return [
    'database-login-failed',
    `${server} refused the login of the account of this process: ${message}`,
    number === 18452
      ? 'The account is not from a domain that the server trusts. Run scimctl under a domain account, or use a SQL login.'
      : 'Have the DBA create a login for the Windows account: CREATE LOGIN [DOMAIN\\account] FROM WINDOWS.',
  ];
}

/** What the server says when its database cannot be used now, and may be later. It knows best why. */
function passingWording(
  number: number,
  message: string,
  server: string,
  database: string | undefined,
): Wording | undefined {
  switch (FAULT_BY_NUMBER[number]) {
    case 'connection-lost':
      return [
        'database-starting',
        `${server} cannot open its database ${database} at the moment: ${message}`,
        'Try again in a moment. `scimctl db wait` waits until the database is ready. If it stays like this, ask the DBA.',
      ];
    case 'server-busy':
      return [
        'database-busy',
        `${server} does not have enough resources at the moment: ${message}`,
        'Try again later. `scimctl db wait` waits until the server answers.',
      ];
    case 'deadlock':
    case 'serialization':
    case 'lock-timeout':
      return [
        'database-busy',
        `${server} refused the first query because of other sessions: ${message}`,
        'Run the command again. `scimctl db wait` waits until the server answers.',
      ];
    default:
      return undefined;
  }
}

const LOCKED: Record<number, string> = {
  18470: 'it is disabled',
  18486: 'it is locked out',
  18487: 'its password has expired',
  18488: 'its password must be changed',
};

const passwordMissing = (server: string, user: string): Wording => [
  'database-password-missing',
  `${server} requires the password of ${user}, but no password is set.`,
  'Set SCIMCTL_DATABASE_PASSWORD, or write the password into the file of an @FILE setting.',
];

const missing = (server: string, database: string): Wording => [
  'database-missing',
  `${server} has no database ${database}.`,
  'Check the name, or have the database created.',
];

function driverWording(error: Error, settings: ServerSettings): Wording | undefined {
  const server = `SQL Server at ${describeServer(settings)}`;
  const [{ host } = { host: '' }] = settings.hosts;
  switch (codeOf(error)) {
    case 'ENCRYPTION_REFUSED':
      return [
        'tls-refused',
        `${server} does not offer TLS; ${settings.integrated ? 'no login' : 'no password'} was sent.`,
        'Have encryption set up on the server. On a network that you trust, connect without TLS with Encrypt=False.',
      ];
    case 'EENCRYPT':
      return ['tls-required', `${server} accepts only encrypted connections.`, 'Use Encrypt=True.'];
    case 'EINSTLOOKUP':
      return instanceUnknown(host, settings);
    case 'ETIMEOUT':
      // The lookup of the instance and the connection share one clock.
      return settings.instance !== undefined && settings.hosts[0]?.port === undefined
        ? instanceUnknown(host, settings)
        : undefined;
    default:
      break;
  }
  return error.name === 'KnexTimeoutError'
    ? [
        'database-pool-exhausted',
        `All connections to ${server} are in use.`,
        'Try again. If the problem persists, check the server for a statement that hangs.',
      ]
    : undefined;
}

const instanceUnknown = (host: string, { instance }: ServerSettings): Wording => [
  'database-instance-unknown',
  `SQL Server Browser on ${host} did not report a port for the instance ${instance}.`,
  'Check the instance name, and that SQL Server Browser runs and UDP port 1434 is open. Or name the port: Server=host,port.',
];
