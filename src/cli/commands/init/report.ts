import type { CheckReport, CheckResult } from '../../../core/check/run-checks.js';
import type { ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { SetUpSheet } from '../../../core/service-accounts/sheet.js';
import type { IssuedToken } from '../../../core/tokens/issue.js';
import { describeServer } from '../../../database/settings/describe.js';
import type { ConnectionSettings } from '../../../database/settings/settings.js';
import type { Context } from '../../context.js';
import { renderCheck } from '../../output/check.js';
import { renderSheet } from '../../output/sheet.js';
import { withoutDetails } from '../check.js';

/** What was done, and what there is now. */
export interface InitReport {
  config: { path: string; written: boolean };
  database: { engine: string; directory?: string; server?: string; database?: string; user?: string };
  schema: { version: number; applied: { version: number; name: string }[] };
  host: { bound: boolean; installed: boolean; hosting: string };
  idp: (ServiceAccount & { created: boolean }) | null;
  /** Where one was created. The token itself is in the file, if there is one, and nowhere else. */
  token?: Omit<IssuedToken, 'token'> & { token?: string; file?: string };
  /** Nothing where it could not be run. */
  check: CheckReport | null;
  sheet: SetUpSheet | null;
}

/** Where the connection leads; never its password. */
export function describeDatabase(connection: ConnectionSettings): InitReport['database'] {
  if ('directory' in connection) return { engine: connection.engine, directory: connection.directory };
  const { engine, database, user } = connection;
  return { engine, server: describeServer(connection), database, user };
}

const CSV_COLUMNS = (['name', 'status', 'summary', 'advice'] as const).map((key) => ({
  key,
  label: key.toUpperCase(),
}));

/** Prints everything but the token, which a person has seen by now. */
export async function showReport({ output, globals }: Context, report: InitReport): Promise<void> {
  const check = report.check && (globals.verbose ? report.check : withoutDetails(report.check));
  if (output.format === 'json') return output.json({ ...report, check });
  if (output.format === 'csv') return output.list<CheckResult>(check?.checks ?? [], CSV_COLUMNS, '');
  if (globals.quiet) return;
  if (check) output.text(`\nPrerequisites\n\n${await renderCheck(check, globals, output.columns)}`);
  if (report.sheet) output.text(`\n${renderSheet(report.sheet, output.columns)}`);
}

/** Shows a token that is not in a file: at once, since nothing after it may keep it from being seen. */
export function showToken({ output, globals, talk }: Context, { token, idp }: IssuedToken): void {
  if (output.format !== 'table') return;
  if (globals.quiet) {
    output.text(`${token}\n`);
    return;
  }
  output.text(`\nToken of IdP ${idp}, shown only once:\n${token}\n`);
  talk.note('Copy the token now: it is not stored and cannot be shown again.');
}
