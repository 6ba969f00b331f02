import type { Session } from '../../../src/database/database.js';
import { NEW_HOST_USER } from '../../../src/database/dialect/provision-writes.js';
import * as events from '../../../src/database/queries/audit/events.js';
import * as prunes from '../../../src/database/queries/audit/prunes.js';
import * as receivers from '../../../src/database/queries/audit/receivers.js';
import * as seals from '../../../src/database/queries/audit/seals.js';
import * as voids from '../../../src/database/queries/audit/voids.js';
import * as credentials from '../../../src/database/queries/credentials.js';
import * as groupMembers from '../../../src/database/queries/groups/group-members.js';
import * as groupNames from '../../../src/database/queries/groups/group-names.js';
import * as groups from '../../../src/database/queries/groups/groups.js';
import * as firstSync from '../../../src/database/queries/host/first-sync.js';
import * as host from '../../../src/database/queries/host/host.js';
import * as hostRows from '../../../src/database/queries/host/host-rows.js';
import * as hostUniques from '../../../src/database/queries/host/host-uniques.js';
import type { HostUserShape } from '../../../src/database/queries/host/host-user-shape.js';
import type * as hostUsers from '../../../src/database/queries/host/host-users.js';
import * as hostViews from '../../../src/database/queries/host/host-views.js';
import * as namedHostUsers from '../../../src/database/queries/host/named-host-users.js';
import * as installation from '../../../src/database/queries/installation.js';
import * as accountFindings from '../../../src/database/queries/links/account-findings.js';
import * as accountLinks from '../../../src/database/queries/links/account-links.js';
import * as accountNotes from '../../../src/database/queries/links/account-notes.js';
import * as enabledAccounts from '../../../src/database/queries/links/enabled-accounts.js';
import * as heldBack from '../../../src/database/queries/links/held-back.js';
import * as identities from '../../../src/database/queries/links/identities.js';
import * as linkedUsers from '../../../src/database/queries/links/linked-users.js';
import * as links from '../../../src/database/queries/links/links.js';
import * as missingMarks from '../../../src/database/queries/links/missing-marks.js';
import * as pending from '../../../src/database/queries/links/pending.js';
import * as seenPending from '../../../src/database/queries/links/seen-pending.js';
import * as serviceAccounts from '../../../src/database/queries/service-accounts.js';
import * as spacedNames from '../../../src/database/queries/spaced-names.js';
import * as supportCounts from '../../../src/database/queries/support/counts.js';
import * as tokens from '../../../src/database/queries/tokens.js';
import type { FactsQuery } from '../../../src/database/queries/users/facts.js';
import * as provisioning from '../../../src/database/queries/users/provision.js';
import * as alike from '../../../src/database/queries/users/provision-alike.js';
import * as facts from '../../../src/database/queries/users/provisioning-facts.js';
import * as users from '../../../src/database/queries/users/users.js';

/** Has everything asked that a function of `src/database/queries` can ask, whatever it makes of no answer. */
export type Asks = (session: Session, shape: HostUserShape) => Promise<unknown>[];

export const ID = '00000000-0000-4000-8000-000000000001';
const AT = new Date('2026-01-31T08:00:00.123Z');
const DIGEST = Buffer.alloc(32, 1);

