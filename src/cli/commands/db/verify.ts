import { type SchemaVerification, verifySchema } from '../../../database/migrator/verify.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { Column } from '../../output/output.js';

const lines = (found: string[]) => found.join('; ');

const FIELDS: Column<SchemaVerification>[] = [
  { key: 'ok', label: 'AS IT SHOULD BE' },
  { key: 'drift', label: 'FILES', show: ({ drift }) => lines(drift) },
  { key: 'missing', label: 'MISSING', show: ({ missing }) => lines(missing) },
  { key: 'unexpected', label: 'UNEXPECTED', show: ({ unexpected }) => lines(unexpected) },
];

export const verify: Command = {
  name: 'verify',
  summary: 'Compare the schema with what this version should have',
  description:
    'Compares the applied files with ours by checksum, and the own tables, constraints, indexes and triggers with what this version should have. Exit 4 on any difference.',
  examples: [
    { does: 'look for drift', command: 'db verify' },
    { does: 'every difference, for a script', command: 'db verify -o json' },
  ],
  rights: {},
  async run(_, context) {
    const found = await verifySchema(await context.database());
    await context.output.one(found, FIELDS);
    if (!found.ok)
      context.talk.warn(
        'The schema is not as it should be. Put back what was changed by hand; `scimctl db script` shows how it was made.',
      );
    return found.ok ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};
