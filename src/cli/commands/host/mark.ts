import { type Installation, markInstallation } from '../../../core/host/installation.js';
import { usageProblem } from '../../../problem.js';
import type { Hosting, LoginRule } from '../../../words/installation.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/column.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

interface Options {
  hosting?: Hosting;
  loginRule?: LoginRule;
  renameOnMatch?: 'yes' | 'no';
  enableOnly?: string;
  dryRun?: boolean;
}

const FIELDS: Column<Installation>[] = [
  { key: 'hosting', label: 'HOSTING' },
  { key: 'loginRule', label: 'LOGIN RULE' },
  { key: 'renamesOnMatch', label: 'RENAMES ON MATCH' },
  { key: 'createReason', label: 'ENABLE ONLY', show: ({ createReason }) => createReason ?? 'no' },
];

export const hostMark: Command<Options> = {
  name: 'mark',
  summary: 'Mark where this installation runs, and what its logins are',
  description:
    'Marks the installation. SCIM provisioning is available only for on-premises installations: while the installation is marked as cloud-hosted, you cannot add or enable IdPs or tokens. The login rule says which login a new account gets; `host scaffold --apply` sets it from the binding.',
  options: [
    {
      flags: '--hosting <where>',
      description: 'on-premises or cloud',
      choices: ['on-premises', 'cloud'],
    },
    {
      flags: '--login-rule <rule>',
      description:
        'the login of a new account: email (default), user-name, or local-part of the address, made unique',
      choices: ['email', 'user-name', 'local-part'],
    },
    {
      flags: '--rename-on-match <yes|no>',
      description: 'whether an account that is matched gets such a login in place of its own (default: yes)',
      choices: ['yes', 'no'],
    },
    {
      flags: '--enable-only <reason>',
      description:
        'accounts are matched, enabled and disabled, and not created, for this reason of up to 200 characters; none: they are created (default)',
      parse: parseReason,
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'refuse SCIM in this installation', command: 'host mark --hosting cloud' },
    { does: 'allow it again', command: 'host mark --hosting on-premises' },
    {
      does: 'where users sign in with a short name',
      command: 'host mark --login-rule user-name --rename-on-match no',
    },
  ],
  rights: { installation: 'SELECT, UPDATE', event: 'SELECT, INSERT' },
  async run(options, context) {
    const { hosting, loginRule, renameOnMatch, enableOnly } = options;
    if ([hosting, loginRule, renameOnMatch, enableOnly].every((value) => value === undefined)) {
      throw usageProblem('nothing-to-update', 'No change was given.', {
        hint: 'Add at least one option; `scimctl host mark --help` lists them.',
      });
    }
    const wanted = {
      ...(hosting && { hosting }),
      ...(loginRule && { loginRule }),
      ...(renameOnMatch && { renamesOnMatch: renameOnMatch === 'yes' }),
      ...(enableOnly !== undefined && { createReason: enableOnly === 'none' ? null : enableOnly }),
    };
    const marked = await markInstallation(await context.core(), wanted, options);
    await context.output.one(marked, FIELDS);
    sayDone(context, options, `The installation is marked as ${marked.hosting}.`);
  },
};

/** @throws Problem `reason-invalid`. */
function parseReason(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= MAX_REASON && !/\p{Cc}/u.test(reason)) return reason;
  throw usageProblem('reason-invalid', `The reason must have 1 to ${MAX_REASON} characters on one line.`, {
    hint: 'Shorten the reason, or use `--enable-only none` if accounts are created.',
  });
}

const MAX_REASON = 200;
