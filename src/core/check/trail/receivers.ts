import { listReceivers } from '../../../database/queries/audit/receivers.js';
import { type ReceiverState, withWaiting } from '../../audit/follow/notices-waiting.js';
import { failureWords } from '../../audit/follow/receiver-failure.js';
import { type CheckFinding, fail, type Prerequisite, pass, warn } from '../prerequisite.js';

/** A receiver may be restarted or updated. */
const WARN_MS = 10 * 60_000;
const FAIL_MS = 24 * 60 * 60_000;
/** An endpoint that runs says several times in a minute that it delivers. */
const UNSERVED_MS = 60 * 60_000;
/** A receiver that no endpoint has delivered to for so long was given up. */
const GIVEN_UP_MS = 30 * 24 * 60 * 60_000;

/** More than any installation has. The login of the endpoint can add any number of them. */
const MOST = 20;

export const receivers: Prerequisite = {
  name: 'receivers',
  about: 'the receivers of notices (`serve --on-pending`) accept them',
  needs: ['schema'],
  async run({ database }) {
    const { all, now } = await database.read(async (session) => {
      const states = await withWaiting(session, await listReceivers(session, MOST + 1));
      // By the database's clock, as the instants that are compared with it.
      return { all: states, now: (await session.dialect.serverInfo(session.knex)).now };
    });
    return judgeReceivers(all, now);
  },
};

/** The worst receiver decides. Pure. */
export function judgeReceivers(all: readonly ReceiverState[], now: Date): CheckFinding {
  const kept = all.filter(({ heldUntil }) => agoMs(heldUntil, now) < GIVEN_UP_MS);
  const judged = judgeKept(kept.slice(0, MOST), now);
  return kept.length > MOST && judged.status !== 'fail' ? tooMany() : judged;
}

function judgeKept(kept: readonly ReceiverState[], now: Date): CheckFinding {
  if (kept.length === 0) return pass('there are no receivers of notices');
  const details = {
    receivers: kept.map(({ origin, waiting, deliveredCount, deliveredAt, failingSince, failure }) => ({
      ...{ origin, waiting, delivered: deliveredCount, deliveredAt, failingSince, failure },
    })),
  };
  const failing = kept
    .filter(({ failingSince }) => failingSince !== null && agoMs(failingSince, now) >= WARN_MS)
    .sort((a, b) => Number(a.failingSince) - Number(b.failingSince));
  const [worst] = failing;
  if (worst?.failingSince) {
    const finding = agoMs(worst.failingSince, now) >= FAIL_MS ? fail : warn;
    return finding(
      `${worst.origin} has not accepted a notice since ${worst.failingSince.toISOString()}; ${countOf(worst.waiting)}`,
      `The receiver cannot be told because ${failureWords(worst.failure ?? 'failed')}.`,
      details,
    );
  }
  const unserved = kept.find(({ heldUntil, waiting }) => waiting > 0 && agoMs(heldUntil, now) >= UNSERVED_MS);
  if (unserved) {
    return warn(
      `no endpoint delivers notices to ${unserved.origin}; ${countOf(unserved.waiting)}`,
      'Start `scimctl serve` with the same --on-pending URL. If the receiver was given up, no action is needed: after 30 days it is no longer reported.',
      details,
    );
  }
  return pass('the receivers of notices accept them', details);
}

const agoMs = (at: Date | null, now: Date): number => now.getTime() - (at?.getTime() ?? now.getTime());

const countOf = (waiting: number): string => (waiting === 1 ? '1 notice waits' : `${waiting} notices wait`);

const tooMany = (): CheckFinding =>
  warn(
    `there are more than ${MOST} receivers of notices, too many to examine`,
    'An attacker with the password of the endpoint may have added them. Change the password, and have the owner of the schema delete the rows of event_receiver whose origin is none of your receivers.',
  );
