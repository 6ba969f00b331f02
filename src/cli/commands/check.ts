import { type CheckReport, type CheckResult, PREREQUISITES, runChecks } from '../../core/check/run-checks.js';
import type { Command } from '../command.js';
import { EXIT_CODES } from '../exit-codes.js';
import { OUT } from '../input/list-options.js';
import { count } from '../input/quantity.js';
import { renderCheck } from '../output/check.js';
import type { Column } from '../output/column.js';
import { readTokenKeys } from '../settings/token-keys.js';
import { SUMMARIES } from './summaries.js';

interface Options {
  name: string[];
  list?: boolean;
  idp?: string;
  expectUsers?: number;
  failOnFindings?: boolean;
}

export const check: Command<Options> = {
  name: 'check',
  summary: SUMMARIES.check,
  description:
    'Checks every prerequisite and prints one line for each: pass, warn, fail or skipped, with advice. Exit code 4 if any check fails.',
  arguments: [{ syntax: '[name...]', description: 'only these checks and the checks that they depend on' }],
  options: [
    { flags: '--list', description: 'only list the checks' },
    { flags: '--idp <name>', description: 'only check this IdP' },
    {
      flags: '--expect-users <n>',
      description: 'number of users that the first sync will create; 0 for none',
      parse: count(0, 100_000_000),
    },
    { flags: '--fail-on-findings', description: 'exit with code 5 if there are warnings but no failures' },
    OUT,
  ],
  examples: [
    { does: 'all of them', command: 'check' },
    { does: 'before the first sync', command: 'check --expect-users 250' },
    { does: 'nightly; exit code 5 on warnings', command: 'check --fail-on-findings' },
    { does: 'only two checks, for a script', command: 'check saml token --idp entra -o json' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT',
    token: 'SELECT',
    identity: 'SELECT',
    idp_group: 'SELECT',
    event: 'SELECT',
    event_seal: 'SELECT',
    event_void: 'SELECT',
    event_prune: 'SELECT',
    host_user: 'SELECT',
    host_sso_provider: 'SELECT',
    host_licence: 'SELECT',
  },
  async run({ name: names, list, idp, expectUsers, failOnFindings }, context) {
    const { output, globals, world } = context;
    if (list) {
      await output.list(
        PREREQUISITES.map((each) => ({ name: each.name, about: each.about })),
        [
          { key: 'name', label: 'NAME' },
          { key: 'about', label: 'CHECKS THAT' },
        ],
        '',
      );
      return EXIT_CODES.done.code;
    }
    const report = await runChecks({
      connect: () => context.database({ looksAround: true }),
      clock: world.clock,
      names,
      idp,
      expectUsers,
      tokenKeys: () => readTokenKeys(context),
    });
    const shown = globals.verbose ? report : withoutDetails(report);
    if (output.format === 'json') output.json(shown);
    else if (output.format === 'csv') await output.list(shown.checks, CSV_COLUMNS, '');
    else output.text(await renderCheck(shown, globals, output.columns));
    if (report.status === 'fail') return EXIT_CODES.prerequisite.code;
    return failOnFindings && report.status === 'warn' ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};

const CSV_COLUMNS: Column<CheckResult>[] = [
  { key: 'name', label: 'NAME' },
  { key: 'status', label: 'STATUS' },
  { key: 'summary', label: 'SUMMARY' },
  { key: 'advice', label: 'ADVICE' },
];

/** Details differ from server to server; they are for those who ask. */
export const withoutDetails = ({ status, checks }: CheckReport): CheckReport => ({
  status,
  checks: checks.map(({ details: _details, ...rest }) => rest),
});
