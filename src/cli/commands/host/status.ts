import {
  editedObjects,
  type HostDrift,
  hostDrift,
  type MadeObject,
  madeObjects,
} from '../../../core/host/drift.js';
import { rowFaultInWords } from '../../../core/host/rows.js';
import { type HostStatus, type HostViewStatus, hostStatus, isHostUsable } from '../../../core/host/status.js';
import type { HostWriteHealth } from '../../../core/host/writes.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { waitingFor } from '../../output/progress.js';
import { readBindingFile } from './binding-file.js';

const VIEW_COLUMNS: Column<HostViewStatus>[] = [
  { key: 'view', label: 'VIEW' },
  { key: 'status', label: 'STATUS' },
  { key: 'missing', label: 'MISSING COLUMNS', show: ({ missing }) => missing.join(', ') },
  { key: 'without', label: 'MISSING OPTIONAL', show: ({ without }) => without.join(', ') },
  { key: 'columns', label: 'COLUMNS', wide: true },
];

const WRITE_COLUMNS: Column<HostWriteHealth>[] = [
  { key: 'column', label: 'WRITE' },
  { key: 'result', label: 'RESULT' },
  { key: 'reason', label: 'REASON' },
];

export const hostStatusCommand: Command<{ binding?: string }> = {
  name: 'status',
  summary: 'Show whether the host views exist, are complete and are writable',
  description:
    'Checks the host views and their rows, and tries every write that the endpoint makes through host_user: a new row and each of its columns, in transactions that are rolled back. A trial uses up one number of each sequence of the host application, and one more for each refused write. Nothing is tried if the login lacks the rights of the endpoint. Reports views of `host scaffold` that were edited; with --binding, also what has changed in the tables of the application since the file was written. Exit code 4 if a view is missing or incomplete, a required write is refused, a row violates the contract, a view was edited, or a table has changed.',
  options: [{ flags: '--binding <file>', description: 'compare the database with this binding file' }, OUT],
  examples: [
    { does: 'what is bound', command: 'host status' },
    { does: 'columns and types', command: 'host status -o json' },
    { does: 'changes of the application', command: 'host status --binding host-binding.json' },
  ],
  rights: { host_user: 'SELECT', host_sso_provider: 'SELECT', host_licence: 'SELECT' },
  async run({ binding: file }, context) {
    const database = await context.database();
    const binding = file === undefined ? undefined : await readBindingFile(file, context);
    const found = await waitingFor(context, 'Trying the writes of the endpoint …', hostStatus(database));
    const made = await database.read(madeObjects);
    const drift = binding && (await hostDrift(database, binding));
    if (context.output.format === 'json') context.output.json({ ...found, made, ...(drift && { drift }) });
    else await print(found, context);
    for (const line of [...notes(found), ...driftNotes(made, drift)]) context.talk.note(line);
    const isAsMade = editedObjects(made).length === 0 && (drift ?? []).length === 0;
    return isHostUsable(found) && isAsMade ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

function driftNotes(made: readonly MadeObject[], drift: readonly HostDrift[] = []): string[] {
  const edited = editedObjects(made).map(
    ({ name, state }) =>
      `${name} ${state === 'edited' ? 'was edited since scimctl made it' : 'was not made by scimctl'}.`,
  );
  return [...edited, ...drift.map(({ of, what }) => `${of}: ${what}.`)];
}

async function print({ views, writes }: HostStatus, { output }: Context): Promise<void> {
  await output.list(views, VIEW_COLUMNS, '');
  if (output.format !== 'table' || writes.every(({ writable }) => writable)) return;
  output.text('\n');
  await output.list(writes, WRITE_COLUMNS, '');
}

function notes({ bound, lacks, writes, rows, unreadable }: HostStatus): string[] {
  const wrong = [
    ...(unreadable === undefined ? [] : [`The rows of the host views cannot be read: ${unreadable}`]),
    ...rows.map((fault) => `${rowFaultInWords(fault)}.`),
  ];
  if (!bound) {
    return [
      ...wrong,
      'Have the DBA of the host application define what is missing. To try scimctl out, run `scimctl host install-reference`.',
    ];
  }
  return [...wrong, describeWrites(lacks, writes)];
}

function describeWrites(lacks: readonly string[], writes: readonly HostWriteHealth[]): string {
  if (lacks.length > 0)
    return `Writes were not tried, because this login lacks rights of the endpoint: ${lacks.join(', ')}.`;
  const named = (result: HostWriteHealth['result']) =>
    writes.filter((write) => write.result === result).map(({ column }) => column);
  const refused = named('refused');
  const untried = named('not-tried');
  if (refused.length > 0) {
    return `The host application refuses writes through host_user that provisioning needs: ${refused.join(', ')}.`;
  }
  if (named('enable-only').length > 0)
    return 'The application creates its accounts itself: users are matched, changed, disabled and enabled, and a create is refused.';
  if (untried.length > 0)
    return `All writes through host_user that were tried succeed. Not tried: ${untried.join(', ')}.`;
  return 'All writes of the endpoint through host_user succeed.';
}
