import { type AppliedScaffold, applyScaffold, planScaffold } from '../../../core/host/scaffold.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { OUT } from '../../input/list-options.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { readBindingFile } from './binding-file.js';
import { keepReplaced } from './keep-replaced.js';

export interface ScaffoldOptions {
  binding?: string;
  apply?: boolean;
  replace?: boolean;
  dryRun?: boolean;
}

export const scaffold: Command<ScaffoldOptions> = {
  name: 'scaffold',
  summary: 'Write the host views and their triggers from a description of the application',
  description:
    'Generates the three host views and the triggers through which scimctl writes, from a binding file that says where the application keeps its users. Prints the SQL for review. With --apply, makes them in one transaction, grants the roles of scimctl their rights on the views, and rehearses: it creates, renames, disables and enables a user with the rights of the endpoint, and rolls that back. Only objects that an earlier scaffold made and that were not edited since are replaced.',
  options: [
    { flags: '--binding <file>', description: 'the binding file' },
    { flags: '--apply', description: 'make the views and triggers in the database' },
    {
      flags: '--replace',
      description: 'with --apply: replace views that were written by hand or edited, and keep them in a file',
    },
    DRY_RUN,
    OUT,
  ],
  examples: [
    { does: 'review the SQL', command: 'host scaffold --binding host-binding.json --out host-views.sql' },
    { does: 'make the views', command: 'host scaffold --binding host-binding.json --apply' },
  ],
  rights: { schema: 'change', service_account: 'SELECT', event: 'SELECT, INSERT' },
  async run(options, context) {
    const { binding: file } = options;
    if (file === undefined) {
      throw usageProblem('binding-missing', 'The command needs a binding file.', {
        hint: 'Name it with --binding FILE. docs/host-scaffold.md describes the format.',
      });
    }
    const binding = await readBindingFile(file, context);
    const { script, statements, warnings, catalogue } = await planScaffold(await context.database(), binding);
    const applied = options.apply
      ? await applyScaffold(await context.core(), binding, { ...options, keep: keepReplaced(context) })
      : undefined;
    if (context.output.format === 'json') {
      const sql = applied ? statements.join('\n\n') : script;
      context.output.json({
        binding: { ...binding, catalogue },
        proposals: [],
        questions: [],
        sql,
        ...applied,
      });
    } else if (applied) await print(applied, context);
    else context.output.text(script);
    for (const warning of applied?.warnings ?? warnings) context.talk.warn(warning);
    if (applied) sayDone(context, options, `The host views belong to ${applied.owner}.`);
  },
};

async function print({ rehearsal }: AppliedScaffold, { output }: Context): Promise<void> {
  const columns = [...new Set(rehearsal.flatMap(({ row }) => Object.keys(row)))];
  const rows = rehearsal.map(({ step, row }) => ({ step, ...row }) as Record<string, unknown>);
  await output.list(
    rows,
    ['step', ...columns].map((key) => ({ key, label: key.toUpperCase() })),
    'Nothing was rehearsed: no account can be created, and none that is enabled is there.',
  );
}
