import { oldestEvents, readLastEventSeq } from '../../../database/queries/audit/events.js';
import { chainEnd } from '../../audit/chain-end.js';
import { isInstant } from '../../audit/event-details.js';
import { exactNumber } from '../../audit/exact-number.js';
import { findPlanted } from '../../audit/verify/planted-events.js';
import { Prunes } from '../../audit/verify/prunes.js';
import { Voids } from '../../audit/verify/voids.js';
import { fail, type Prerequisite, pass, warn } from '../prerequisite.js';

/** Commands and the endpoint seal what they write within seconds. */
const UNSEALED_MS = 10 * 60_000;

export const trail: Prerequisite = {
  name: 'trail',
  about: 'no events or seals were planted in the audit trail',
  needs: ['schema'],
  async run({ database, clock }) {
    const { last, findings } = await chainEnd(database);
    await findPlanted(database, await Voids.read(database), findings);
    const prunes = await Prunes.read(database);
    prunes.addTo(findings);
    const details = {
      sealNo: last?.sealNo ?? 0,
      prunedTo: exactNumber(prunes.upTo),
      findings: findings.list,
      findingCount: findings.count,
    };
    const covered = { after: 0n, upTo: prunes.upTo, limit: 1 };
    const left = await database.read((session) => oldestEvents(session, covered));
    if (findings.count === 0 && left.length > 0) {
      return warn(
        'the last prune of the audit trail was interrupted',
        'Run `scimctl audit prune --before 90d --head FILE` again to remove the events that are left.',
        details,
      );
    }
    const handedOut = await database.read(readLastEventSeq);
    const unsealed = { after: last?.lastSeq ?? 0n, upTo: handedOut, limit: 1 };
    const [waits] = await database.read((session) => oldestEvents(session, unsealed));
    const since = waits?.occurredAt;
    if (findings.count === 0 && isInstant(since) && since.getTime() < clock().getTime() - UNSEALED_MS) {
      return warn(
        `events since ${since.toISOString()} are not sealed`,
        'Run `scimctl audit seal`. If it says that a change is still in progress, find the session of the database that has an open transaction with changes to the table event, and end it.',
        { ...details, unsealedSince: since },
      );
    }
    if (findings.count === 0) return pass('the seals form one chain, and no event was planted', details);
    const rows = findings.count === 1 ? 'one finding' : `${findings.count} findings`;
    return fail(
      `rows were planted in the audit trail: ${rows}`,
      'Run `scimctl audit verify` to list them. Find the login that wrote them, then run `scimctl audit void --reason TEXT`.',
      details,
    );
  },
};