const event: events.EventRow = {
  eventId: ID,
  occurredAt: AT,
  actor: 'idp:entra',
  action: 'user.create',
  targetType: 'user',
  targetId: null,
  targetName: 'anna@contoso.example',
  outcome: 'done',
  details: `{"hostUserId":"${NEW_HOST_USER}"}`,
};
const identity: identities.IdentityRow = {
  identityId: ID,
  serviceAccountId: ID,
  externalId: 'x',
  userName: 'anna@contoso.example',
  hostUserId: '42',
  createdAt: AT,
  updatedAt: AT,
  deprovisionedAt: null,
  deprovisionReason: null,
  attributes: { title: 'Dr.' },
};
const hostUser: hostUsers.HostUserChange & { loginName: string; email: string } = {
  loginName: 'anna@contoso.example',
  email: 'anna@contoso.example',
  displayName: 'Anna Schmidt',
  isEnabled: true,
  givenName: 'Anna',
  familyName: 'Schmidt',
  ssoProviderId: ID,
  licenceType: 'Concurrent',
};
const KEY = {
  table: ['app', 'users'],
  name: 'u',
  column: 'login',
  key: 'login',
  folds: false,
  readable: true,
};
/** Of Unicode, of a code page for some rows, and of a computed column. */
const KEYS = [
  {},
  { type: 'varchar(40)', condition: '[deleted] IS NULL' },
  { key: 'login_folded', made: ['(lower(', ' collate Latin1_General_CI_AS))'] },
];
const group: groups.GroupRow = {
  groupId: ID,
  serviceAccountId: ID,
  externalId: null,
  displayName: 'Quality',
  createdAt: AT,
  updatedAt: AT,
};
const token: tokens.TokenRow = {
  publicId: 'aaaaaaaaaaaa',
  serviceAccountId: ID,
  slot: 1,
  hashScheme: 'sha256',
  keyId: null,
  createdAt: AT,
  createdBy: 'cli:tester@test',
  expiresAt: AT,
  retiresAt: null,
  revokedAt: null,
  endedAt: null,
  lastUsedAt: null,
  replaces: null,
};
const account: serviceAccounts.ServiceAccountRow = {
  serviceAccountId: ID,
  name: 'entra',
  kind: 'entra',
  displayName: 'Entra',
  isEnabled: true,
  ssoProviderId: ID,
  deprovisionPolicy: 'manual',
  allowsBasic: false,
  allowsOauth: false,
  createdAt: AT,
  createdBy: 'cli:tester@test',
  updatedAt: AT,
  adoptsDisabled: true,
  ssoSubject: null,
  departureLimit: { max: 20, windowMs: 3_600_000, percent: 10 },
  releasedAt: AT,
};
const seal: seals.SealRow = {
  sealNo: 1,
  firstSeq: 1n,
  lastSeq: 2n,
  eventCount: 2,
  rowDigests: Buffer.alloc(80),
  previousDigest: DIGEST,
  digest: DIGEST,
  sealedAt: AT,
  sealedBy: 'cli:tester@test',
  handedOut: 2n,
};
const voidRow: voids.VoidRow = {
  voidNo: 1,
  voidSeals: Buffer.alloc(36),
  voidEvents: Buffer.alloc(40),
  rowDigests: Buffer.alloc(0),
  digest: DIGEST,
  sealedAt: AT,
  sealedBy: 'cli:tester@test',
};
const pruneRow: prunes.PruneRow = {
  pruneNo: 1,
  sealNo: 1,
  sealDigest: DIGEST,
  lastSeq: 2n,
  eventCount: 2,
  eventsDigest: DIGEST,
  previousDigest: DIGEST,
  digest: DIGEST,
  sealedAt: AT,
  sealedBy: 'cli:tester@test',
};
const eventFilters: events.EventFilter[] = [
  {},
  { since: AT, until: AT, actor: 'a', action: 'token.create', target: 'x', outcome: 'done' },
  { action: 'token.*' },
  { action: 'user.*', saying: '"pending":true' },
];
const RECEIVER = 'ab'.repeat(32);

