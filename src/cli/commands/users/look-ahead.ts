import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CheckReport, runChecks } from '../../../core/check/run-checks.js';
import { isWorthKnowing } from '../../../core/preflight/announced.js';
import { readExport } from '../../../core/preflight/export-file.js';
import { type Foreseen, isRefusal } from '../../../core/preflight/foresee.js';
import { peopleOf } from '../../../core/preflight/people.js';
import { type Preflight, preflight } from '../../../core/preflight/preflight.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { renderCheck } from '../../output/check.js';
import type { Column } from '../../output/output.js';
import { progress } from '../../output/progress.js';
import { withoutDetails } from '../check.js';
import type { PreflightOptions } from './preflight.js';

const PERSON_COLUMNS: Column<Foreseen>[] = [
  { key: 'at', label: 'AT', align: 'right' },
  { key: 'userName', label: 'USER NAME' },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'active', label: 'ACTIVE', wide: true },
  { key: 'outcome', label: 'OUTCOME' },
  { key: 'userId', label: 'USER' },
  { key: 'loginName', label: 'LOGIN' },
  { key: 'needsSeat', label: 'SEAT NEEDED' },
  { key: 'detail', label: 'WHY' },
  { key: 'advice', label: 'ADVICE', wide: true },
  { key: 'changes', label: 'CHANGES', show: changesInWords },
  { key: 'becomesPending', label: 'BECOMES PENDING' },
];

const SUMMARY_FIELDS: Column<Preflight>[] = [
  { key: 'fits', label: 'FITS' },
  { key: 'users', label: 'USERS' },
  { key: 'matched', label: 'MATCHED' },
  { key: 'toCreate', label: 'TO CREATE' },
  { key: 'linked', label: 'LINKED' },
  { key: 'ambiguous', label: 'AMBIGUOUS' },
  { key: 'protected', label: 'PROTECTED' },
  { key: 'claimed', label: 'CLAIMED' },
  { key: 'taken', label: 'TAKEN' },
  { key: 'disabled', label: 'DISABLED' },
  { key: 'invalid', label: 'INVALID' },
  { key: 'toEnable', label: 'TO ENABLE' },
  { key: 'toDisable', label: 'TO DISABLE' },
  { key: 'becomePending', label: 'BECOME PENDING' },
  { key: 'seatsNeeded', label: 'SEATS NEEDED' },
  { key: 'seatsFree', label: 'SEATS FREE' },
];

/** What everybody's first sync stands and falls with, whoever is in it. */
const CHECKS = ['hosting', 'saml', 'certificate'];

/** What `users preflight` does. */
export async function lookAhead(
  { file, idp, all = false, failOnFindings = false }: PreflightOptions,
  context: Context,
): Promise<number> {
  const core = await context.core();
  const everybody = peopleOf(await readExport(await bytesOf(file, context)));
  const bar = progress(context, 'users looked up');
  const { summary, people } = await preflight(core, everybody, { idp, progress: bar.show }).finally(bar.end);
  const report = await runChecks({
    connect: () => context.database(),
    clock: core.clock,
    names: CHECKS,
    idp,
  });
  const refused = people.filter(({ outcome }) => isRefusal(outcome));
  const told = people.filter((one) => isRefusal(one.outcome) || isWorthKnowing(one));
  await print(context, summary, withoutDetails(report), all ? people : told);
  if (report.status === 'fail' || !summary.fits) return EXIT_CODES.prerequisite.code;
  return failOnFindings && refused.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

async function print(
  { output, globals }: Context,
  summary: Preflight,
  report: CheckReport,
  people: readonly Foreseen[],
): Promise<void> {
  if (output.format === 'json') return output.json({ ...summary, ...report, people });
  if (output.format === 'csv') return output.list(people, PERSON_COLUMNS, '');
  await output.one(summary, SUMMARY_FIELDS);
  if (globals.quiet) return;
  output.text(`\n${await renderCheck(report, globals)}`);
  if (people.length === 0) return;
  output.text('\n');
  const isSaid = ({ key, show }: Column<Foreseen>) =>
    people.some((one) => (show ? show(one) !== '' : one[key] != null && one[key] !== false));
  await output.list(people, PERSON_COLUMNS.filter(isSaid), '');
}

/** `loginName lars → lars@contoso.example, enabled no → yes`. */
function changesInWords({ changes }: Foreseen): string {
  const word = (value: string | boolean | null) =>
    value === null ? '(none)' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
  return Object.entries(changes)
    .map(([field, [from, to]]) => `${field} ${word(from)} → ${word(to)}`)
    .join(', ');
}

async function bytesOf(file: string, { world }: Context): Promise<Uint8Array> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(resolve(world.cwd, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageProblem('export-unreadable', `The file ${file} cannot be read (${code}).`, {
      hint: 'Check the path, and the rights of the account that runs scimctl.',
      cause: error,
    });
  }
}
