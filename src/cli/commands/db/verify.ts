import { type SchemaFinding, verifySchema } from '../../../database/migrator/verify.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/output.js';

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
};

export const verify: Command = {
  name: 'verify',
  summary: 'Compare the schema with the schema of this version',
  description:
    'Compares the checksums of the applied files with the files of this version, and the tables, columns, constraints, indexes, triggers and views of scimctl with those that this version creates. Each finding comes with advice. Exit code 4 if there are findings.',
  options: [OUT],
  examples: [
    { does: 'look for drift', command: 'db verify' },
    { does: 'every difference in full, for a script', command: 'db verify -o json' },
  ],
  rights: {},
  async run(_, { output, talk, database }) {
    const found = await verifySchema(await database({ looksAround: true }));
    if (output.format === 'json') output.json(found);
    else await output.list(found.findings, COLUMNS, 'The schema is unchanged.');
    if (found.ok) return EXIT_CODES.done.code;
    const unseen = found.findings.every(({ kind }) => kind === 'hidden');
    talk.warn(
      unseen
        ? 'The parts of the schema that this login can see are unchanged, but it cannot see everything.'
        : 'The schema was changed. `scimctl db script` shows how each part of it is created.',
    );
    return EXIT_CODES.prerequisite.code;
  },
};