/** By the names of the functions; those that are in no list here make a text and send none. */
export const QUERIES: Readonly<Record<string, Asks>> = {
  findCredential: (session) => [credentials.findCredential(session, token.publicId)],
  findAccessCredential: (session) => [credentials.findAccessCredential(session, token.publicId)],
  findCredentialEnds: (session) => [
    credentials.findCredentialEnds(session, 'token', token.publicId),
    credentials.findCredentialEnds(session, 'accessToken', token.publicId),
  ],
  insertAccessToken: (session) => [
    credentials.insertAccessToken(session, {
      accessTokenId: 'aaaaaaaaaaaa',
      tokenPublicId: token.publicId,
      digest: DIGEST,
    }),
  ],
  accessTokenExpiry: (session) => [credentials.accessTokenExpiry(session, 'aaaaaaaaaaaa')],
  deleteOldestAccessTokens: (session) => [
    credentials.deleteOldestAccessTokens(
      session,
      { accessTokenId: 'aaaaaaaaaaaa', tokenPublicId: token.publicId },
      10,
    ),
  ],
  deleteExpiredAccessTokens: (session) => [credentials.deleteExpiredAccessTokens(session, AT)],
  writeLastUsed: (session) => [credentials.writeLastUsed(session, token.publicId, AT)],

  readLastEventSeq: (session) => [events.readLastEventSeq(session)],
  personEvents: (session) => [events.personEvents(session, [ID, '42'], 10)],
  disabledSince: (session) => [events.disabledSince(session, [ID, '42'], AT)],
  unseenPending: (session, shape) => [
    seenPending.unseenPending(session, shape, { before: AT, after: undefined, limit: 10 }),
    seenPending.unseenPending(session, shape, { before: AT, after: ID, limit: 10 }),
  ],
  noteSeenPending: (session) => [
    seenPending.noteSeenPending(session, [ID, ID], AT),
    seenPending.noteSeenPending(session, [ID], null),
  ],
  begunWaits: (session, shape) => [
    seenPending.begunWaits(session, shape, 'pending', { after: undefined, limit: 10 }),
    seenPending.begunWaits(session, shape, 'doubtful', { after: ID, limit: 10 }),
    seenPending.begunWaits(session, shape, 'pending', { only: [ID, ID] }),
  ],
  noteDoubtful: (session) => [seenPending.noteDoubtful(session, [ID, ID], AT)],
  clearDoubtful: (session, shape) => [seenPending.clearDoubtful(session, shape, 10)],
  lastWords: (session) => [events.lastWords(session, [ID, '42'], ['user.deprovision', 'user.settle'])],
  endedWaits: (session, shape) => [seenPending.endedWaits(session, shape, 10)],
  eventWriters: (session) => [events.eventWriters(session)],
  insertEvent: (session) => [events.insertEvent(session, event)],
  insertEvents: (session) => [events.insertEvents(session, [event, event])],
  lastDetails: (session) => [events.lastDetails(session, { type: 'group', id: ID })],
  eventExists: (session) => [events.eventExists(session, ID)],
  anyEventExists: (session) => [events.anyEventExists(session, [ID, ID])],
  newestEvents: (session) =>
    eventFilters.map((filter) => events.newestEvents(session, { ...filter, limit: 10, upTo: 9n })),
  oldestEvents: (session) =>
    eventFilters.map((filter) => events.oldestEvents(session, { ...filter, limit: 10, after: 1n, upTo: 9n })),
  countEvents: (session) => [
    events.countEvents(session),
    events.countEvents(session, { after: 1n, upTo: 9n }),
  ],

  hostUsersCalled: (session, shape) =>
    firstSync.CALLED.map((column) => firstSync.hostUsersCalled(session, shape, column, ['anna', 'ben'])),
  idsOfHostUsersCalled: (session, shape) =>
    firstSync.CALLED.map((column) => firstSync.idsOfHostUsersCalled(session, shape, column, [null, 'anna'])),
  hostUsersById: (session, shape) => [firstSync.hostUsersById(session, shape, ['42', '43'])],
  linksNamed: (session, shape) => [
    firstSync.linksNamed(session, shape, ID, [
      { externalId: 'x', userName: 'anna' },
      { externalId: null, userName: 'ben' },
    ]),
  ],
  describeHostUserWrites: (session) => [hostUniques.describeHostUserWrites(session)],
  describeHostUserSource: (session) => [
    hostUniques.describeHostUserSource(session),
    session.dialect.viewSource.isPlainTable(session, session.schema, ['app', 'users']),
    session.dialect.viewSource.uniqueKeys(session, session.schema, ['users']),
  ],
  valuesTaken: (session) =>
    KEYS.map((key) =>
      hostUniques.valuesTaken(session, { column: 'login_name', key: { ...KEY, ...key } }, ['anna', 'ben']),
    ),
  accountsHad: (session) => [firstSync.accountsHad(session, ID, ['42', '43'])],

  groupsOfName: (session) => [groupNames.groupsOfName(session, ID, 'Lab')],
  groupIdOfExternalId: (session) => [groupNames.groupIdOfExternalId(session, ID, 'x')],
  groupNames: (session) => [groupNames.groupNames(session, ID)],
  spacedGroupNames: (session) => [spacedNames.spacedGroupNames(session, ID)],
  spacedLinks: (session) => [spacedNames.spacedLinks(session, ID, 5)],
  spacedUserNames: (session) => [spacedNames.spacedUserNames(session, ID)],
  spellingsOf: (session) => [spacedNames.spellingsOf(session, ID, 'x')],
  insertGroup: (session) => [groups.insertGroup(session, group)],
  readGroupRow: (session) => [groups.readGroupRow(session, ID, ID)],
  lockGroup: (session) => [groups.lockGroup(session, ID, ID)],
  updateGroup: (session) => [groups.updateGroup(session, ID, group)],
  removeGroup: (session) => [groups.removeGroup(session, ID)],

  readMembers: (session, shape) => [groupMembers.readMembers(session, shape, [ID, ID])],
  readMembersFrom: (session, shape) =>
    [undefined, ID].map((after) => groupMembers.readMembersFrom(session, shape, ID, { after, limit: 10 })),
  readGroupsBehind: (session) => [users.readGroupsBehind(session, ID, ID)],
  countMembersUpTo: (session) => [groupMembers.countMembersUpTo(session, [ID, ID], 10)],
  userIdsAmong: (session) => [groupMembers.userIdsAmong(session, ID, [ID, ID])],
  memberIdsAmong: (session) => [groupMembers.memberIdsAmong(session, ID, [ID, ID])],
  insertMembers: (session) => [groupMembers.insertMembers(session, ID, [ID, ID])],
  deleteMembers: (session) => [groupMembers.deleteMembers(session, ID, [ID, ID])],

  describeHostViews: (session) => [hostViews.describeHostViews(session)],
  listSsoProviders: (session) => [host.listSsoProviders(session)],
  listLicencePools: (session) => [host.listLicencePools(session)],
  hostViewColumns: (session) => [host.hostViewColumns(session, 'host_user')],

  insertIdentity: (session) => [identities.insertIdentity(session, identity)],
  updateIdentity: (session) => [
    identities.updateIdentity(session, ID, { deprovisionedAt: AT, deprovisionReason: 'disabled' }),
  ],
  leaveGroups: (session) => [identities.leaveGroups(session, ID, AT)],
  isExternalIdTaken: (session) => [identities.isExternalIdTaken(session, ID, 'x', ID)],
  accountMadeFor: (session) => [identities.accountMadeFor(session, ID)],
  hasHadAccount: (session) => [identities.hasHadAccount(session, ID, '42')],
  noteUnknownAccounts: (session, shape) => [accountNotes.noteUnknownAccounts(session, shape, 500)],
  linksToAccount: (session) => [identities.linksToAccount(session, '42', 10)],
  unlinkIdentities: (session) => [identities.unlinkIdentities(session, ID, AT)],

  readHosting: (session) => [installation.readHosting(session)],
  writeHosting: (session) => [installation.writeHosting(session, 'cloud', AT)],
  readManualDisable: (session) => [installation.readManualDisable(session)],
  writeManualDisable: (session) => [
    installation.writeManualDisable(session, null, AT),
    installation.writeManualDisable(session, 'Administration', AT),
  ],
  readLoginRules: (session) => [installation.readLoginRules(session)],
  writeLoginRules: (session) => [
    installation.writeLoginRules(
      session,
      { loginRule: 'email', renamesOnMatch: true, createReason: 'no' },
      AT,
    ),
  ],

  linkedUsers: (session) => [
    linkedUsers.linkedUsers(session, {}),
    ...(['active', 'inactive', 'awaiting', 'pending', 'suspended', 'doubtful'] as const).map((state) =>
      linkedUsers.linkedUsers(session, { state, serviceAccountId: ID, limit: 10, withGroups: false }),
    ),
    ...['anna', ID].map((reference) => linkedUsers.linkedUsers(session, { reference, withHistory: true })),
  ],
  accountLinks: (session, shape) =>
    [null, 'x'].map((externalId) =>
      accountLinks.accountLinks(session, shape, '42', { serviceAccountId: ID, userName: 'anna', externalId }),
    ),
  countDoubtfulAndSuspended: (session) =>
    [undefined, ID].map((id) => accountFindings.countDoubtfulAndSuspended(session, id)),
  countDerivedNames: (session) => [accountFindings.countDerivedNames(session)],
  accountsAlike: (session) => [accountFindings.accountsAlike(session, 3)],
  heldBackIds: (session) => [heldBack.heldBackIds(session, ID)],
  heldBackPending: (session, shape) => [heldBack.heldBackPending(session, shape, ID, 50)],
  heldBackLinks: (session, shape) => [heldBack.heldBackLinks(session, shape, ID, [ID, ID])],
  clearHeldBack: (session) => [heldBack.clearHeldBack(session, [ID, ID])],
  countHeldBack: (session) => [heldBack.countHeldBack(session, ID)],
  countDepartures: (session) => [heldBack.countDepartures(session, ID, AT)],
  heldBackByIdp: (session) => [heldBack.heldBackByIdp(session)],
  hostUserIdsByLogin: (session) => [links.hostUserIdsByLogin(session)],
  linkedHostUserIds: (session) => [links.linkedHostUserIds(session)],
  hostUsersNamed: (session) => ['anna', ID].map((text) => namedHostUsers.hostUsersNamed(session, text)),
  listPending: (session) => [
    pending.listPending(session, {}),
    pending.listPending(session, {
      serviceAccountIds: [ID, ID],
      hostUserId: '42',
      reason: 'deleted',
      before: AT,
    }),
    pending.listPending(session, { reason: 'doubtful' }),
    pending.listPending(session, { only: 'ended', links: [{ identityId: ID, endedAt: AT }] }),
  ],
  countInForce: (session) => [enabledAccounts.countInForce(session, ID)],
  accountDetails: (session, shape) => [enabledAccounts.accountDetails(session, shape, ['42', '43'])],
  missingMarks: (session, shape) => [missingMarks.missingMarks(session, shape, ID)],
  markLinks: (session) => [missingMarks.markLinks(session, [{ identityId: ID, version: 'x' }], AT)],
  linkedOrMarked: (session, shape) => [missingMarks.linkedOrMarked(session, shape, ['42', '43'])],
  insertIdentities: (session) => [missingMarks.insertIdentities(session, [identity, identity])],
  endMarks: (session) => [missingMarks.endMarks(session, [ID, ID])],
  endMarkLinks: (session) => [missingMarks.endMarkLinks(session, [ID, ID], AT)],

  provision: (session, shape) => [
    ...[{ make: identity }, { identityId: ID, change: { userName: 'anna' } }].flatMap((link) => [
      provisioning.provision(session, shape, { host: { make: hostUser }, link, event }),
      provisioning.provision(session, shape, {
        host: { userId: '42', change: hostUser, before: hostUser },
        link,
        event,
      }),
      provisioning.provision(session, shape, { link, event }),
    ]),
  ],
  conclude: (session, shape) => [
    provisioning.conclude(session, shape, { link: { identityId: ID, change: { updatedAt: AT } }, event }, ID),
  ],
  changeAlike: (session, shape) =>
    [{ isEnabled: false }, { isEnabled: false, licenceType: null }].map((change) =>
      alike.changeAlike(session, shape, {
        change,
        link: { heldBackAt: null },
        accounts: ['42', '43'].map((userId) => ({ userId, identityId: ID, event })),
      }),
    ),
  provisioningFacts: (session, shape) => {
    const names = [
      { userName: 'anna', externalId: 'x' },
      { userName: 'anna', externalId: null },
    ];
    const queries: Omit<FactsQuery, 'serviceAccountId'>[] = [
      ...names.map((one) => ({ names: one })),
      { addresses: ['anna'] },
      { addresses: ['anna', 'anna@contoso.example'] },
      { linkedBy: ID },
      { access: true },
      { seats: true },
      { departures: { since: AT, beyond: 20 } },
      ...names.map((one) => ({ names: one, addresses: ['anna'], linkedBy: ID, access: true, seats: true })),
    ];
    return queries.map((query) =>
      facts.provisioningFacts(session, shape, { serviceAccountId: ID, ...query }),
    );
  },

  insertSeal: (session) => [seals.insertSeal(session, seal)],
  newestSeal: (session) => [seals.newestSeal(session)],
  isChainBroken: (session) => [
    seals.isChainBroken(session, { after: 0, upTo: 1 }),
    seals.isChainBroken(session, { after: 3, upTo: 9 }),
  ],
  sealLinksUpTo: (session) => [seals.sealLinksUpTo(session, 9, 10)],
  lastSealedSeq: (session) => [seals.lastSealedSeq(session)],
  listReceivers: (session) => [receivers.listReceivers(session, 21)],
  readReceiver: (session) => [receivers.readReceiver(session, RECEIVER)],
  insertReceiver: (session) => [
    receivers.insertReceiver(session, { receiverId: RECEIVER, origin: 'https://a.example' }, 7n),
  ],
  takeReceiver: (session) => [receivers.takeReceiver(session, RECEIVER, ID, 45)],
  releaseReceiver: (session) => [receivers.releaseReceiver(session, RECEIVER, ID)],
  noteDelivered: (session) => [
    receivers.noteDelivered(session, RECEIVER, ID, { upTo: 9n, delivered: 0 }),
    receivers.noteDelivered(session, RECEIVER, ID, { upTo: 9n, delivered: 1 }),
  ],
  noteFailure: (session) => [receivers.noteFailure(session, RECEIVER, ID, 'status-500')],
  insertPrune: (session) => [prunes.insertPrune(session, pruneRow)],
  prunesAfter: (session) => [prunes.prunesAfter(session, 0, 10)],
  isPruneTold: (session) => [prunes.isPruneTold(session, '00'.repeat(32), 2n)],
  oldestSeqs: (session) => [prunes.oldestSeqs(session, 2n, 1000)],
  deleteEventsUpTo: (session) => [prunes.deleteEventsUpTo(session, 2n)],
  insertVoid: (session) => [voids.insertVoid(session, voidRow)],
  voidsAfter: (session) => [voids.voidsAfter(session, 0, 10)],
  sealsAfter: (session) => [seals.sealsAfter(session, undefined, 10), seals.sealsAfter(session, 1, 10)],
  countSealedEvents: (session) => [
    seals.countSealedEvents(session, { after: 0, upTo: 1 }),
    seals.countSealedEvents(session, { after: 3, upTo: 9 }),
  ],

  insertServiceAccount: (session) => [serviceAccounts.insertServiceAccount(session, account)],
  listServiceAccounts: (session) => [serviceAccounts.listServiceAccounts(session)],
  listServiceAccountsEver: (session) => [serviceAccounts.listServiceAccountsEver(session)],
  readServiceAccount: (session) => [serviceAccounts.readServiceAccount(session, ID)],
  updateServiceAccount: (session) => [serviceAccounts.updateServiceAccount(session, ID, account, AT)],
  markServiceAccountRemoved: (session) => [serviceAccounts.markServiceAccountRemoved(session, ID, AT)],
  lockServiceAccount: (session) => [serviceAccounts.lockServiceAccount(session, ID)],

  insertToken: (session) => [tokens.insertToken(session, { ...token, digest: DIGEST })],
  listTokens: (session) => [tokens.listTokens(session), tokens.listTokens(session, ID)],
  findPresentedToken: (session) => [tokens.findPresentedToken(session, token.publicId)],
  endedTokens: (session) => [
    tokens.endedTokens(session, { before: AT, limit: 10 }),
    tokens.endedTokens(session, { before: AT, after: token.publicId, limit: 10 }),
  ],
  deleteTokens: (session) => [tokens.deleteTokens(session, [token.publicId, 'bbbbbbbbbbbb'])],
  updateToken: (session) => [
    tokens.updateToken(session, token.publicId, { slot: null, retiresAt: AT, revokedAt: AT, endedAt: AT }),
  ],

  countRepeated: (session) =>
    ['user_id', 'login_name'].map((column) => hostRows.countRepeated(session, column as 'user_id')),
  countRows: (session) => [supportCounts.countRows(session, 'event')],
  countLinksByState: (session) => [supportCounts.countLinksByState(session)],
  countHostUsers: (session) => [supportCounts.countHostUsers(session)],
  recentRefusals: (session) => [supportCounts.recentRefusals(session, AT, 10)],

  readUserRow: (session, shape) => [users.readUserRow(session, shape, ID, ID)],
  readLinkRow: (session, shape) => [users.readLinkRow(session, shape, ID, ID)],
  readLinkAlone: (session) => [users.readLinkAlone(session, ID, ID)],
};
