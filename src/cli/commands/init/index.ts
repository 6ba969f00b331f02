import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { readSettings } from '../../settings/config-settings.js';
import { SUMMARIES } from '../summaries.js';
import { InitAnswers } from './answers.js';
import { carryOut } from './carry-out.js';
import { type Connected, Connector } from './connection/connector.js';
import { INIT_OPTIONS, type InitFlags } from './flags.js';
import { describePlan, type InitPlan, leftOut, makePlan } from './plan.js';
import { describeDatabase } from './report.js';
import { confirmPlan } from './summary.js';

export const init: Command<InitFlags> = {
  name: 'init',
  summary: SUMMARIES.init,
  description:
    'Connects to the database, installs the schema, binds the host application, adds the first IdP with a token, writes the config file, checks the prerequisites and prints the set-up sheet. Asks all questions first; you can go back from each one. Shows a summary before it changes anything. Every question has an option. You can run it again: it keeps what exists.',
  options: INIT_OPTIONS,
  examples: [
    { does: 'ask for everything', command: 'init' },
    {
      does: 'on the sample application',
      command: 'init --yes --database embedded:try --host reference --idp okta',
    },
    { does: 'in a script', command: 'init --migrate --host skip --idp entra --token-file entra.token' },
    { does: 'show what would be done', command: 'init --dry-run' },
  ],
  rights: {
    installation: 'SELECT, UPDATE',
    service_account: 'SELECT, INSERT, UPDATE',
    token: 'SELECT, INSERT, UPDATE',
    identity: 'SELECT',
    idp_group: 'SELECT',
    event: 'SELECT, INSERT',
    event_seal: 'SELECT',
    event_void: 'SELECT',
    event_prune: 'SELECT',
    host_user: 'SELECT',
    host_sso_provider: 'SELECT',
    host_licence: 'SELECT',
  },
  async run(flags, context) {
    // A config file that was named need not exist yet.
    context.useSettings(await readSettings(context.globals, context.world, { configMayBeMissing: true }));
    const asked = await askAll(flags, context);
    if (!asked) return;
    const { connected, plan } = asked;
    if (flags.dryRun) return rehearse(context, connected, plan);
    const { check } = await carryOut(context, connected, plan);
    const failed = (check?.checks ?? []).filter(({ status }) => status === 'fail');
    // What was left out on purpose is shown as failed, but that is what was asked for.
    const asAsked = failed.every(({ name }) => leftOut(plan).includes(name));
    return asAsked ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

/** Everything there is to know before anything is done. @throws Problem `answer-missing`, `declined`. */
async function askAll(flags: InitFlags, context: Context) {
  const answers = new InitAnswers(context);
  const connector = new Connector(context, answers);
  context.sayWhenInterrupted('Nothing was changed, and no file was written.');
  const asked = await answers.interview.run(async () => {
    const connected = await connector.connect();
    const plan = await makePlan(connected, flags, answers, context);
    answers.assertComplete();
    if (!connected) return undefined;
    if (!flags.dryRun) await confirmPlan(connected, plan, answers, context);
    return { connected, plan };
  });
  context.sayWhenInterrupted(undefined);
  return asked;
}

function rehearse(context: Context, { connection }: Connected, plan: InitPlan): void {
  const would = describePlan(plan);
  if (context.output.format === 'json') {
    context.output.json({ database: describeDatabase(connection), would, dryRun: true });
  }
  for (const line of would) context.talk.note(line);
  context.talk.done(would.length > 0 ? 'Dry run, nothing was changed.' : 'Dry run: there is nothing to do.');
}
