import { OVERLAP } from '../../../core/tokens/overlap.js';
import { finishRotation, rotateToken } from '../../../core/tokens/rotate.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { duration } from '../../input/quantity.js';
import { sayDone } from '../../shared/dry-run.js';
import { DEFAULT_LIFETIME_MS } from '../../shared/token-lifetime.js';
import { TOKEN_FIELDS } from './fields.js';
import { ISSUE_OPTIONS, type IssueFlags, issueToken } from './issue.js';
import { assertScriptOut, printTokenScript } from './script.js';

interface Options extends IssueFlags {
  overlap?: number;
  now?: boolean;
  token?: string;
  finish?: boolean;
  force?: boolean;
}

export const tokenRotate: Command<Options> = {
  name: 'rotate',
  summary: 'Replace a token without an outage',
  description:
    'Creates a new token. The old token keeps working for the overlap period, so provisioning continues until you have entered the new token in the IdP. With --now, all old tokens end immediately: use it after a leak.',
  options: [
    ...ISSUE_OPTIONS,
    {
      flags: '--overlap <duration>',
      description: 'how long the old token keeps working, up to 30d; 0s: same as --now (default 24h)',
      parse: duration(OVERLAP.least, OVERLAP.most),
    },
    { flags: '--now', description: 'end all old tokens immediately' },
    { flags: '--finish', description: 'end the overlap of the last rotation now; creates no token' },
    { flags: '--force', description: 'with --finish: even if the new token was never used' },
    { flags: '--token <id>', description: 'token to replace, if the IdP has two active tokens' },
  ],
  examples: [
    { does: 'the old token works for one more day', command: 'token rotate --idp entra' },
    { does: 'over a long weekend', command: 'token rotate --idp entra --overlap 4d' },
    { does: 'after the new token works', command: 'token rotate --idp entra --finish' },
    { does: 'after a leak', command: 'token rotate --idp entra --now' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT, UPDATE(token_changes)',
    token: 'SELECT, INSERT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run(flags, context) {
    assertNoConflict(flags);
    assertScriptOut(flags);
    const { idp, expires = DEFAULT_LIFETIME_MS, dryRun, token } = flags;
    const overlapMs = flags.now ? 0 : (flags.overlap ?? OVERLAP.usualMs);
    if (flags.finish) return finish(flags, context);
    if (flags.script)
      return printTokenScript(context, flags, { idp, expiresInMs: expires, rotate: { overlapMs, token } });
    const core = await context.core();
    await issueToken(context, flags, (deliver) =>
      rotateToken(core, idp, { expiresInMs: expires, overlapMs, token, dryRun, deliver }),
    );
  },
};

async function finish({ idp, force, dryRun }: Options, context: Context): Promise<void> {
  const ended = await finishRotation(await context.core(), idp, { force, dryRun });
  await context.output.list(ended, TOKEN_FIELDS, 'No token is in its overlap period; nothing was changed.');
  if (ended.length > 0) sayDone(context, { dryRun }, 'The overlap has ended: the old token no longer works.');
}

/** Flags that say opposite things. */
function assertNoConflict(flags: Options): void {
  const both = (one: string, other: string, hint: string) =>
    usageProblem('options-conflict', `${one} and ${other} cannot be used together.`, { hint });
  if (flags.now && flags.overlap !== undefined) {
    throw both(
      '--now',
      '--overlap',
      'Use only one: --now ends the old token immediately, --overlap keeps it valid for a while.',
    );
  }
  const issuing = [
    flags.now && '--now',
    flags.overlap !== undefined && '--overlap',
    flags.tokenFile && '--token-file',
    flags.script && '--script',
  ];
  const clash = flags.finish ? issuing.find((flag) => flag) : undefined;
  if (clash)
    throw both(
      '--finish',
      clash,
      'Use only one: --finish creates no token and only ends the overlap of the last rotation.',
    );
  if (flags.force && !flags.finish) {
    throw usageProblem('option-without-effect', '--force has no effect without --finish.', {
      hint: 'Leave out --force, or add --finish.',
    });
  }
}
