import type { Session } from '../../database/database.js';
import { hostUserShape, NO_SHAPE } from '../../database/queries/host/host-user-shape.js';
import { keepable } from '../../database/queries/host/host-users.js';
import { sameName } from '../../database/queries/spaced-names.js';
import { type Facts, type FactsQuery, NO_FACTS } from '../../database/queries/users/facts.js';
import type { LinkRow } from '../../database/queries/users/users.js';
import type { Done, Intent } from '../audit/intent.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import type { ChangeScene } from './account/access.js';
import { revision } from './account/host-profile.js';
import { leavingAccount, type Seen, spared, sparingTheAccount } from './account/sparing-account.js';
import { knownSubjects, revisedSubjects } from './account/sso-subject.js';
import { type Changed, type ChangePlan, carriedOut } from './change-plan.js';
import { departure } from './departures/departure.js';
import { departuresSince, limitOf } from './departures/departure-limit.js';
import { isRenamed, namesTaken } from './matching/names.js';
import { assertAddressFree, newAddresses, type Place, placeAt } from './matching/place.js';
import { userProtected } from './problems.js';
import { findLinkAlone } from './read-user.js';
import { plannedReturn } from './return-user.js';
import { skippedDetails } from './skipped.js';
import { assertStorable, isStorable } from './stored-attributes.js';
import { changeUnder } from './transactions/change-under.js';
import { factsUnder } from './transactions/facts-under.js';
import type { Held } from './transactions/held.js';
import { type Likely, likelyHeld, linkAndLikely } from './transactions/likely.js';
import { addressLock, departuresLock, newNameLocks } from './transactions/locks.js';
import { settlingRaces } from './transactions/races.js';
import type { DepartureLimit, Idp, Profile, ProvisionedUser, Wanted } from './types.js';
import { changedAttributes, nextSaid, PROFILE_FIELDS, saidProfile, shownHost, toUser } from './user.js';

export type { Changed } from './change-plan.js';

/** Makes of the present user what the request wants. Pure; it may be run again, and what it throws is the outcome. */
export type Decide = (current: ProvisionedUser) => Wanted;

export interface UserChangeOptions {
  likely?: Likely;
}

/**
 * Changes a user to what `decide` makes of its present state, in one transaction: profile, departure, return. See
 * docs/people.md for what each of them does. Nothing that a request says besides prevents a departure: what cannot be
 * had of it is left out, and what goes wrong with the host application leaves its account as it is.
 * @throws Problem `user-unknown`, `user-exists`, `user-name-taken`, `user-name-hidden`, `user-protected`,
 *   `user-claimed`, `user-ambiguous`, `user-disabled`, `user-doubtful`, `seats-exhausted`, `hosting-cloud`,
 *   `idp-disabled`, `saml-not-enabled`, `host-views-missing`, `host-refused`, `host-broken`, `host-write-ignored`, `profile-invalid`.
 */
export async function changeUser(
  core: Core,
  idp: Idp,
  id: string,
  decide: Decide,
  { likely = {} }: UserChangeOptions = {},
): Promise<Changed> {
  const intent: Intent = { action: 'user.update', target: { type: 'user', id } };
  const first = likelyHeld(core, idp, id, likely);
  const attempt = (work: (session: Session, held: Held) => Promise<Done<Changed>>) =>
    settlingRaces(core, intent, () => changeUnder(core, intent, first, work));
  return sparingTheAccount(
    (seen) => attempt((session, held) => changeInSight(core, idp, id, decide, likely, seen, session, held)),
    (cause, seen) =>
      attempt((session, held) => departBlindly(core, idp, id, decide, { cause, ...seen }, session, held)),
  );
}

async function changeInSight(
  core: Core,
  idp: Idp,
  id: string,
  decide: Decide,
  likely: Likely,
  seen: Seen,
  session: Session,
  held: Held,
): Promise<Done<Changed>> {
  seen.hasBegun = true;
  await assertHostViews(session, ['host_user']);
  const shape = await hostUserShape(session);
  const [row, ahead] = await linkAndLikely(session, core, shape, idp, id, likely);
  const current = toUser(row, shape);
  const wanted = decide(current);
  const scene: ChangeScene = { core, idp, shape, held, facts: NO_FACTS, ahead };
  const move = moveOf(row, current, wanted);
  Object.assign(seen, { isDeparture: move === 'departure' || wanted.says === false, current, row });
  if (move !== 'departure' && wanted.says !== false) assertStorable(wanted);
  const planned = wanted.says === false && move === 'update' ? plannedRepetition : PLANNED[move];
  const plan = await planned(session, scene, row, current, wanted);
  if (!plan) return { result: { user: current, changed: false }, changed: false };
  const done = carriedOut(core, session, shape, row, plan);
  return move === 'departure' ? spared(done) : done;
}

