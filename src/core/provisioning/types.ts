import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../words/idp.js';
import type { LoginRule } from '../../words/installation.js';
import type { GroupMembership } from './groups/group-membership.js';
import type { Skipped } from './skipped.js';

/** Who is at the door: the service account of one IdP, as it was authenticated. */
export interface Idp {
  /** The service account's id. */
  id: string;
  name: string;
  kind: IdpKind;
  /** The SAML provider that users of this IdP sign in with. */
  ssoProviderId: string;
  deprovisionPolicy: DeprovisionPolicy;
  /** Whether the first match of a disabled account enables it, as it does unless said otherwise. */
  adoptsDisabled?: boolean;
  /** What the IdP sends as NameID, to be written to the account; nothing is where it is absent. */
  ssoSubject?: SsoSubject | null;
  /** What the logins of the host application are; the e-mail address where it is absent. */
  loginRule?: LoginRule;
  /** Whether an account that is matched gets such a login, as it does unless said otherwise. */
  renamesOnMatch?: boolean;
  /** Why no account is created: the application does that itself. Absent or null where accounts are. */
  createReason?: string | null;
  /** How many departures are too many; absent for no limit. */
  departureLimit?: DepartureLimit | null;
}

/** A brake on mass departures: see core/provisioning/departures/departure-limit.ts. */
export interface DepartureLimit {
  /** More departures than this within the window are too many … */
  max: number;
  windowMs: number;
  /** … if they are also more than this share of the IdP's links; null for whatever share. */
  percent: number | null;
  /** Departures before this instant were reviewed by an operator, and do not count. */
  releasedAt: Date | null;
}

/**
 * What an IdP says of one person, whole: what is null or absent here is not known or was taken away. The
 * first fields go through the host views; `attributes` are kept for the IdP to read back.
 */
export interface Profile {
  /** The IdP's own unique name of the user: Entra's user principal name, Okta's login. 1 to 320 characters. */
  userName: string;
  /** The IdP's id of the object, where it sends one. At most 255 characters, compared exactly. */
  externalId: string | null;
  active: boolean;
  /** The one address the host application has: the primary one, else the work one, else the first. */
  email: string | null;
  displayName: string | null;
  givenName: string | null;
  familyName: string | null;
  /** All other attributes of RFC 7643, by name; those of extensions under their URN. JSON. */
  attributes: Record<string, unknown>;
  /** The names before the IdP marked them as those of a deleted user; absent while they have no mark. Not for the IdP. */
  unmarked?: { userName: string; email: string | null } | undefined;
}

/** What a request wants a user to be. */
export interface Wanted extends Profile {
  /** What the request itself says of `active`. Where it is left out, a difference from the present state counts. */
  says?: boolean;
  /** Names and address that the request itself says, also where they are what the IdP sees already. */
  states?: Partial<Pick<Profile, 'email' | 'displayName' | 'givenName' | 'familyName'>>;
  /** Paths of attributes that a departing user's request says and that cannot be had; no values. */
  skipped?: readonly string[];
}

/** A user as the IdP reads it back: live data of the host application under the IdP's link. */
export interface ProvisionedUser extends Profile {
  /** UUID of the identity, the `id` of the SCIM resource. */
  id: string;
  /** Not for the IdP unless it sees the account. */
  hostUserId: string;
  /** Whether the IdP sees the account itself, and not only what it said of the user. */
  seesAccount: boolean;
  /** The pool of the seat the host user holds; null for none, or where the host does not say, or the IdP not see. */
  licenceType: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** The IdP's groups the user is in, by display name; in the order of their ids where there are more of them. */
  groups: { id: string; displayName: string }[];
  /** Where the user is in more groups: behind which of them they go on. */
  groupsGoOnBehind?: string;
}

/** What became of a create. */
export interface Created {
  user: ProvisionedUser;
  /**
   * `created`: a new host user. `matched`: linked to one that was there. `revived`: the IdP had this user before,
   * and the link is in force again.
   */
  how: 'created' | 'matched' | 'revived';
}

/** What an IdP says of a group, whole. */
export interface GroupProfile {
  /** Unique within the IdP, without regard to case and to whitespace around it. 1 to 255 characters. */
  displayName: string;
  externalId: string | null;
  /** Ids of users of the same IdP (`ProvisionedUser.id`); others are skipped. */
  memberIds: string[];
}

/** What a request makes of a group. */
export interface GroupRequest extends GroupProfile {
  /** What of the request cannot be done at all: groups within groups, say. */
  skipped?: Skipped;
}

/** What a request makes of an existing group. */
export interface GroupDecision extends Omit<GroupRequest, 'memberIds'> {
  members: GroupMembership;
}

/** An existing group, as a decision about a change of it needs it. */
export interface PresentGroup extends DescribedGroup {
  /** The display name of each member by id; empty if the change does not concern members. */
  members: ReadonlyMap<string, string>;
}

export interface GroupMember {
  /** Of the user. */
  id: string;
  display: string;
}

/** A group without its members. */
export interface DescribedGroup extends Omit<GroupProfile, 'memberIds'> {
  /** UUID. */
  id: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface ProvisionedGroup extends DescribedGroup {
  /** By name; empty and not read where the caller asked for none. */
  members: GroupMember[];
  /** Where there are more members than were read: the id behind which they go on; see `membersBehind`. */
  membersGoOnBehind?: string;
}
