import { configurationProblem, Problem } from '../../problem.js';
import { describeServer, describeSettings, describeUser } from '../settings/describe.js';
import { codeOf, connectFailureOf, unfold } from '../settings/failure.js';
import { failureProblem } from '../settings/failure-problem.js';
/** Says why no connection to SQL Server came about, and what mends it: a Problem of kind `configuration`. */
export function connectionProblem(error, settings) {
    if (error instanceof Problem)
        return error;
    const errors = unfold(error);
    const told = errors.flatMap((one) => messagesOf(one));
    const wording = told.map((message) => loginWording(message, settings)).find(Boolean) ??
        errors.map((one) => driverWording(one, settings)).find(Boolean);
    if (wording)
        return problem(wording, error);
    for (const one of errors) {
        const failure = codeOf(one) === 'ETIMEOUT' ? 'timed-out' : connectFailureOf(one);
        if (failure)
            return failureProblem(failure, one, settings);
    }
    const message = told.map((one) => one.message).join(' ') || (errors[0]?.message ?? String(error));
    return problem([
        'database-connection-failed',
        `No connection to ${describeSettings(settings)}: ${message}`,
        'Check the connection setting and the error log of the server.',
    ], error);
}
const problem = ([code, message, hint], cause) => configurationProblem(code, message, { hint, cause });
/** What the server said, the most telling first: 18456 only says that the login failed after all. */
function messagesOf(error) {
    const { serverMessages, number } = error;
    const own = typeof number === 'number' ? [{ number, message: error.message }] : [];
    const login = codeOf(error) === 'ELOGIN' && !serverMessages?.length ? [{ number: 0, message: error.message }] : [];
    return [...(serverMessages ?? []), ...own, ...login].sort((a, b) => Number(a.number === 18456) - Number(b.number === 18456));
}
function loginWording({ number, message }, settings) {
    const server = `SQL Server at ${describeServer(settings)}`;
    const user = describeUser(settings);
    const { database } = settings;
    // Babelfish: the texts of PostgreSQL.
    if (/database ".*" does not exist/.test(message))
        return missing(server, database);
    // Any refusal of a login without a password; Babelfish has a text of its own for it.
    if (settings.password === undefined)
        return passwordMissing(server, user);
    switch (number) {
        case 4060:
        case 4063:
        case 4064:
            return [
                'database-missing',
                `${server} has no database ${database}, or ${user} may not open it.`,
                `Check the name, or have the DBA run CREATE USER in it for the login ${user}.`,
            ];
        case 911:
            return missing(server, database);
        case 916:
            return [
                'database-access-denied',
                `The login ${user} may not open the database ${database} of ${server}.`,
                `Have the DBA run CREATE USER in ${database} for this login.`,
            ];
        case 18452:
        case 18456:
            return [
                'database-login-failed',
                `${server} refused the login of ${user}: wrong password, no such login, or a login that is disabled.`,
                settings.domain === undefined
                    ? 'Check both. A SQL login needs SQL Server and Windows Authentication mode; a Windows account is written DOMAIN\\user.'
                    : 'Check both, and that NTLM is allowed in the domain.',
            ];
        case 18470:
        case 18486:
        case 18487:
        case 18488:
            return [
                'database-login-failed',
                `${server} refused the login of ${user}: ${LOCKED[number]}.`,
                'Have the DBA unlock it or set a new password.',
            ];
        case 18401:
        case 18451:
        case 17142:
        case 922:
        case 927:
            return [
                'database-starting',
                `${server}, or its database ${database}, is starting up, paused or recovering.`,
                'Try again in a moment; `scimctl db wait` waits for it.',
            ];
        case 17809:
        case 17810:
        case 18458:
        case 18459:
        case 10928:
            return [
                'database-too-many-connections',
                `${server} has no connection left.`,
                'Try again later, or raise its user connections.',
            ];
        case 978:
        case 979:
            return [
                'database-read-only',
                `The database ${database} of ${server} is a replica that this kind of connection may not read.`,
                'Name the primary or the listener, or use ApplicationIntent=ReadOnly for commands that only read.',
            ];
        default:
            return undefined;
    }
}
const LOCKED = {
    18470: 'it is disabled',
    18486: 'it is locked out',
    18487: 'its password has expired',
    18488: 'its password must be changed',
};
const passwordMissing = (server, user) => [
    'database-password-missing',
    `${server} asks for the password of ${user}, and there is none.`,
    'Set SCIMCTL_DATABASE_PASSWORD, or write it into the file of an @FILE setting.',
];
const missing = (server, database) => [
    'database-missing',
    `${server} has no database ${database}.`,
    'Check the name, or have it created.',
];
function driverWording(error, settings) {
    const server = `SQL Server at ${describeServer(settings)}`;
    const [{ host } = { host: '' }] = settings.hosts;
    switch (codeOf(error)) {
        case 'ENCRYPTION_REFUSED':
            return [
                'tls-refused',
                `${server} does not offer TLS; no password was sent.`,
                'Have encryption set up there; on a network you trust, Encrypt=False connects without.',
            ];
        case 'EENCRYPT':
            return ['tls-required', `${server} takes encrypted connections only.`, 'Use Encrypt=True.'];
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
            `All connections to ${server} stayed in use.`,
            'Try again; if it stays so, a statement hangs on the server.',
        ]
        : undefined;
}
const instanceUnknown = (host, { instance }) => [
    'database-instance-unknown',
    `The port of the instance ${instance} on ${host} could not be found out from SQL Server Browser.`,
    'Check the instance name, that SQL Server Browser runs and UDP port 1434 is open; or give the port: Server=host,port.',
];
