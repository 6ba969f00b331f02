import { type HostUserRow, isOn } from '../../../database/queries/host/host-users.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import { type ChangeScene, exclusion } from '../account/access.js';
import type { ChangePlan } from '../change-plan.js';
import { type Place, placeAt } from '../matching/place.js';
import { becomesPending } from './becomes-pending.js';
import { isHeldBack, limitOf, limitText } from './departure-limit.js';

/**
 * What a departure does: the link ends, and what becomes of the account is the policy's business. Nothing prevents
 * it. The account is left alone where it is gone, protected, or perhaps another person's by now.
 * @param reason how the IdP said it.
 */
export function departure(
  scene: ChangeScene,
  row: LinkRow,
  reason: 'disabled' | 'deleted',
): Pick<ChangePlan, 'link' | 'place' | 'skipped' | 'details'> {
  const { core, idp, facts } = scene;
  const { host, agrees } = row;
  const now = core.clock();
  const place = excluded(scene, row);
  const limit = limitOf(idp);
  const held = limit !== undefined && isHeldBack(limit, facts.departures);
  const isHeld = held && place.write !== undefined;
  const isOpen = host !== null && agrees && !host.isProtected && isOn(host);
  // Such an account is on no list of accounts to disable.
  const isLeft = host !== null && agrees && host.isProtected && isOn(host);
  return {
    link: {
      // A link that ends at its very creation never was in force.
      deprovisionedAt: new Date(Math.max(now.getTime(), row.createdAt.getTime() + 1)),
      deprovisionReason: reason,
      departedAt: now,
      awaitsIdp: false,
      accountExternalId: row.externalId,
      // As it was last read while the link was in force.
      ...(host && agrees && { accountLogin: host.loginName, accountEmail: host.email }),
      ...(isHeld && { heldBackAt: now }),
    },
    place: isHeld ? stayed(host) : place,
    ...(isHeld && { skipped: { heldBack: 1 } }),
    details: {
      policy: idp.deprovisionPolicy,
      ...(host && becomesPending(host, isOpen && (isHeld || place.write === undefined))),
      ...(isLeft && { accountLeft: 'user-protected' }),
      ...(isHeld && { heldBack: true, limit: limitText(limit) }),
    },
  };
}

function excluded(scene: ChangeScene, { host, agrees }: LinkRow): Place {
  if (!host || !agrees || host.isProtected) return stayed(host);
  return placeAt(scene, host, exclusion(scene.idp.deprovisionPolicy));
}

const stayed = (host: HostUserRow | null): Place => (host ? { before: host, host } : {});