async function departBlindly(
  core: Core,
  idp: Idp,
  id: string,
  decide: Decide,
  { cause, current: decidedOn, row: read }: Seen & { cause: Error },
  session: Session,
  held: Held,
): Promise<Done<Changed>> {
  const shape = NO_SHAPE;
  const row = await findLinkAlone(session, idp, id);
  // What was decided on already is not decided anew on less: a condition on the version held then.
  const current = decidedOn ?? toUser(row, shape);
  const wanted = decide(current);
  const move = moveOf(row, current, wanted);
  const scene: ChangeScene = { core, idp, shape, held, facts: NO_FACTS };
  if (move === 'update' && wanted.says === false) {
    const again = await plannedRepetition(session, scene, row, current, wanted);
    if (!again) return { result: { user: current, changed: false }, changed: false };
    return carriedOut(core, session, shape, row, again);
  }
  if (move !== 'departure') throw cause;
  const plan = await plannedDeparture(session, scene, row, current, wanted);
  return carriedOut(core, session, shape, row, leavingAccount(plan, cause, row, read));
}

/**
 * What a request does to the link. A link in force whose account is gone, or that was made by hand and awaits its IdP,
 * reads `active: false`; the IdP's word of it is heard all the same, either way.
 */
function moveOf(
  { deprovisionedAt, host, awaitsIdp }: LinkRow,
  current: Profile,
  wanted: Wanted,
): 'departure' | 'return' | 'update' {
  const isInForce = deprovisionedAt === null;
  const says = wanted.says ?? (wanted.active === current.active ? undefined : wanted.active);
  if (says === false && isInForce) return 'departure';
  if (says === true && (!isInForce || host === null || awaitsIdp)) return 'return';
  return 'update';
}

async function plannedDeparture(
  session: Session,
  scene: ChangeScene,
  row: LinkRow,
  current: ProvisionedUser,
  wanted: Wanted,
): Promise<ChangePlan> {
  const limit = limitOf(scene.idp);
  const { said, changed, skipped, facts } = await whatCanBeHad(session, scene, row, current, wanted, limit);
  const { details, ...plan } = departure({ ...scene, facts }, row, 'disabled');
  return {
    action: 'user.deprovision',
    said,
    changed,
    ...plan,
    skipped: { ...plan.skipped, attributes: skipped },
    details: { ...details, ...idDetails(row, said), ...skippedDetails({ attributes: skipped }) },
  };
}

/**
 * An IdP that says again that a user has left: the departure is on record, and nothing refuses it now either. What else
 * the request says is stored.
 */
async function plannedRepetition(
  session: Session,
  scene: ChangeScene,
  row: LinkRow,
  current: ProvisionedUser,
  wanted: Wanted,
): Promise<ChangePlan | undefined> {
  const { said, changed, skipped } = await whatCanBeHad(session, scene, row, current, wanted);
  if (changed.length === 0) return undefined;
  return {
    action: 'user.update',
    said,
    changed,
    link: {},
    place: {},
    skipped: { attributes: skipped },
    details: { ...idDetails(row, said), ...skippedDetails({ attributes: skipped }) },
  };
}

/** What can be stored of what a departing user's request says, and for the event the paths of what cannot. */
async function whatCanBeHad(
  session: Session,
  scene: ChangeScene,
  row: LinkRow,
  current: ProvisionedUser,
  wanted: Wanted,
  limit?: DepartureLimit,
): Promise<{ said: Profile; changed: string[]; skipped: string[]; facts: Facts }> {
  const { core, idp } = scene;
  const storable = storablePart(current, wanted);
  const renames = isRenamed(row, storable.wanted);
  const names = [...newNameLocks(idp, row, storable.wanted), ...(limit ? [departuresLock(idp)] : [])];
  const query: FactsQuery = {
    serviceAccountId: idp.id,
    ...(renames && { names: storable.wanted }),
    ...(limit && { departures: departuresSince(limit, core.clock()) }),
  };
  const { facts } = await factsUnder(session, scene, { names }, query, row.externalId);
  const { kept, taken } = freePart(facts, row, storable.wanted);
  const said = { ...nextSaid(saidProfile(row), current, kept), active: false };
  const skipped = [...new Set([...(wanted.skipped ?? []), ...storable.skipped, ...taken])];
  const changed = changedAttributes(saidProfile(row), said);
  return { said, changed, skipped, facts };
}

