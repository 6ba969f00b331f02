import { describeServer } from '../../../database/settings/describe.js';
import { renderCheck } from '../../output/check.js';
import { renderSheet } from '../../output/sheet.js';
import { withoutDetails } from '../check.js';
/** Where the connection leads; never its password. */
export function describeDatabase(connection) {
    if ('directory' in connection)
        return { engine: connection.engine, directory: connection.directory };
    const { engine, database, user } = connection;
    return { engine, server: describeServer(connection), database, user };
}
const CSV_COLUMNS = ['name', 'status', 'summary', 'advice'].map((key) => ({
    key,
    label: key.toUpperCase(),
}));
/** Prints everything but the token, which a person has seen by now. */
export async function showReport({ output, globals }, report) {
    const check = report.check && (globals.verbose ? report.check : withoutDetails(report.check));
    if (output.format === 'json')
        return output.json({ ...report, check });
    if (output.format === 'csv')
        return output.list(check?.checks ?? [], CSV_COLUMNS, '');
    if (globals.quiet)
        return;
    if (check)
        output.text(`\nPrerequisites\n\n${await renderCheck(check, globals)}`);
    if (report.sheet)
        output.text(`\n${renderSheet(report.sheet)}`);
}
/** Shows a token that is not in a file: at once, since nothing after it may keep it from being seen. */
export function showToken({ output, globals, talk }, { token, idp }) {
    if (output.format !== 'table')
        return;
    if (globals.quiet) {
        output.text(`${token}\n`);
        return;
    }
    output.text(`\nToken of IdP ${idp}, shown this once:\n${token}\n`);
    talk.note('Copy the token now: it is not stored and cannot be shown again.');
}
