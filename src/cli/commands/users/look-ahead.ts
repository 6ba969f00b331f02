import { runChecks } from '../../../core/check/run-checks.js';
import { isWorthKnowing } from '../../../core/preflight/announced.js';
import { ExportedUsers } from '../../../core/preflight/export/user-list.js';
import { type Foreseen, isSyncRefusal } from '../../../core/preflight/foresee.js';
import type { Person } from '../../../core/preflight/people.js';
import { preflight } from '../../../core/preflight/preflight.js';
import { LOCK_MS } from '../../../core/preflight/rehearsal.js';
import { REHEARSAL_RIGHTS } from '../../../core/preflight/rehearsal-rights.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { ListFlags } from '../../input/list-options.js';
import { progress } from '../../output/progress.js';
import { keepHeapSmall } from '../../shared/heap.js';
import { withoutDetails } from '../check.js';
import { sourcesOf } from './export-sources.js';
import { ListedPeople } from './listed-people.js';
import { printForeseen } from './print-foreseen.js';

/** The prerequisites of every first sync. */
const CHECKS = ['hosting', 'saml', 'certificate'];

/** What `users preflight` does. */
export async function lookAhead(options: PreflightFlags, context: Context): Promise<number> {
  const {
    file: files,
    idp,
    partial = false,
    all = false,
    failOnFindings = false,
    rehearse = false,
    columns,
    wide,
    limit,
  } = options;
  // Set for the connection as well, because SQL Server has no setting for a single transaction.
  if (rehearse) await context.database({ lockTimeoutMs: LOCK_MS });
  const core = await context.core();
  if (rehearse) await agreeToRehearse(options, context);
  keepHeapSmall();
  const reading = progress(context, 'entries read');
  const list = new ExportedUsers(sourcesOf(files, context), { partial, progress: reading.show });
  const comparing = rehearse
    ? progress(context, 'users compared and rehearsed', 200)
    : progress(context, 'users compared with the accounts');
  const people = new ListedPeople<Foreseen>();
  let isAnyRefused = false;
  let isRead = false;
  const everyone = endingWith(list.people(), () => {
    reading.end();
    isRead = true;
  });
  const { summary } = await preflight(core, everyone, {
    idp,
    rehearse,
    // Both use the same line of the terminal.
    progress: (users) => isRead && comparing.show(users),
    keep: (one) => {
      isAnyRefused ||= isSyncRefusal(one.outcome);
      const isHeld = one.rehearsal === undefined || one.rehearsal === 'passed';
      if (all || isSyncRefusal(one.outcome) || isWorthKnowing(one) || !isHeld) people.add(one);
      return false;
    },
  }).finally(() => {
    reading.end();
    comparing.end();
  });
  const checks = await runChecks({
    connect: () => context.database(),
    clock: core.clock,
    names: CHECKS,
    isThorough: false,
    idp,
  });
  const result = { summary, report: list.report, checks: withoutDetails(checks), people };
  await printForeseen(context, result, { columns, wide, limit });
  if (checks.status === 'fail' || !summary.fits) return EXIT_CODES.prerequisite.code;
  return failOnFindings && isAnyRefused ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** @throws Problem `option-missing`, `database-permission-denied`, `confirmation-missing`, `declined`. */
async function agreeToRehearse({ idp }: PreflightFlags, context: Context): Promise<void> {
  if (idp === undefined) {
    throw usageProblem('option-missing', '--rehearse requires --idp.', {
      hint: 'Add the name of the IdP whose users these are. `scimctl idp list` lists the IdPs, and `scimctl idp add` adds one.',
    });
  }
  const { assertRights } = await import('../../../core/rights/denied.js');
  await assertRights(REHEARSAL_RIGHTS, await context.database());
  await context.prompts.confirm(
    `This tries every create and every change of the list in the host application, as ${idp} would, and rolls it back. It uses up sequence numbers, and the host application may have to wait about a second for a lock, repeatedly. What a trigger does outside the database, such as sending mail, is not rolled back. Continue?`,
  );
}

async function* endingWith(people: AsyncIterable<Person[]>, end: () => void): AsyncGenerator<Person[]> {
  yield* people;
  end();
}

export interface PreflightFlags extends ListFlags {
  file: string[];
  partial?: boolean;
  idp?: string;
  all?: boolean;
  rehearse?: boolean;
  failOnFindings?: boolean;
}