/** Without what no database takes; field by field, since the rest is to be had. */
function storablePart(current: ProvisionedUser, wanted: Profile): { wanted: Profile; skipped: string[] } {
  if (isStorable(wanted)) return { wanted, skipped: [] };
  const kept: Profile = { ...wanted };
  for (const field of [...PROFILE_FIELDS, 'attributes'] as const) {
    if (!isStorable({ ...current, [field]: wanted[field] })) Object.assign(kept, { [field]: current[field] });
  }
  return { wanted: kept, skipped: changedAttributes(wanted, kept) };
}

/** Without the user name and the external id that another user has. */
function freePart(facts: Facts, row: LinkRow, wanted: Profile): { kept: Profile; taken: string[] } {
  const { userName, externalId } = row;
  const others = facts.known.filter(({ identityId }) => identityId !== row.identityId);
  const kept = { ...wanted };
  if (others.some((one) => one.isVisible && sameName(one.userName, wanted.userName)))
    kept.userName = userName;
  // Also where a deleted user has it: a departure takes nothing from others.
  if (others.some((one) => one.externalId !== null && one.externalId === wanted.externalId))
    kept.externalId = externalId;
  return { kept, taken: changedAttributes(wanted, kept) };
}

async function plannedUpdate(
  session: Session,
  scene: ChangeScene,
  row: LinkRow,
  current: ProvisionedUser,
  wanted: Wanted,
): Promise<ChangePlan | undefined> {
  const { idp, shape } = scene;
  const before = saidProfile(row);
  const said = { ...nextSaid(before, current, wanted), active: before.active };
  // Through a link that has ended, or is doubtful, nothing is changed of the account.
  const host = shownHost(row);
  const columns = { idp, columns: shape.columns };
  const subjects = host && !host.isProtected ? revisedSubjects(columns, { before, said }, host, row) : {};
  const change = host
    ? keepable(shape, { ...revision({ said: before, current, wanted }, host, row.derived, idp), ...subjects })
    : {};
  const place: Place = host ? placeAt(scene, host, change) : {};
  const changed = [
    ...new Set([
      ...changedAttributes(before, said),
      ...changedAttributes(current, shownAfter(current, change)),
    ]),
  ];
  // A name that the account lacks is no attribute of the user, and neither is the mark of one who is missing, which ends.
  if (changed.length === 0 && Object.keys(subjects).length === 0 && !row.missingAt) return undefined;
  if (host?.isProtected && place.write) throw userProtected();
  const renames = isRenamed(row, said);
  const addresses = host ? newAddresses(host, change) : [];
  const names = [...newNameLocks(idp, row, said), ...addresses.map(addressLock)];
  const query: FactsQuery = { serviceAccountId: idp.id, ...(renames && { names: said }), addresses };
  const { facts } = await factsUnder(session, scene, { names }, query, row.externalId);
  if (host) assertAddressFree({ idp, facts }, said, host, change);
  return {
    action: 'user.update',
    said,
    changed,
    link: { ...noted(row, said), ...(place.host && knownSubjects(columns, said, place.host)) },
    place,
    names: namesTaken(facts, row, said),
    details: idDetails(row, said),
  };
}

/** Who a user is for the IdP, where that changes: the event holds both. */
const idDetails = ({ externalId: from }: LinkRow, { externalId: to }: Profile) =>
  from === to ? {} : { externalId: [from, to] };

const PLANNED = { departure: plannedDeparture, return: plannedReturn, update: plannedUpdate };

/** The account as it was read, and the user as it is known now, for a link in force. */
function noted(row: LinkRow, { externalId }: Profile): ChangePlan['link'] {
  if (row.deprovisionedAt !== null) return {};
  const host = shownHost(row);
  return {
    accountExternalId: externalId,
    ...(host && { accountLogin: host.loginName, accountEmail: host.email }),
  };
}

const shownAfter = (current: ProvisionedUser, change: Partial<Profile>): Profile => ({
  ...current,
  ...(change.email !== undefined && { email: change.email }),
  ...(change.displayName !== undefined && { displayName: change.displayName }),
  ...(change.givenName !== undefined && { givenName: change.givenName }),
  ...(change.familyName !== undefined && { familyName: change.familyName }),
});
