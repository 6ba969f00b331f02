import { verifyInstallation } from '../../../core/rights/verify.js';
import type { SchemaFinding } from '../../../database/migrator/verify.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';

const COLUMNS: Column<SchemaFinding>[] = [
  { key: 'kind', label: 'FINDING', show: ({ kind }) => FINDINGS[kind] },
  { key: 'object', label: 'WHAT' },
  { key: 'expected', label: 'EXPECTED', wide: true },
  { key: 'found', label: 'FOUND', wide: true },
  { key: 'advice', label: 'WHAT TO DO' },
];

const FINDINGS: Record<SchemaFinding['kind'], string> = {
  'file-edited': 'file edited',
  'file-missing': 'file missing here',
  'file-out-of-order': 'file out of order',
  missing: 'missing',
  changed: 'changed',
  unexpected: 'unexpected',
  hidden: 'cannot be seen',
  excess: 'too many rights',
};

export const dbVerify: Command = {
  name: 'verify',
  summary: 'Compare the schema with the schema of this version',
  description:
    'Compares the checksums of the applied files with the files of this version, and the tables, columns, constraints, indexes, triggers and views of scimctl with those that this version creates, and the rights of the roles, of their members and of PUBLIC with the rights that the roles define. Each finding comes with advice. Exit code 4 if there are findings.',
  options: [OUT],
  examples: [
    { does: 'look for drift', command: 'db verify' },
    { does: 'every difference in full, for a script', command: 'db verify -o json' },
  ],
  rights: {},
  async run(_, { output, talk, database }) {
    const found = await verifyInstallation(await database({ looksAround: true }));
    if (output.format === 'json') output.json(found);
    else await output.list(found.findings, COLUMNS, 'The schema is unchanged.');
    if (found.ok) return EXIT_CODES.done.code;
    talk.warn(inShort(found.findings));
    return EXIT_CODES.prerequisite.code;
  },
};

function inShort(findings: readonly SchemaFinding[]): string {
  if (findings.every(({ kind }) => kind === 'hidden'))
    return 'The parts of the schema that this login can see are unchanged, but it cannot see everything.';
  if (findings.every(({ kind }) => kind === 'hidden' || kind === 'excess'))
    return 'The schema is unchanged, but some roles or logins have more rights than they need.';
  return 'The schema was changed. `scimctl db script` shows how each part of it is created.';
}
