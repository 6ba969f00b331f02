import type { IssuedToken } from '../../../core/tokens/issue.js';
import type { Context } from '../../context.js';
import type { OptionSpec } from '../../option.js';
import type { Column } from '../../output/column.js';
import { createTokenFile, type TokenFile } from '../../output/files/token-file.js';
import { ENGINE_OPTION } from '../../settings/engine.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { LIFETIME } from '../../shared/token-lifetime.js';

export interface IssueFlags {
  idp: string;
  expires: number | null;
  tokenFile?: string;
  dryRun?: boolean;
  script?: boolean;
  out?: string;
  engine?: string;
}

/** What `token create` and `token rotate` have in common. */
export const ISSUE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--idp <name>', description: 'IdP that the token is for', required: true },
  { flags: '--expires <duration>', description: 'lifetime, or never (default 365d)', parse: LIFETIME },
  {
    flags: '--token-file <file>',
    writes: true,
    description: 'write the token to a new file that only you can read, instead of stdout',
  },
  DRY_RUN,
  {
    flags: '--script',
    description: 'print the token and the SQL for a DBA to run, without using a database',
  },
  {
    flags: '--out <file>',
    writes: true,
    description: 'with --script: write the SQL to this file and print only the token',
  },
  ENGINE_OPTION,
];

const FIELDS: Column<IssuedToken>[] = [
  { key: 'id', label: 'ID' },
  { key: 'idp', label: 'IDP' },
  { key: 'token', label: 'TOKEN' },
  { key: 'createdAt', label: 'CREATED' },
  { key: 'expiresAt', label: 'EXPIRES' },
  {
    key: 'replaces',
    label: 'REPLACES',
    show: ({ replaces }) =>
      replaces ? `${replaces.id}, valid until ${replaces.validUntil.toISOString()}` : '',
  },
];

/**
 * Issues a token and hands it over in the one place that was asked for. A token file is written before the
 * change is committed and taken away again if that fails, so a token that counts is never lost.
 */
export async function issueToken(
  context: Context,
  flags: IssueFlags,
  issue: (deliver: ((token: string) => Promise<void>) | undefined) => Promise<IssuedToken>,
): Promise<void> {
  let file: TokenFile | undefined;
  let issued: IssuedToken;
  try {
    const path = flags.dryRun ? undefined : flags.tokenFile;
    file = path === undefined ? undefined : await createTokenFile(path, context.world);
    issued = await issue(file?.write);
  } catch (error) {
    await file?.discard();
    throw error;
  }
  await hand(context, flags, issued);
}

async function hand(context: Context, flags: IssueFlags, issued: IssuedToken): Promise<void> {
  const { output, globals, talk } = context;
  // A rehearsed token would never work, so it is not shown.
  const hidden = flags.dryRun || flags.tokenFile !== undefined;
  const { token, ...rest } = issued;
  const shown = hidden ? (rest as IssuedToken) : issued;
  if (globals.quiet && output.format === 'table') {
    output.text(hidden ? '' : `${token}\n`);
    return;
  }
  await output.one(shown, hidden ? FIELDS.filter(({ key }) => key !== 'token') : FIELDS);
  if (issued.expiresAt === null)
    talk.warn('This token never expires. Rotate it manually at least once a year.');
  if (flags.tokenFile !== undefined && !flags.dryRun)
    talk.note(
      `The token is in ${flags.tokenFile}. Delete the file after you have entered the token in the IdP.`,
    );
  else if (!flags.dryRun) talk.note('Copy the token now: it is not stored, so it cannot be shown again.');
  if (flags.dryRun) sayDone(context, flags, 'The token above is created.');
}
