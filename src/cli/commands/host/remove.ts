import { removeScaffold } from '../../../core/host/scaffold-removal.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

export const hostRemove: Command<{ dryRun?: boolean }> = {
  name: 'remove',
  summary: 'Remove the host views that host scaffold made',
  description:
    'Drops the host views, their triggers and their function. The tables of the application stay as they are. Refused while an IdP is enabled, and for views that were written by hand or edited.',
  options: [DRY_RUN],
  examples: [
    { does: 'see what would be removed', command: 'host remove --dry-run' },
    { does: 'remove the views', command: 'host remove --yes' },
  ],
  rights: { schema: 'change', service_account: 'SELECT', event: 'SELECT, INSERT' },
  async run(options, context) {
    const core = await context.core();
    if (!options.dryRun) await context.prompts.confirm('Remove the host views?');
    const report = await removeScaffold(core, options);
    await context.output.one(report, [
      { key: 'removed', label: 'REMOVED', show: ({ removed }) => removed.join(', ') },
    ]);
    if (report.removed.length === 0) context.talk.done('There are no host views; nothing was changed.');
    else sayDone(context, options, 'The host views are removed.');
  },
};
