import type { Session } from '../../../database/database.js';
import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import type { FactsQuery } from '../../../database/queries/users/facts.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import type { Core } from '../../core.js';
import { hostViewIsComplete } from '../../host/views.js';
import { isUuid } from '../../uuid.js';
import { ACCESS_VIEWS, type Ahead } from '../account/access.js';
import { claimsFor } from '../account/seat.js';
import { departuresSince, limitOf } from '../departures/departure-limit.js';
import { findLink } from '../read-user.js';
import type { Idp } from '../types.js';
import { ask } from './facts-under.js';
import type { Held } from './held.js';
import { addressLock, departuresLock, linkLock, nameLocks } from './locks.js';

/**
 * What a request seems to change, by a glance at it. It decides nothing but what is held from the beginning, and what is
 * asked together with the link: a wrong guess costs a question more.
 */
export interface Likely {
  move?: 'departure' | 'return';
  userName?: string;
  /** An e-mail address that the user seems to get. */
  address?: string;
}

/** The locks that such a change of this link seems to need. */
export const likelyHeld = (core: Core, idp: Idp, id: string, likely: Likely): Held => ({
  names: [
    linkLock(id),
    ...(likely.userName === undefined ? [] : nameLocks(idp, namesOf(likely.userName))),
    ...(likely.address === undefined ? [] : [addressLock(likely.address)]),
    ...(likely.move === 'departure' && limitOf(idp) ? [departuresLock(idp)] : []),
  ],
  claims: likely.move === 'return' ? claimsFor(core) : 'none',
});

/**
 * The link, and what seems to be needed besides, in one round trip where the engine can.
 * @throws Problem `user-unknown`.
 */
export async function linkAndLikely(
  session: Session,
  core: Core,
  shape: HostUserShape,
  idp: Idp,
  id: string,
  likely: Likely,
): Promise<[LinkRow, Ahead | undefined]> {
  // What is no UUID is no id of ours, and some databases refuse to compare it with one.
  const query = session.pipelines && isUuid(id) ? likelyQuery(core, idp, id, likely) : undefined;
  const views = query?.access ? ACCESS_VIEWS : [];
  const complete = await Promise.all(views.map((name) => hostViewIsComplete(session, name)));
  const [row, facts] = await Promise.all([
    findLink(session, shape, idp, id),
    query && complete.every(Boolean) ? ask(session, shape, query) : undefined,
  ]);
  return [row, query && facts && { query, facts }];
}

/** The facts that it seems to be decided by; undefined for a change that the link alone decides. */
function likelyQuery(core: Core, idp: Idp, id: string, likely: Likely): FactsQuery | undefined {
  const { move, userName, address } = likely;
  const limit = move === 'departure' ? limitOf(idp) : undefined;
  if (userName === undefined && address === undefined && move !== 'return' && !limit) return undefined;
  return {
    serviceAccountId: idp.id,
    ...(userName !== undefined && { names: namesOf(userName) }),
    // A departure changes no address of the account.
    ...(address !== undefined && move !== 'departure' && { addresses: [address] }),
    ...(move === 'return' && { linkedBy: id, access: true }),
    ...(limit && { departures: departuresSince(limit, core.clock()) }),
  };
}

/** The external id stays as it is, as far as can be told. */
const namesOf = (userName: string) => ({ userName, externalId: null });
