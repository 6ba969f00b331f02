import type { Binding } from '../../../binding/binding.js';
import { toBinding } from '../../../binding/read-binding.js';
import { type AppliedScaffold, applyScaffold, planScaffold } from '../../../core/host/scaffold.js';
import { type Analysis, assertAnswered } from '../../../core/scaffold/analyse.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { OUT } from '../../input/list-options.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { ASK_OPTIONS, type AskOptions, analysed, printProposals, shownProposals } from './ask.js';
import { readBindingFile } from './binding-file.js';
import { keepReplaced } from './keep-replaced.js';

export interface ScaffoldOptions extends AskOptions {
  binding?: string;
  apply?: boolean;
  out?: string;
  replace?: boolean;
  dryRun?: boolean;
}

export const hostScaffold: Command<ScaffoldOptions> = {
  name: 'scaffold',
  summary: 'Write the host views and their triggers from the tables of the application',
  description:
    'Finds out from the database where the application keeps its users, and asks only what a person must decide: at a terminal, or with --answer. Every proposal shows its evidence, and is sure, likely or to be asked. Generates the three host views and the triggers through which scimctl writes, and prints the SQL for review. With --binding, the binding file says all of it. With --apply, makes them in one transaction, grants the roles of scimctl their rights on the views, and rehearses: it creates, renames, disables and enables a user with the rights of the endpoint, and rolls that back. Only objects that an earlier scaffold made and that were not edited since are replaced. Reads counts and a sample of rows, and prints no personal data.',
  options: [
    { flags: '--binding <file>', description: 'the binding file, instead of reading the tables' },
    ...ASK_OPTIONS,
    { flags: '--apply', description: 'make the views and triggers in the database' },
    {
      flags: '--replace',
      description: 'with --apply: replace views that were written by hand or edited, and keep them in a file',
    },
    DRY_RUN,
    OUT,
  ],
  examples: [
    { does: 'what is proposed, and what is asked', command: 'host scaffold -o json' },
    { does: 'answer a question', command: 'host scaffold --accept --answer users.login-rule=email' },
    { does: 'review the SQL', command: 'host scaffold --binding host-binding.json --out host-views.sql' },
    { does: 'make the views', command: 'host scaffold --binding host-binding.json --apply' },
  ],
  rights: { schema: 'change', service_account: 'SELECT', event: 'SELECT, INSERT' },
  async run(options, context) {
    const { binding: file, apply, out } = options;
    if (file !== undefined && options.answer !== undefined) {
      throw usageProblem('options-conflict', '--binding and --answer cannot be used together.', {
        hint: 'The binding file holds all answers: change it there.',
      });
    }
    const analysis = file === undefined ? await analysed(options, context) : undefined;
    if (analysis && (apply || out !== undefined)) assertAnswered(analysis, analysis.accepted);
    if (analysis && analysis.open.length > 0) return printOpen(analysis, context);
    const binding = file === undefined ? toBinding(analysis?.binding) : await readBindingFile(file, context);
    await carryOut(binding, analysis, options, context);
  },
};

async function carryOut(
  binding: Binding,
  analysis: Analysis | undefined,
  options: ScaffoldOptions,
  context: Context,
): Promise<void> {
  const { output, talk } = context;
  const document = (catalogue: Binding['catalogue'], sql: string) => ({
    binding: { ...binding, catalogue },
    proposals: shownProposals(analysis?.proposals ?? []),
    questions: analysis?.questions ?? [],
    sql,
  });
  if (!options.apply) {
    const { script, warnings, catalogue } = await planScaffold(await context.database(), binding);
    if (output.format === 'json') output.json(document(catalogue, script));
    else output.text(script);
    for (const warning of warnings) talk.warn(warning);
    return;
  }
  const core = await context.core();
  const applied = await applyScaffold(core, binding, { ...options, keep: keepReplaced(context) });
  const { statements, catalogue, ...report } = applied;
  if (output.format === 'json') output.json({ ...document(catalogue, statements.join('\n\n')), ...report });
  else await print(applied, context);
  for (const warning of applied.warnings) talk.warn(warning);
  sayDone(context, options, `The host views belong to ${applied.owner}.`);
}

/** What is known so far, and what has to be answered. */
async function printOpen({ binding, proposals, questions, open }: Analysis, context: Context): Promise<void> {
  if (context.output.format === 'json') {
    context.output.json({
      binding: binding ?? null,
      proposals: shownProposals(proposals),
      questions,
      sql: null,
    });
    return;
  }
  await printProposals(proposals, context);
  context.talk.note(`To be answered: ${open.map((name) => `--answer ${name}=…`).join(' ')}`);
  context.talk.note('The choices are in `scimctl host scaffold -o json`.');
}

async function print({ rehearsal }: AppliedScaffold, { output }: Context): Promise<void> {
  const columns = [...new Set(rehearsal.flatMap(({ row }) => Object.keys(row)))];
  const rows = rehearsal.map(({ step, row }) => ({ step, ...row }) as Record<string, unknown>);
  await output.list(
    rows,
    ['step', ...columns].map((key) => ({ key, label: key.toUpperCase() })),
    'Nothing was rehearsed: no account can be created, and none that is enabled is there.',
  );
}
