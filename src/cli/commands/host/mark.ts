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
  manualDisable?: 'scimctl' | 'application';
  disableIn?: string;
  dryRun?: boolean;
}

const FIELDS: Column<Installation>[] = [
  { key: 'hosting', label: 'HOSTING' },
  { key: 'loginRule', label: 'LOGIN RULE' },
  { key: 'renamesOnMatch', label: 'RENAMES ON MATCH' },
  { key: 'createReason', label: 'ENABLE ONLY', show: ({ createReason }) => createReason ?? 'no' },
  {
    key: 'manualDisableIn',
    label: 'MANUAL DISABLE',
    show: ({ manualDisableIn }) =>
      manualDisableIn === null ? 'with scimctl users disable' : `in the application: ${manualDisableIn}`,
  },
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
    {
      flags: '--manual-disable <where>',
      description:
        'scimctl: accounts of leavers can be disabled with `users disable` (default); application: only in the application itself, at the place that --disable-in names',
      choices: ['scimctl', 'application'],
    },
    {
      flags: '--disable-in <place>',
      description: 'where in the application accounts are disabled, in up to 200 characters',
      parse: parsePlace,
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
    {
      does: 'disable leavers only in the application',
      command: 'host mark --manual-disable application --disable-in "Administration > Users > Lock"',
    },
  ],
  rights: { installation: 'SELECT, UPDATE', event: 'SELECT, INSERT' },
  async run(options, context) {
    const { hosting, loginRule, renameOnMatch, enableOnly, manualDisable, disableIn } = options;
    const given = [hosting, loginRule, renameOnMatch, enableOnly, manualDisable, disableIn];
    if (given.every((value) => value === undefined)) {
      throw usageProblem('nothing-to-update', 'No change was given.', {
        hint: 'Add at least one option; `scimctl host mark --help` lists them.',
      });
    }
    if ((manualDisable === 'application') !== (disableIn !== undefined)) {
      throw usageProblem('option-missing', '--manual-disable application and --disable-in belong together.', {
        hint: 'Add the place in the application: `--manual-disable application --disable-in "Administration > Users > Lock"`.',
      });
    }
    const wanted = {
      ...(hosting && { hosting }),
      ...(loginRule && { loginRule }),
      ...(renameOnMatch && { renamesOnMatch: renameOnMatch === 'yes' }),
      ...(enableOnly !== undefined && { createReason: enableOnly === 'none' ? null : enableOnly }),
      ...(manualDisable && { manualDisableIn: disableIn ?? null }),
    };
    const marked = await markInstallation(await context.core(), wanted, options);
    await context.output.one(marked, FIELDS);
    sayDone(context, options, `The installation is marked as ${marked.hosting}.`);
  },
};

/** @throws Problem `place-invalid`. */
function parsePlace(text: string): string {
  const place = text.trim().replace(/\.$/, '');
  if (place !== '' && place.length <= MAX_REASON && !/\p{Cc}/u.test(place)) return place;
  throw usageProblem('place-invalid', `The place must have 1 to ${MAX_REASON} characters on one line.`, {
    hint: 'Describe it as a user of the application finds it: "Administration > Users > Lock".',
  });
}

/** @throws Problem `reason-invalid`. */
function parseReason(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= MAX_REASON && !/\p{Cc}/u.test(reason)) return reason;
  throw usageProblem('reason-invalid', `The reason must have 1 to ${MAX_REASON} characters on one line.`, {
    hint: 'Shorten the reason, or use `--enable-only none` if accounts are created.',
  });
}

const MAX_REASON = 200;
