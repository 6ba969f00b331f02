import type { Session } from '../../../database/database.js';
import {
  type HostUserShape,
  hostUserShape,
  NO_SHAPE,
} from '../../../database/queries/host/host-user-shape.js';
import { NO_FACTS } from '../../../database/queries/users/facts.js';
import { provisioningFacts } from '../../../database/queries/users/provisioning-facts.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import type { Done, Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import type { ChangeScene } from '../account/access.js';
import { leavingAccount, type Seen, spared, sparingTheAccount } from '../account/sparing-account.js';
import { type Changed, type ChangePlan, carriedOut } from '../change-plan.js';
import { findLink, findLinkAlone } from '../read-user.js';
import { changeUnder } from '../transactions/change-under.js';
import type { Held } from '../transactions/held.js';
import { departuresLock, linkLock } from '../transactions/locks.js';
import type { Idp, ProvisionedUser } from '../types.js';
import { saidProfile, toUser } from '../user.js';
import { departure } from './departure.js';
import { departuresSince, limitOf } from './departure-limit.js';

/**
 * Deletes a user: the IdP does not see it any more, and it is in no group. A link in force departs by that, as when it
 * is disabled; one that has ended already only changes its reason. A create takes it up again.
 * @param decide is run on the user as it is, and may throw to refuse; it may be run again.
 * @throws Problem `user-unknown`.
 */
export async function deleteUser(
  core: Core,
  idp: Idp,
  id: string,
  decide: (current: ProvisionedUser) => void = () => undefined,
): Promise<Changed> {
  const intent: Intent = { action: 'user.delete', target: { type: 'user', id } };
  const first: Held = {
    names: [linkLock(id), ...(limitOf(idp) ? [departuresLock(idp)] : [])],
    claims: 'none',
  };
  const attempt = (
    find: (session: Session) => Promise<{ shape: HostUserShape; row: LinkRow }>,
    refused?: { cause: Error; seen: Seen },
  ) =>
    changeUnder(core, intent, first, async (session, held): Promise<Done<Changed>> => {
      const { shape, row } = await find(session);
      decide(toUser(row, shape));
      const plan = await planned(session, { core, idp, shape, held, facts: NO_FACTS }, row);
      if (!refused) return spared(carriedOut(core, session, shape, row, plan));
      const { cause, seen } = refused;
      return spared(carriedOut(core, session, shape, row, leavingAccount(plan, cause, row, seen.row)));
    });
  return sparingTheAccount(
    (seen) =>
      attempt(async (session) => {
        seen.hasBegun = true;
        await assertHostViews(session, ['host_user']);
        const shape = await hostUserShape(session);
        seen.row = await findLink(session, shape, idp, id);
        return { shape, row: seen.row };
      }),
    (cause, seen) =>
      attempt(async (session) => ({ shape: NO_SHAPE, row: await findLinkAlone(session, idp, id) }), {
        cause,
        seen,
      }),
  );
}

async function planned(session: Session, scene: ChangeScene, row: LinkRow): Promise<ChangePlan> {
  const said = { ...saidProfile(row), active: false };
  const known = { action: 'user.delete', said, changed: [], leavesGroups: true } as const;
  if (row.deprovisionedAt !== null) {
    const { deprovisionPolicy: policy } = scene.idp;
    // Since when the user has left, so that the trail tells this from a departure.
    const details = { policy, since: row.deprovisionedAt };
    return { ...known, link: { deprovisionReason: 'deleted' }, place: {}, details };
  }
  const limit = limitOf(scene.idp);
  const facts = limit
    ? await provisioningFacts(session, scene.shape, {
        serviceAccountId: scene.idp.id,
        departures: departuresSince(limit, scene.core.clock()),
      })
    : NO_FACTS;
  return { ...known, ...departure({ ...scene, facts }, row, 'deleted') };
}
