import { assertRights } from '../../../core/rights/denied.js';
import {
  type Release,
  type ReleasedUser,
  type Review,
  releaseHeldBack,
  reviewHeldBack,
} from '../../../core/users/release.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { Column } from '../../output/column.js';
import { toTheEnd, writeJsonAround } from '../../output/pages.js';
import { progress } from '../../output/progress.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

interface Options {
  idp: string;
  confirm?: string;
  dryRun?: boolean;
}

const COLUMNS: Column<ReleasedUser>[] = [
  { key: 'userId', label: 'USER' },
  { key: 'loginName', label: 'LOGIN' },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'displayName', label: 'NAME' },
  { key: 'enabled', label: 'ENABLED' },
  { key: 'changed', label: 'CHANGED', wide: true },
  { key: 'licenceFreed', label: 'SEAT FREED' },
  { key: 'problem', label: 'PROBLEM' },
];

export const idpRelease: Command<Options> = {
  name: 'release',
  summary: 'Disable the accounts that the departure limit held back',
  description:
    'Where more users of an IdP departed than --max-departures allows, their accounts stayed enabled. After your review, disables exactly those that are still pending, frees their seats, and starts the count of departures again. Shows them first. Exit 1 where the host application refuses one; the others are done, and you can run it again.',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [
    {
      flags: '--confirm <name>',
      description: 'the name of the IdP, to confirm without a question; or use --yes',
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'see which accounts it would disable', command: 'idp release entra --dry-run' },
    { does: 'show the accounts and ask for the name', command: 'idp release entra' },
    { does: 'in a script, after a review', command: 'idp release entra --yes -o json' },
  ],
  rights: {
    service_account: 'SELECT, UPDATE',
    token: 'SELECT',
    identity: 'SELECT, UPDATE',
    host_user: 'SELECT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run(options, context) {
    const core = await context.core();
    // Otherwise it would disable the accounts, and fail only where it starts the count again.
    await assertRights(idpRelease.rights ?? {}, core.database);
    const review = await reviewHeldBack(core, options.idp);
    const { idp, pending } = review;
    if (pending > 0 && !options.dryRun) {
      if (context.prompts.available) showAccounts(review, context);
      const question = `This disables ${accounts(pending)} of IdP ${idp.name} and frees their licence seats.`;
      const confirmed = options.confirm ?? (context.globals.yes ? idp.name : undefined);
      await context.prompts.confirm(question, { name: idp.name, confirmed });
      context.sayWhenInterrupted(
        'Accounts that are disabled stay disabled. Run the command again to disable the rest.',
      );
    }
    const done = await print(releaseHeldBack(core, review, options), idp.name, context);
    report(done, options, context);
    return done.failed > 0 ? EXIT_CODES.operation.code : EXIT_CODES.done.code;
  },
};

/** Prints the accounts page by page as they are released. The release goes on to its end even if the reader stops. */
async function print(
  releasing: AsyncGenerator<readonly ReleasedUser[], Release>,
  idp: string,
  context: Context,
): Promise<Release> {
  const { output } = context;
  // Rows that come by on a terminal show as much.
  const bar = output.columns === undefined ? progress(context, 'accounts processed', 1000) : undefined;
  const { pages, end } = toTheEnd(releasing, (count) => bar?.show(count));
  const summary = async () => {
    const { idp: _, ...counts } = await end();
    return counts;
  };
  try {
    if (output.format === 'json') await writeJsonAround({ idp }, ['users', pages], summary, output.write);
    else await output.list(pages, COLUMNS, `No account of IdP ${idp} is held back.`);
    return await end();
  } finally {
    bar?.end();
  }
}

function showAccounts({ first, pending }: Review, { talk }: Context): void {
  for (const { loginName, displayName, since } of first) {
    talk.note(`  ${loginName}  ${displayName ?? ''}  left ${since.toISOString().slice(0, 16)}Z`);
  }
  const more = pending - first.length;
  if (more > 0) talk.note(`  and ${more} more: \`scimctl users pending\` lists them.`);
}

function report(done: Release, options: Options, context: Context): void {
  const { idp, disabled, failed, heldBack, releasedAt } = done;
  if (!releasedAt) {
    sayDone(context, options, `No departure counts towards the limit of IdP ${idp} at the moment.`);
    return;
  }
  const counted = `The departure count of IdP ${idp} starts again from now.`;
  sayDone(context, options, `${accounts(disabled)} disabled. ${counted}`);
  if (failed > 0) {
    context.talk.warn(
      `The host application refused to disable ${accounts(failed)}. \`scimctl host status\` shows why. Correct the cause, then run the command again.`,
    );
  }
  const since = heldBack - failed;
  if (since > 0 && !options.dryRun) {
    context.talk.warn(
      `${since} more ${since === 1 ? 'departure was' : 'departures were'} held back after the review. Review and release them as well.`,
    );
  }
}

const accounts = (count: number): string => (count === 1 ? '1 account' : `${count} accounts`);
