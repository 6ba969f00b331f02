import { usageProblem } from '../../../problem.js';
import { IDP_LABELS, IDP_NAMES, type IdpName } from '../../../scim/probe/names.js';
import { connectionPlan, lifePlan, type ProbePlan } from '../../../scim/probe/plan.js';
import { type ProbeReport, runProbe } from '../../../scim/probe/run.js';
import { SINGLE_STEPS, type SingleStep, singleStepPlan } from '../../../scim/probe/steps/single-step.js';
import type { StepResult } from '../../../scim/probe/steps/step.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import { duration } from '../../input/quantity.js';
import type { Column } from '../../output/column.js';
import { SUMMARIES } from '../summaries.js';
import { clearBehind, sayLeft } from './behind.js';
import { type EndpointOptions, parseEndpointUrl, resolveEndpoint } from './endpoint.js';
import { resultLines } from './render.js';

interface Options extends EndpointOptions {
  idp?: IdpName;
  write?: boolean;
  step?: SingleStep;
  userName?: string;
  failOnFindings?: boolean;
}

const COLUMNS: Column<StepResult>[] = (['name', 'idp', 'status', 'summary', 'advice'] as const).map(
  (key) => ({
    key,
    label: key.toUpperCase(),
  }),
);

export const probe: Command<Options> = {
  name: 'probe',
  summary: SUMMARIES.probe,
  description:
    'Sends the requests that Entra and Okta send, and reports which answers they would reject. Without --write, it tests the connection and look-ups. With --write, it creates, changes and deletes two test users and a group for each IdP, and cleans up at the end. Reads the token from a file, from SCIMCTL_PROBE_TOKEN or from stdin, or asks for it; never from the command line. Exit code 4 if an IdP would fail.',
  options: [
    {
      flags: '--url <url>',
      description: 'URL of the endpoint, as you enter it in the IdP',
      parse: parseEndpointUrl,
      required: true,
    },
    { flags: '--idp <idp>', description: 'act only as this IdP', choices: IDP_NAMES },
    { flags: '--token-file <file>', description: 'file with the token; - for stdin' },
    { flags: '--write', description: 'also create, change, disable and delete test users and groups' },
    {
      flags: '--user-name <name>',
      description: 'name of the test user, if the endpoint requires a domain',
    },
    {
      flags: '--step <step>',
      description: 'with --write: do only this step with the user of --user-name, and do not clean up',
      choices: SINGLE_STEPS,
    },
    { flags: '--ca <file>', description: 'also trust this certificate authority (PEM file)' },
    {
      flags: '--request-timeout <duration>',
      description: 'how long to wait for an answer (default 60s, like Okta)',
      parse: duration('1s', '1h'),
    },
    { flags: '--fail-on-findings', description: 'exit with code 5 if there are warnings but no failures' },
    OUT,
  ],
  examples: [
    {
      does: 'test the connection',
      command: 'probe --url https://iqm.example.com/scim/v2 --token-file entra.token',
    },
    {
      does: 'everything that Okta does',
      command: 'probe --url https://iqm.example.com/scim/v2 --idp okta --write',
    },
    {
      does: 'one step, as Entra does it',
      command:
        'probe --url https://iqm.example.com/scim/v2 --idp entra --write --step create --user-name new.hire@example.com',
    },
  ],
  // Two users and two groups to be deleted, over a slow line.
  cleanUpMs: 30_000,
  async run(options, context) {
    const { output, globals, world, talk } = context;
    const idps = options.idp ? [options.idp] : IDP_NAMES;
    const plan = planOf(options, idps, context);
    const endpoint = await resolveEndpoint(options, context);
    if (options.write) await context.prompts.confirm(questionOf(options, plan));
    const lines = output.format === 'table' ? await resultLines(plan.steps, globals) : undefined;
    const { random, clock } = world;
    context.sayWhenInterrupted(
      options.step === undefined
        ? 'The probe is incomplete. Run the command again for its result.'
        : `The step was carried out completely or not at all. Look at ${options.userName} in the endpoint.`,
    );
    const report = await runProbe({
      endpoint,
      plan,
      idps,
      random,
      clock,
      signal: context.interrupted,
      onResult: (result) => lines && output.text(lines(result)),
      ...(options.step === undefined && { clearBehind: (users) => clearBehind(users, context) }),
      onInterrupted: (left, behind) => sayLeft(left, behind, context),
    });
    if (output.format === 'json') output.json(globals.verbose ? report : withoutDetails(report));
    else if (output.format === 'csv') await output.list(report.checks, COLUMNS, '');
    for (const idp of idps) talk.done(verdict(idp, report));
    if (report.status === 'fail') return EXIT_CODES.prerequisite.code;
    const isFinding = options.failOnFindings && report.status === 'warn';
    return isFinding ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};

function planOf(options: Options, idps: readonly IdpName[], { world }: Context): ProbePlan {
  const { url, write, step, userName, idp } = options;
  if (!write) {
    if (step === undefined && userName === undefined) return connectionPlan(url, idps, world.random);
    throw usageProblem(
      'write-missing',
      '--step and --user-name require --write: without it, the probe only reads.',
      {
        hint: 'Add --write, or leave out --step and --user-name.',
      },
    );
  }
  if (step === undefined) return lifePlan(url, idps, world.random, userName);
  if (idp === undefined || userName === undefined) {
    throw usageProblem('option-missing', '--step requires --idp and --user-name.', {
      hint: 'Add --idp entra or --idp okta, and --user-name with the user to act on.',
    });
  }
  if (step === 'delete' && idp === 'okta') {
    throw usageProblem('step-unknown', 'Okta never deletes a user.', { hint: 'Use --step deactivate.' });
  }
  return singleStepPlan(url, idp, step, userName);
}

function questionOf({ url, step, userName, idp }: Options, { users, groups }: ProbePlan): string {
  if (step !== undefined) {
    return `This runs "${step}" for ${userName} at ${url.host}, as ${IDP_LABELS[idp ?? 'entra']} would, and does not clean up. Continue?`;
  }
  const names = users.map((user) => user.userName).join(' and ');
  const what = groups.length > 1 ? `${groups.length} groups` : 'a group';
  return `This creates the users ${names} and ${what} at ${url.host}, changes them and deletes them. Continue?`;
}

/** `Entra: 21 passed, 1 failed`; what both lean on counts for each. */
function verdict(name: IdpName, { checks }: ProbeReport): string {
  const own = checks.filter(({ idp }) => idp === name || idp === 'any');
  const counted = (['pass', 'warn', 'fail', 'skipped'] as const)
    .map((status) => [own.filter((check) => check.status === status).length, STATUS_WORDS[status]] as const)
    .filter(([count]) => count > 0);
  return `${IDP_LABELS[name]}: ${counted.map(([count, word]) => `${count} ${word}`).join(', ')}.`;
}

const STATUS_WORDS = { pass: 'passed', warn: 'with a warning', fail: 'failed', skipped: 'skipped' } as const;

/** What was sent differs from run to run; it is for those who ask. */
const withoutDetails = ({ checks, ...rest }: ProbeReport): ProbeReport => ({
  ...rest,
  checks: checks.map(({ details: _details, ...check }) => check),
});
