import type { Session } from '../../../database/database.js';
import { disabledSince, insertEvents } from '../../../database/queries/audit/events.js';
import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import {
  type EndedWait,
  endedWaits,
  noteSeenPending,
  unseenPending,
} from '../../../database/queries/links/seen-pending.js';
import { slices } from '../../../database/sql/slices.js';
import { changeTogether } from '../../audit/change.js';
import type { Core } from '../../core.js';
import { hostViewIsComplete } from '../../host/views.js';
import { observeBegins } from './observe-begins.js';

/** How the wait of an account ended without this program. */
export type EndedHow = 'disabled' | 'gone' | 'protected' | 'linked';

/** Ends that one transaction writes. */
const AT_A_TIME = 1000;
/** Links that one statement takes. */
const IN_A_STATEMENT = 200;
/** Looking for those who are pending takes as long for many as for few. */
const LOOKED_UP_AT_ONCE = 10_000;
/** Who was seen so long ago, in ms, is noted again: somewhat less than the hour between two looks. */
const NOTED_AGAIN_MS = 55 * 60_000;
/** One process looks at a time, so that each end is one event. */
const LOCK = { name: 'observe-ends' };

/**
 * Notices that accounts which were pending are so no longer because of what was done in the application itself, which is
 * the usual way and writes no event: one event `user.settle` for each, which says how, and when the account was last
 * seen pending. By whom is not known. What this program has done itself is in the trail already and is not told again.
 * Then it tells of accounts that became pending there (`observe-begins.ts`) and notes which accounts are pending now.
 * @returns how many ends were found.
 */
export async function observeEnds(core: Core): Promise<number> {
  const isBound = await core.database.read((session) => hostViewIsComplete(session, 'host_user'));
  if (!isBound) return 0;
  let ends = 0;
  for (let isDone = false; !isDone; ) {
    const { told, found } = await tellEnds(core);
    ends += told;
    isDone = found < AT_A_TIME;
  }
  await observeBegins(core);
  await notePending(core);
  return ends;
}

async function tellEnds(core: Core): Promise<{ told: number; found: number }> {
  let found = 0;
  const told = await changeTogether(
    core,
    AT_A_TIME,
    async (session) => {
      const waits = await endedWaits(session, await hostUserShape(session), AT_A_TIME);
      const ids = waits.map(({ identityId }) => identityId);
      found = waits.length;
      const known = await knownEnds(session, waits);
      const events = waits.flatMap((wait) => {
        const isKnown = [wait.userId, wait.identityId].some((id) => isSince(known.get(id), wait.lastSeen));
        const how = isKnown ? undefined : howItEnded(wait);
        return how === undefined ? [] : [settled(wait, how)];
      });
      return {
        events,
        write: async (rows) => {
          await insertEvents(session, rows);
          for (const some of slices(ids, IN_A_STATEMENT)) await noteSeenPending(session, some, null);
          return events;
        },
      };
    },
    { locks: [LOCK] },
  );
  return { told: told.length, found };
}

/** When this program last disabled the accounts, by the ids of users and links, as far as they were waiting then. */
async function knownEnds(session: Session, waits: readonly EndedWait[]): Promise<Map<string, Date>> {
  const [first, ...rest] = waits.map(({ lastSeen }) => lastSeen);
  if (!first) return new Map();
  const earliest = rest.reduce((a, b) => (a < b ? a : b), first);
  const ids = waits.flatMap(({ userId, identityId }) => [userId, identityId]);
  return disabledSince(session, ids, earliest);
}

const isSince = (at: Date | undefined, seen: Date) => at !== undefined && at >= seen;

/** Nothing where the link itself is in force again or was unlinked, of which an event tells. */
function howItEnded(wait: EndedWait): EndedHow | undefined {
  if (wait.isUnlinked || wait.since === null) return undefined;
  if (!wait.isThere) return 'gone';
  if (wait.isLinkedAgain) return 'linked';
  if (!wait.isOn) return 'disabled';
  return wait.isProtected ? 'protected' : undefined;
}

const settled = (
  { userId, loginName, idp, externalId, reason, since, lastSeen }: EndedWait,
  how: EndedHow,
) => ({
  action: 'user.settle',
  target: { type: 'user', id: userId, name: loginName ?? undefined },
  details: { how, idp, externalId, reason, since, lastSeen },
});

async function notePending({ database, clock }: Core): Promise<void> {
  const now = clock();
  const before = new Date(now.getTime() - NOTED_AGAIN_MS);
  for (let after: string | undefined; ; ) {
    const range = { before, after, limit: LOOKED_UP_AT_ONCE };
    const ids = await database.read(async (session) =>
      unseenPending(session, await hostUserShape(session), range),
    );
    for (const some of slices(ids, IN_A_STATEMENT))
      await database.transaction((session) => noteSeenPending(session, some, now));
    after = ids.at(-1);
    if (ids.length < LOOKED_UP_AT_ONCE) return;
  }
}
