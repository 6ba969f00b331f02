import { type HostStatus, type HostViewStatus, hostStatus } from '../../../core/host/status.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/output.js';

const VIEW_COLUMNS: Column<HostViewStatus>[] = [
  { key: 'view', label: 'VIEW' },
  { key: 'status', label: 'STATUS' },
  { key: 'missing', label: 'MUST STILL HAVE', show: ({ missing }) => missing.join(', ') },
  { key: 'without', label: 'DOES WITHOUT', show: ({ without }) => without.join(', ') },
  { key: 'columns', label: 'COLUMNS', wide: true },
];

export const status: Command = {
  name: 'status',
  summary: 'Are the host views there, complete and writable',
  description:
    'Looks at the host views and tries what can be written through host_user, taking every trial back. Exit 4 while a view is missing or incomplete.',
  options: [OUT],
  examples: [
    { does: 'what is bound', command: 'host status' },
    { does: 'columns and types', command: 'host status -o json' },
  ],
  rights: { host_user: 'SELECT', host_sso_provider: 'SELECT', host_licence: 'SELECT' },
  async run(_, context) {
    const found = await hostStatus(await context.database());
    if (context.output.format === 'json') context.output.json(found);
    else await context.output.list(found.views, VIEW_COLUMNS, '');
    if (!found.bound)
      context.talk.note(
        "The host application's DBA has to define what is missing; to try things out: scimctl host install-reference",
      );
    else context.talk.note(describeWrites(found));
    return found.bound ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

function describeWrites({ lacks, writes }: HostStatus): string {
  if (lacks.length > 0)
    return `What can be written was not tried, because this login lacks ${lacks.join(', ')}, which the endpoint's has.`;
  const refused = writes.filter(({ writable }) => !writable).map(({ column }) => column);
  if (refused.length === 0) return 'Everything the endpoint writes can be written through host_user.';
  return `Cannot be written through host_user, which the endpoint needs: ${refused.join(', ')}.`;
}
