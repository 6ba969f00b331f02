import { resolve } from 'node:path';
import { type CheckReport, runChecks } from '../../../core/check/run-checks.js';
import { type PendingUser, pendingUsers } from '../../../core/users/pending.js';
import { assertDirectory } from '../../../database/settings/parse.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { renderCheck } from '../../output/check.js';
import { sentences } from '../../output/wrap.js';
import { DRY_RUN } from '../../shared/dry-run.js';
import { PENDING_COLUMNS } from '../../shared/pending-columns.js';
import { withoutDetails } from '../check.js';
import { SUMMARIES } from '../summaries.js';
import { claimDirectory, inspectDirectory, type QuickstartDirectory } from './directory.js';
import { type NextStep, stepsAfterQuickstart } from './next-steps.js';
import { fillQuickstart, openQuickstart } from './steps.js';
import type { QuickstartToken } from './token-files.js';

interface Options {
  dir: string;
  dryRun?: boolean;
}

interface Report {
  /** Absolute paths. */
  directory: string;
  config: string;
  tokens: QuickstartToken[];
  check: CheckReport;
  pending: PendingUser[];
  nextSteps: NextStep[];
}

export const quickstart: Command<Options> = {
  name: 'quickstart',
  summary: SUMMARIES.quickstart,
  description:
    'Creates a directory with an embedded database, a sample host application, service accounts for Entra and Okta with one token each, and sample users, some of whom have left. Then checks the prerequisites, lists the users pending manual disable, and suggests what to try next. You can run it again: existing data is kept.',
  options: [
    { flags: '--dir <directory>', description: 'directory for all files', default: 'scimctl-quickstart' },
    DRY_RUN,
  ],
  examples: [
    { does: 'in ./scimctl-quickstart', command: 'quickstart' },
    { does: 'in another directory', command: 'quickstart --dir /tmp/try-scimctl' },
    { does: 'where the config file is', command: 'quickstart -o json | jq -r .config' },
  ],
  async run({ dir, dryRun }, context) {
    refuseOtherDatabase(context);
    assertDirectory(dir);
    const place = await inspectDirectory(resolve(context.world.cwd, dir));
    if (dryRun) return rehearse(context, place);
    await claimDirectory(place, context.world);
    const database = await openQuickstart(context, place);
    const { core, tokens, accounts } = await fillQuickstart(context, database, place);
    const check = await runChecks({ connect: async () => database, clock: core.clock });
    const report: Report = {
      directory: place.directory,
      config: place.config,
      tokens,
      check: context.globals.verbose ? check : withoutDetails(check),
      pending: await pendingUsers(core),
      nextSteps: stepsAfterQuickstart(place, accounts, context.world),
    };
    await show(context, report);
    return check.status === 'fail' ? EXIT_CODES.prerequisite.code : EXIT_CODES.done.code;
  },
};

/** Sample data must never get into a database that was not made for it. */
function refuseOtherDatabase({ globals, world }: Context): void {
  if (globals.database === undefined || globals.database === world.env.SCIMCTL_DATABASE) return;
  throw usageProblem('options-conflict', 'quickstart creates its own database and does not use --database.', {
    hint: 'Run it without --database and SCIMCTL_DATABASE, or set up that database with `scimctl init`.',
  });
}

function rehearse({ output, talk }: Context, { directory, config, isNew }: QuickstartDirectory): void {
  if (output.format === 'json') output.json({ directory, config, isNew, dryRun: true });
  talk.done(
    isNew
      ? `Dry run: nothing was changed. ${directory} would be created.`
      : `Dry run: nothing was changed. ${directory} exists; missing parts would be added.`,
  );
}

async function show({ output, globals }: Context, report: Report): Promise<void> {
  if (output.format === 'json') return output.json(report);
  if (output.format === 'csv') return output.list(report.pending, PENDING_COLUMNS, '');
  if (globals.quiet) return output.text(`${report.config}\n`);
  output.text(`\nPrerequisites\n\n${await renderCheck(report.check, globals, output.columns)}`);
  output.text(`\n${sentences(PENDING_TITLE, output.columns)}\n\n`);
  const none = 'No user is pending manual disable.';
  await output.list(report.pending, PENDING_COLUMNS, none, { isExcerpt: true });
  const steps = report.nextSteps.map(({ does, command }) => `\n  ${does}:\n  ${command}\n`);
  output.text(`\nNext steps\n${steps.join('')}`);
}

const PENDING_TITLE =
  'Users who were deprovisioned in their IdP but can still sign in (pending manual disable)';
