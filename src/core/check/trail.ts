import { chainEnd } from '../audit/chain-end.js';
import { findPlanted } from '../audit/planted-events.js';
import { Voids } from '../audit/voids.js';
import { fail, type Prerequisite, pass } from './prerequisite.js';

export const trail: Prerequisite = {
  name: 'trail',
  about: 'no events or seals were planted in the audit trail',
  needs: ['schema'],
  async run({ database }) {
    const { last, findings } = await chainEnd(database);
    await findPlanted(database, await Voids.read(database), findings);
    const details = { sealNo: last?.sealNo ?? 0, findings: findings.list, findingCount: findings.count };
    if (findings.count === 0) return pass('the seals form one chain, and no event was planted', details);
    const rows = findings.count === 1 ? 'one finding' : `${findings.count} findings`;
    return fail(
      `rows were planted in the audit trail: ${rows}`,
      'Run `scimctl audit verify` to list them. Find the login that wrote them, then run `scimctl audit void --reason TEXT`.',
      details,
    );
  },
};
