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
  dryRun?: boolean;
}

const FIELDS: Column<Installation>[] = [
  { key: 'hosting', label: 'HOSTING' },
  { key: 'loginRule', label: 'LOGIN RULE' },
  { key: 'renamesOnMatch', label: 'RENAMES ON MATCH' },
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
    const { hosting, loginRule, renameOnMatch } = options;
    if ([hosting, loginRule, renameOnMatch].every((value) => value === undefined)) {
      throw usageProblem('nothing-to-update', 'No change was given.', {
        hint: 'Add at least one option; `scimctl host mark --help` lists them.',
      });
    }
    const wanted = {
      ...(hosting && { hosting }),
      ...(loginRule && { loginRule }),
      ...(renameOnMatch && { renamesOnMatch: renameOnMatch === 'yes' }),
    };
    const marked = await markInstallation(await context.core(), wanted, options);
    await context.output.one(marked, FIELDS);
    sayDone(context, options, `The installation is marked as ${marked.hosting}.`);
  },
};
