import { markHosting } from '../../../core/host/installation.js';
import type { Hosting } from '../../../words/installation.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

export const hostMark: Command<{ hosting: Hosting; dryRun?: boolean }> = {
  name: 'mark',
  summary: 'Mark this installation as on-premises or cloud-hosted',
  description:
    'Marks the installation. SCIM provisioning is available only for on-premises installations: while the installation is marked as cloud-hosted, you cannot add or enable IdPs or tokens.',
  options: [
    {
      flags: '--hosting <where>',
      description: 'on-premises or cloud',
      choices: ['on-premises', 'cloud'],
      required: true,
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'refuse SCIM in this installation', command: 'host mark --hosting cloud' },
    { does: 'allow it again', command: 'host mark --hosting on-premises' },
  ],
  rights: { installation: 'SELECT, UPDATE', event: 'SELECT, INSERT' },
  async run(options, context) {
    const marked = await markHosting(await context.core(), options.hosting, options);
    await context.output.one(marked, [{ key: 'hosting', label: 'HOSTING' }]);
    sayDone(context, options, `The installation is marked as ${marked.hosting}.`);
  },
};
