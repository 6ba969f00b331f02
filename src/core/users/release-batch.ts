import type { EventRow } from '../../database/queries/audit/events.js';
import { hostUserShape } from '../../database/queries/host/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host/host-users.js';
import { clearHeldBack, type HeldBackRow, heldBackLinks } from '../../database/queries/links/held-back.js';
import type { AlikeChange } from '../../database/queries/users/provision-alike.js';
import { Problem } from '../../problem.js';
import { changeTogether, recordRefusal } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { writeAlike } from '../provisioning/account/host-refusal.js';
import type { Place } from '../provisioning/matching/place.js';
import { aloneWithClaims } from '../provisioning/transactions/locks.js';
import { type DisabledUser, disabled, knownOf } from './disable.js';

/** An account as it is after a release. */
export interface ReleasedUser extends DisabledUser {
  /** Why it is still enabled: the code of what went wrong; null where it was disabled. */
  problem: string | null;
}

interface Idp {
  id: string;
  name: string;
}

const REFUSALS = ['host-refused', 'host-broken', 'host-write-ignored'];

/**
 * Disables in one transaction those accounts of these links that are held back and still pending, with an event each.
 * Where the host application refuses one of them, the others are done without it: by halves.
 * @param ids as many as `MOST_ALIKE` at most.
 */
export async function releaseBatch(
  core: Core,
  idp: Idp,
  ids: readonly string[],
  dryRun: boolean,
): Promise<readonly ReleasedUser[]> {
  try {
    return await disableTogether(core, idp, ids, dryRun);
  } catch (error) {
    if (!(error instanceof Problem && REFUSALS.includes(error.code))) throw error;
    if (ids.length === 1) return refused(core, idp, ids, error, dryRun);
    const half = ids.length >> 1;
    return [
      ...(await releaseBatch(core, idp, ids.slice(0, half), dryRun)),
      ...(await releaseBatch(core, idp, ids.slice(half), dryRun)),
    ];
  }
}

const INTENT = { action: 'user.disable', target: { type: 'user' } };

function disableTogether(
  core: Core,
  idp: Idp,
  ids: readonly string[],
  dryRun: boolean,
): Promise<readonly ReleasedUser[]> {
  return changeTogether<ReleasedUser>(
    core,
    ids.length,
    async (session) => {
      await assertHostViews(session, ['host_user']);
      const shape = await hostUserShape(session);
      // What has come back or was released meanwhile is not among them any more.
      const links = await heldBackLinks(session, shape, idp.id, ids);
      const due = links.flatMap((link) => {
        if (!link.host) return [];
        const why = { idp: idp.name, reason: link.reason, since: link.since, heldBack: true };
        return [{ link, host: link.host, ...disabled(shape, link.host, why) }];
      });
      return {
        events: due.map(({ target, details }) => ({
          ...INTENT,
          target: { ...INTENT.target, ...target },
          details,
        })),
        write: async (events) => {
          const others = links.filter(({ host }) => !host).map(({ identityId }) => identityId);
          if (others.length > 0) await clearHeldBack(session, others);
          for (const alike of alikes(due, events)) await writeAlike(session, shape, alike);
          return due.map(({ user }) => ({ ...user, problem: null }));
        },
      };
    },
    // The IdP may be about to let one of them in again.
    { dryRun, locks: aloneWithClaims },
  );
}

/** Those of whom the same is written: of an account without a seat, no seat is. */
function alikes(
  due: readonly { link: HeldBackRow; host: HostUserRow; place: Place }[],
  events: readonly EventRow[],
): AlikeChange[] {
  const found = new Map<string, AlikeChange & { accounts: AlikeChange['accounts'][number][] }>();
  for (const [at, { link, host, place }] of due.entries()) {
    const event = events[at];
    if (!event || !place.write || !('change' in place.write)) continue;
    const { change } = place.write;
    const key = JSON.stringify(change);
    const alike = found.get(key) ?? { change, link: { heldBackAt: null }, accounts: [] };
    alike.accounts.push({ userId: host.userId, identityId: link.identityId, event });
    found.set(key, alike);
  }
  return [...found.values()];
}

async function refused(
  core: Core,
  idp: Idp,
  ids: readonly string[],
  problem: Problem,
  dryRun: boolean,
): Promise<ReleasedUser[]> {
  const links = await core.database.read(async (session) =>
    heldBackLinks(session, await hostUserShape(session), idp.id, ids),
  );
  const users: ReleasedUser[] = [];
  for (const { host } of links) {
    if (!host) continue;
    const target = { ...INTENT.target, id: host.userId, name: host.loginName };
    if (!dryRun) await recordRefusal(core, { ...INTENT, target }, problem);
    const untouched = { enabled: true, changed: false, licenceFreed: null, idp: idp.name };
    users.push({ ...knownOf(host), ...untouched, problem: problem.code });
  }
  return users;
}
