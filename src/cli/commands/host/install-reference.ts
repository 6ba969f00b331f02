import { installReferenceHost } from '../../../database/reference-host.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/output.js';

interface Report {
  installed: boolean;
}

const FIELDS: Column<Report>[] = [{ key: 'installed', label: 'INSTALLED' }];

export const installReference: Command = {
  name: 'install-reference',
  summary: 'Install the reference host application with sample users',
  description:
    'Creates a small host application in schema app, with users, SAML providers and licence pools, and the host views over it: for trying things out and for tests. Never touches host views that are over something else.',
  examples: [
    { does: 'in a database for tests', command: 'host install-reference' },
    { does: 'whether it was new', command: 'host install-reference -o json' },
  ],
  async run(_, context) {
    const database = await context.database();
    const report = await installReferenceHost(database);
    await context.output.one<Report>(report, FIELDS);
    context.talk.done(
      report.installed
        ? 'The reference host application is installed.'
        : 'It was there already; nothing was changed.',
    );
  },
};
