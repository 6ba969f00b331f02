import type { Database } from '../../../database/database.js';
import { insertEvents, lastWords } from '../../../database/queries/audit/events.js';
import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import {
  type BegunWait,
  begunWaits,
  clearDoubtful,
  noteDoubtful,
  noteSeenPending,
} from '../../../database/queries/links/seen-pending.js';
import { slices } from '../../../database/sql/slices.js';
import { changeTogether } from '../../audit/change.js';
import type { Core } from '../../core.js';
import { becomesPending } from '../../provisioning/departures/becomes-pending.js';

/** Looking for new ones takes as long for many as for few. */
const LOOKED_UP_AT_ONCE = 10_000;
/** Links that one statement takes, and one transaction writes. */
const AT_A_TIME = 200;
/** One process looks at a time, so that each account is one event. */
const LOCK = { name: 'observe-ends' };

type Kind = 'pending' | 'doubtful';

/** Events that say whether the account of a user is enabled although the user has left. */
const SAYING = [
  'user.deprovision',
  'user.delete',
  'user.missing',
  'user.match',
  'user.disable',
  'user.settle',
];

/**
 * Notices accounts that have come to be on the pending list without a request of an IdP: one event `user.reopen` for an
 * account that was disabled when its user left, or afterwards, and is enabled again; one event `user.doubt` for a link
 * whose key the host application may have given to another person. Then it notes them, so that each is told once. A
 * departure that left the account enabled is told by its own event; where an earlier version wrote that event, nothing
 * says how the account was, and nothing is told.
 * @returns how many events were written.
 */
export async function observeBegins(core: Core): Promise<number> {
  let told = 0;
  for (const kind of ['pending', 'doubtful'] as const) {
    for (let after: string | undefined; ; ) {
      const range = { after, limit: LOOKED_UP_AT_ONCE };
      const found = await core.database.read(async (session) =>
        begunWaits(session, await hostUserShape(session), kind, range),
      );
      const untold = kind === 'doubtful' ? found : await reopened(core.database, found);
      for (const some of slices(untold, AT_A_TIME)) told += await tell(core, kind, some);
      after = found.at(-1)?.identityId;
      if (found.length < LOOKED_UP_AT_ONCE) break;
    }
  }
  await core.database.transaction(async (session) => {
    const shape = await hostUserShape(session);
    while ((await clearDoubtful(session, shape, AT_A_TIME)) === AT_A_TIME);
  });
  return told;
}

/** Tells of those that are so still, and that no other process has told of meanwhile. */
async function tell(core: Core, kind: Kind, untold: readonly BegunWait[]): Promise<number> {
  const events = await changeTogether(
    core,
    untold.length,
    async (session) => {
      const only = untold.map(({ identityId }) => identityId);
      const still = await begunWaits(session, await hostUserShape(session), kind, { only });
      const ids = still.map(({ identityId }) => identityId);
      const now = core.clock();
      const told = still.map((wait) => begun(wait, kind));
      return {
        events: told,
        write: async (rows) => {
          await insertEvents(session, rows);
          if (ids.length > 0)
            await (kind === 'doubtful'
              ? noteDoubtful(session, ids, now)
              : noteSeenPending(session, ids, now));
          return told;
        },
      };
    },
    { locks: [LOCK] },
  );
  return events.length;
}

/** Those whose accounts were disabled, gone or protected by what the trail says last of them. */
async function reopened(database: Database, waits: readonly BegunWait[]): Promise<BegunWait[]> {
  const untold: BegunWait[] = [];
  for (const some of slices(waits, AT_A_TIME)) {
    // Events name the link or the account.
    const ids = some.flatMap(({ identityId, userId }) => [identityId, userId]);
    const words = await database.read((session) => lastWords(session, ids, SAYING));
    for (const wait of some) {
      const [link, account] = [words.get(wait.identityId), words.get(wait.userId)];
      const last = link && account ? (link.seq > account.seq ? link : account) : (link ?? account);
      if (last && wasNotPending(last)) untold.push(wait);
    }
  }
  return untold;
}

function wasNotPending({ action, details }: { action: string; details: string }): boolean {
  if (action === 'user.disable') return true;
  if (action === 'user.settle') return !details.includes('"how":"linked"');
  return details.includes('"pending":false');
}

const begun = ({ userId, loginName, idp, externalId, reason, since }: BegunWait, kind: Kind) => ({
  action: kind === 'doubtful' ? 'user.doubt' : 'user.reopen',
  target: { type: 'user', id: userId, name: loginName },
  details: { idp, externalId, reason, since, ...becomesPending({ loginName }, true) },
});
