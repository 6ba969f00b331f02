import type { Session } from '../../database/database.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host/host-user-shape.js';
import { type HostUserRow, isOn } from '../../database/queries/host/host-users.js';
import { listPending, type PendingRow } from '../../database/queries/links/pending.js';
import type { Provision } from '../../database/queries/users/provision.js';
import { operationProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Done } from '../audit/intent.js';
import type { Core } from '../core.js';
import { accountTrace } from '../provisioning/account/account-trace.js';
import { writeUser } from '../provisioning/account/host-refusal.js';
import { type Place, placeAt } from '../provisioning/matching/place.js';
import { DOUBTFUL_HINT } from '../provisioning/problems.js';
import { aloneWithClaims } from '../provisioning/transactions/locks.js';
import { assertDisabledHere } from './manual-disable.js';
import { accountNamed } from './named-account.js';

/** A host user as it is after it was disabled. */
export interface DisabledUser {
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
  enabled: boolean;
  /** False where it was disabled before. */
  changed: boolean;
  /** The pool that has a seat more now; null for none. */
  licenceFreed: string | null;
  /** The IdP that deprovisioned the user last; null where the account was disabled before. */
  idp: string | null;
}

/**
 * What disabling would do, for each that was named; of one whom nobody may disable here it says so. Changes
 * nothing.
 * @throws Problem as `disableUser` does.
 */
export async function chooseUsers(core: Core, references: readonly string[]): Promise<HostUserRow[]> {
  const chosen = new Map<string, HostUserRow>();
  for (const reference of references) {
    const host = await core.database.read(async (session) => (await choose(session, reference)).host);
    chosen.set(host.userId, host);
  }
  return [...chosen.values()];
}

/**
 * Disables one host user who is pending, and frees the seat: what an administrator would do in the host
 * application. One who is disabled already stays as it is.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `user-protected`, `user-not-pending`, `user-doubtful`,
 *   `host-refused`, `host-broken`, `host-write-ignored`, `host-views-missing`, `disable-in-application`.
 * @param remark why the administrator disables it, for the trail.
 */
export function disableUser(
  core: Core,
  reference: string,
  { remark, ...options }: ChangeOptions & { remark?: string } = {},
): Promise<DisabledUser> {
  return change<DisabledUser>(
    core,
    { action: 'user.disable', target: { type: 'user', name: reference } },
    async (session) => {
      const { host, pending } = await choose(session, reference);
      if (!pending) {
        const untouched = { changed: false, licenceFreed: null, idp: null };
        return { result: { ...knownOf(host), enabled: false, ...untouched }, changed: false };
      }
      const done = disabling(session, await hostUserShape(session), host, pending);
      return remark === undefined ? done : { ...done, details: { ...done.details, remark } };
    },
    // The IdP may be about to let the user in again.
    { ...options, locks: aloneWithClaims },
  );
}

/** Who it is, of a host user. */
export const knownOf = ({ userId, loginName, email, displayName }: HostUserRow) => ({
  userId,
  loginName,
  email,
  displayName,
});

/** What disabling an account whose user has left comes to: it is disabled, its seat is free. */
export function disabled(
  shape: HostUserShape,
  host: HostUserRow,
  { idp, reason, since, heldBack }: Pick<PendingRow, 'idp' | 'reason' | 'since' | 'heldBack'>,
): {
  place: Place;
  target: { id: string; name: string };
  details: Record<string, unknown>;
  user: DisabledUser;
} {
  const place = placeAt({ shape }, host, { isEnabled: false, licenceType: null });
  const licenceFreed = place.licenceFreed ?? null;
  return {
    place,
    target: { id: host.userId, name: host.loginName },
    details: {
      idp,
      reason,
      since,
      ...(heldBack && { heldBack }),
      ...accountTrace(place),
      ...(licenceFreed !== null && { licenceFreed }),
    },
    user: { ...knownOf(host), enabled: false, changed: true, licenceFreed, idp },
  };
}

/**
 * The same, and how it is written.
 * @param link what changes of a link with it.
 */
export function disabling(
  session: Session,
  shape: HostUserShape,
  host: HostUserRow,
  why: Pick<PendingRow, 'idp' | 'reason' | 'since' | 'heldBack'>,
  link?: Provision['link'],
): Done<DisabledUser> {
  const { place, user, ...told } = disabled(shape, host, why);
  return {
    ...told,
    write: async (event) => {
      await writeUser(session, shape, { host: place.write, ...(link && { link }), event });
      return user;
    },
  };
}

/** The one that is meant; with what it is pending for, unless it is disabled already. */
async function choose(
  session: Session,
  reference: string,
): Promise<{ host: HostUserRow; pending?: PendingRow }> {
  await assertDisabledHere(session);
  const host = await accountNamed(session, reference);
  if (!isOn(host)) return { host };
  const [pending] = await listPending(session, { hostUserId: host.userId });
  if (pending?.reason === 'doubtful') {
    throw operationProblem(
      'user-doubtful',
      `The account ${host.loginName} may belong to another person now: its login name and its e-mail address have both changed since ${pending.idp} linked it.`,
      { hint: DOUBTFUL_HINT },
    );
  }
  if (pending) return { host, pending };
  throw operationProblem(
    'user-not-pending',
    `The host user ${host.loginName} is not pending a manual disable.`,
    {
      hint: 'You can disable only users who are deprovisioned in one IdP and not provisioned by another. `scimctl users pending` lists them; disable other users in the host application.',
    },
  );
}
