import type { Session } from '../../database/database.js';
import { goesBy } from '../../database/queries/host/host-users.js';
import type { FactsQuery } from '../../database/queries/users/facts.js';
import { provisioningFacts } from '../../database/queries/users/provisioning-facts.js';
import type { LinkRow } from '../../database/queries/users/users.js';
import { assertHostViews } from '../host/views.js';
import { ACCESS_VIEWS, assertMayProvision, type ChangeScene } from './account/access.js';
import { assertAdoptable } from './account/adopt-disabled.js';
import { withoutMark } from './account/deletion-mark.js';
import { namesToLookUp } from './account/login-rule.js';
import { claimsFor } from './account/seat.js';
import { subjectsNoted } from './account/sso-subject.js';
import type { ChangePlan } from './change-plan.js';
import { addressOf, assertOpen, assertOwn } from './matching/match.js';
import { isRenamed, namesTaken } from './matching/names.js';
import { isAnotherPerson } from './matching/person.js';
import { findPlace, namesAdopted, type Place, takePlace } from './matching/place.js';
import { factsUnder } from './transactions/facts-under.js';
import type { Held } from './transactions/held.js';
import { addressLock, newNameLocks, placeLocks } from './transactions/locks.js';
import type { Profile, ProvisionedUser, Wanted } from './types.js';
import { changedAttributes, nextSaid, saidProfile } from './user.js';

/**
 * A link that has ended, or whose account is gone, comes back into force: to its account, with what the IdP has said
 * meanwhile, or to whichever account the address means, where its own is gone or the IdP says that it is another person
 * now.
 * @throws Problem `user-exists`, `user-name-taken`, `user-protected`, `user-claimed`, `user-ambiguous`,
 *   `user-disabled`, `user-doubtful`, `seats-exhausted`, `host-views-missing`, and as `assertMayProvision` does.
 */
export async function plannedReturn(
  session: Session,
  scene: ChangeScene,
  row: LinkRow,
  current: ProvisionedUser,
  wanted: Wanted,
): Promise<ChangePlan> {
  await assertHostViews(session, ACCESS_VIEWS);
  const { core, idp, shape } = scene;
  const before = saidProfile(row);
  const said = { ...nextSaid(before, current, wanted), active: true };
  // A user who was deleted softly comes back under the names of before.
  const meant = withoutMark(said);
  const isAnother = row.deprovisionedAt !== null && isAnotherPerson(row, said);
  const stays = row.host !== null && !isAnother;
  if (stays && row.host && !row.agrees) {
    const claims = { serviceAccountId: idp.id, linkedBy: row.identityId };
    const { linked } = await provisioningFacts(session, shape, claims);
    // Refused in either case: another link knows whose the account is, or nobody does.
    assertOwn(linked ?? { ...row.host, claimedBy: null, claimIsDoubtful: false }, row.agrees);
  }
  const renames = isRenamed(row, said);
  const addresses = stays && row.host ? namesAdopted(meant, row.host, idp) : namesToLookUp(idp, meant);
  const wantedLocks: Held = {
    names: [
      ...newNameLocks(idp, row, said),
      ...(stays ? addresses.map(addressLock) : placeLocks(idp, meant)),
    ],
    claims: claimsFor(core),
  };
  const query: FactsQuery = {
    serviceAccountId: idp.id,
    ...(renames && { names: said }),
    addresses,
    ...(stays && { linkedBy: row.identityId }),
    access: true,
  };
  const here = await factsUnder(session, scene, wantedLocks, query, row.externalId);
  const { facts } = here;
  assertMayProvision(here);
  const names = namesTaken(facts, row, said);
  let place: Place;
  if (stays && row.host) {
    const host = facts.linked ?? { ...row.host, claimedBy: null, claimIsDoubtful: false };
    place = takePlace(here, meant, assertOpen(host), row);
  } else {
    place = findPlace(here, meant);
  }
  await assertAdoptable(session, idp, place);
  const moves = row.host !== null && place.host?.userId !== row.host.userId;
  const leavesFormer = isAnother && moves && row.deprovisionedAt !== null;
  const leaves = isAnother && (moves || !isOfAccount(row, meant));
  return {
    action: 'user.enable',
    said,
    changed: changedAttributes(before, said),
    link: {
      deprovisionedAt: null,
      deprovisionReason: null,
      departedAt: null,
      // Whoever was held back is the former person.
      ...(leavesFormer && { heldBackAt: null }),
      awaitsIdp: false,
      accountExternalId: said.externalId,
      ...(place.host && { accountLogin: place.host.loginName, accountEmail: place.host.email }),
      ...subjectsNoted({ idp, columns: shape.columns }, meant, accountOf(place)),
    },
    place,
    names,
    leavesFormer,
    leavesGroups: leaves,
    details: isAnother ? { externalId: [row.accountExternalId, said.externalId] } : {},
  };
}

/** The account as it will be. */
const accountOf = ({ write, host }: Place) => (write && 'make' in write ? write.make : host) ?? {};

/** The IdP has made the same person anew, under another id: the address is still that of the account. */
const isOfAccount = ({ host }: LinkRow, said: Profile): boolean => {
  return host !== null && goesBy(host, addressOf(said) ?? said.userName);
};
