import type { Session } from '../../database/database.js';
import { NEW_HOST_USER } from '../../database/dialect/provision-writes.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host/host-users.js';
import {
  type IdentityChange,
  insertIdentity,
  leaveGroups,
  updateIdentity,
} from '../../database/queries/links/identities.js';
import type { Provision } from '../../database/queries/users/provision.js';
import type { LinkRow } from '../../database/queries/users/users.js';
import type { Done } from '../audit/intent.js';
import type { Core } from '../core.js';
import { randomUuid } from '../uuid.js';
import { accountTrace } from './account/account-trace.js';
import { writeLast, writeUser } from './account/host-refusal.js';
import { notedPending } from './departures/becomes-pending.js';
import { formerExternalId } from './matching/former.js';
import { formerUsers, type NamesTaken, takeNames } from './matching/names.js';
import type { Place } from './matching/place.js';
import type { Skipped } from './skipped.js';
import { toStored } from './stored-attributes.js';
import type { Profile, ProvisionedUser } from './types.js';
import { toUser } from './user.js';

/** What a change of a user comes to, decided and not yet written. */
export interface ChangePlan {
  action: 'user.update' | 'user.enable' | 'user.deprovision' | 'user.delete';
  /** What the IdP has said of the user by now. */
  said: Profile;
  /** Names of attributes that change, as RFC 7643 has them. */
  changed: readonly string[];
  /** Of the link, beside what the IdP said. */
  link: IdentityChange;
  place: Place;
  /** What the IdP asks for and does not get, although the rest is done. */
  skipped?: Skipped;
  /** For the event: never a value of an attribute. */
  details?: Record<string, unknown>;
  /** What the user takes over from others who had the name. */
  names?: NamesTaken;
  /** The link moves on to another person: the former one's departure is kept as a link of its own. */
  leavesFormer?: boolean;
  leavesGroups?: boolean;
}

export interface Changed {
  user: ProvisionedUser;
  /** False where nothing was different: nothing was written. */
  changed: boolean;
  /** What was left out although the rest was done. */
  skipped?: Skipped;
}

/** Makes of a plan what `change` writes. */
export function carriedOut(
  core: Core,
  session: Session,
  shape: HostUserShape,
  row: LinkRow,
  plan: ChangePlan,
): Done<Changed> {
  const { said, place, changed, details, names } = plan;
  const isNew = place.write !== undefined && 'make' in place.write;
  // Two changes within a millisecond are two versions.
  const updatedAt = new Date(Math.max(core.clock().getTime(), row.updatedAt.getTime() + 1));
  const { deprovisionedAt = row.deprovisionedAt } = plan.link;
  const link: IdentityChange = {
    userName: said.userName,
    externalId: said.externalId,
    attributes: toStored(said),
    updatedAt,
    // Whatever the IdP says of the user, the user is there.
    missingAt: null,
    ...(place.host && { hostUserId: place.host.userId }),
    ...notedPending(details, deprovisionedAt === null, core.clock()),
    ...plan.link,
  };
  return {
    action: plan.action,
    target: { name: said.userName },
    details: {
      hostUserId: isNew ? NEW_HOST_USER : (place.host?.userId ?? row.hostUserId),
      ...(changed.length > 0 && { changed }),
      ...((place.write || plan.action === 'user.enable') && accountTrace(place)),
      ...(place.licenceTaken !== undefined && { licenceTaken: place.licenceTaken }),
      ...(place.licenceFreed !== undefined && { licenceFreed: place.licenceFreed }),
      ...(row.missingAt && { missingSince: row.missingAt }),
      ...(names && formerUsers(names.superseded)),
      ...details,
    },
    write: async (event) => {
      if (names) await takeNames(session, row.serviceAccountId, names, said, updatedAt);
      if (plan.leavesFormer) await keepFormer(core, session, row, updatedAt);
      if (plan.leavesGroups && row.groups.length > 0) await leaveGroups(session, row.identityId, updatedAt);
      const wanted = {
        host: place.write,
        link: { identityId: row.identityId, change: link },
        derived: derivedNames(row, said),
        event,
      };
      const changedTo = (host: HostUserRow | null): Changed => ({
        user: toUser(
          {
            ...row,
            ...(link as Partial<LinkRow>),
            host,
            agrees: host === (row.host ?? null) ? row.agrees : true,
            hostUserId: host?.userId ?? row.hostUserId,
            ...(plan.leavesGroups && { groups: [], hasMoreGroups: false }),
          },
          shape,
        ),
        changed: true,
        ...(plan.skipped && { skipped: plan.skipped }),
      });
      const present = place.host ?? row.host;
      const written = isNew
        ? await writeUser(session, shape, wanted)
        : await writeLast(session, shape, wanted, changedTo(present));
      return changedTo(written ?? present);
    },
  };
}

/**
 * Of the names that the host application derives, or has as the IdP says them, what the IdP says: by a change of one it
 * may make something else of another.
 */
const derivedNames = ({ derived, host }: LinkRow, said: Profile): Provision['derived'] =>
  Object.fromEntries(
    (Object.keys(derived) as (keyof LinkRow['derived'])[])
      .filter((field) => derived[field] !== null || host?.[field] === said[field])
      .map((field) => [field, said[field]]),
  );

/** The departure of a former person stays on record, and on the pending list, when the IdP reuses its id. */
async function keepFormer(core: Core, session: Session, row: LinkRow, at: Date): Promise<void> {
  const { userName, hostUserId, createdAt, deprovisionedAt, deprovisionReason, attributes } = row;
  const externalId = await formerExternalId(session, row.serviceAccountId, row);
  // Where the link has it still, it goes on under another.
  await updateIdentity(session, row.identityId, { externalId: null });
  await insertIdentity(session, {
    identityId: randomUuid(core.random),
    serviceAccountId: row.serviceAccountId,
    externalId,
    userName,
    hostUserId,
    createdAt,
    updatedAt: at,
    deprovisionedAt,
    deprovisionReason,
    attributes,
    accountLogin: row.accountLogin,
    accountEmail: row.accountEmail,
    accountExternalId: row.accountExternalId,
    knownSubject: row.knownSubject,
    knownExternalId: row.knownExternalId,
    departedAt: row.departedAt,
    heldBackAt: row.heldBackAt,
    pendingSeenAt: row.pendingSeenAt,
    supersededAt: at,
  });
}
