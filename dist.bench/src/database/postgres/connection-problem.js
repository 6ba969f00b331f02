import { configurationProblem, Problem } from '../../problem.js';
import { describeServer, describeSettings } from '../settings/describe.js';
import { codeOf, connectFailureOf, isCutOff, unfold } from '../settings/failure.js';
import { failureProblem } from '../settings/failure-problem.js';
/**
 * Says why no connection to PostgreSQL came about, and what mends it: a Problem of kind `configuration`.
 * Of several hosts' errors the one that says most is told.
 */
export function connectionProblem(error, settings) {
    if (error instanceof Problem)
        return error;
    const errors = unfold(error);
    for (const one of errors) {
        const wording = wordingOf(one, settings) ?? withoutCode(one, describeServer(settings));
        if (wording)
            return problem(wording, error);
    }
    for (const one of errors) {
        const failure = /(timeout expired|Query read timeout)$/.test(one.message)
            ? 'timed-out'
            : connectFailureOf(one);
        if (failure)
            return failureProblem(failure, one, settings);
    }
    if (isCutOff(error)) {
        return failureProblem('cut-off', errors[0], settings);
    }
    const message = errors[0]?.message ?? String(error);
    return problem([
        'database-connection-failed',
        `No connection to ${describeSettings(settings)}: ${message}`,
        'Check the connection setting and the log of the server.',
    ], error);
}
const problem = ([code, message, hint], cause) => configurationProblem(code, message, { hint, cause });
function wordingOf(error, settings) {
    const server = `PostgreSQL at ${describeServer(settings)}`;
    switch (codeOf(error)) {
        case '28P01':
            return [
                'database-login-failed',
                `${server} refused the login of ${settings.user}: wrong password, or no such role.`,
                'Check user and password; a password from a variable or file may end in a blank or line break too many.',
            ];
        case '28000':
            return refusedByRule(error, settings, server);
        case '3D000':
            return [
                'database-missing',
                `${server} has no database ${settings.database}.`,
                'Check the name (upper and lower case count), or have it created.',
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
                `${server} has no connection left.`,
                'Try again later, raise max_connections, or the CONNECTION LIMIT of the role or database.',
            ];
        case '57P03':
            return [
                'database-starting',
                `${server} is starting up, shutting down or recovering.`,
                'Try again in a moment; `scimctl db wait` waits for it.',
            ];
        case '55000':
            return [
                'database-access-denied',
                `The database ${settings.database} of ${server} takes no connections.`,
                'Choose another database, or have the DBA set ALLOW_CONNECTIONS.',
            ];
        case 'PASSWORD_MISSING':
            return [
                'database-password-missing',
                `${server} asks for the password of ${settings.user}, and there is none.`,
                'Set SCIMCTL_DATABASE_PASSWORD, write it into the file of an @FILE setting, or use ~/.pgpass.',
            ];
        case 'READ_ONLY_SERVER':
            return [
                'database-read-only',
                `None of the hosts ${describeServer(settings)} takes writes.`,
                'Name the primary, or wait for the failover to end.',
            ];
        default:
            return undefined;
    }
}
/** pg_hba.conf decides who may log in from where, and whether without TLS. */
function refusedByRule(error, settings, server) {
    if (/certificate/i.test(error.message)) {
        return [
            'tls-client-certificate',
            `${server} asks for a client certificate that names ${settings.user}.`,
            `Use sslcert=FILE and sslkey=FILE with a certificate for CN=${settings.user}, from an authority that the server knows.`,
        ];
    }
    if (/no encryption|SSL off/i.test(error.message)) {
        return [
            'tls-required',
            `${server} takes ${settings.user} from here over TLS only, if at all.`,
            'Use sslmode=verify-full (or leave sslmode out), or have a rule added to pg_hba.conf.',
        ];
    }
    if (/pg_hba\.conf/.test(error.message)) {
        return [
            'database-access-denied',
            `${server} has no rule in pg_hba.conf that lets ${settings.user} into ${settings.database} from here.`,
            'Have the DBA add one to pg_hba.conf and reload.',
        ];
    }
    return [
        'database-login-failed',
        `${server} refused the login of ${settings.user}: ${error.message}.`,
        'Check the user name, and that the role exists and may log in.',
    ];
}
function withoutCode(error, server) {
    if (error.message.startsWith('The server does not support SSL connections')) {
        return [
            'tls-refused',
            `PostgreSQL at ${server} does not offer TLS.`,
            'Have ssl turned on there; on a network you trust, sslmode=disable connects without.',
        ];
    }
    if (error.message.startsWith('There was an error establishing an SSL')) {
        return [
            'database-unreachable',
            `What listens at ${server} does not answer as PostgreSQL does.`,
            'Check host and port.',
        ];
    }
    if (error.name === 'KnexTimeoutError') {
        return [
            'database-pool-exhausted',
            `All connections to PostgreSQL at ${server} stayed in use.`,
            'Try again; if it stays so, a statement hangs on the server.',
        ];
    }
    return undefined;
}
