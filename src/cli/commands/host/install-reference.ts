import { installReference as install } from '../../../core/host/install-reference.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

export const hostInstallReference: Command<{ dryRun?: boolean }> = {
  name: 'install-reference',
  summary: 'Install the sample host application with sample users',
  description:
    'Creates a small host application in the schema app, with users, SAML providers, licence pools and the host views over them. For trying scimctl out and for tests. Never changes existing host views of another application.',
  options: [DRY_RUN],
  examples: [
    { does: 'in a database for tests', command: 'host install-reference' },
    { does: 'see whether it was new', command: 'host install-reference -o json' },
  ],
  rights: { schema: 'change', database: 'create schema' },
  async run(options, context) {
    const report = await install(await context.core(), options);
    await context.output.one(report, [{ key: 'installed', label: 'INSTALLED' }]);
    if (report.installed) sayDone(context, options, 'The sample host application is installed.');
    else context.talk.done('The sample host application is already installed; nothing was changed.');
  },
};
