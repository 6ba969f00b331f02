import { nearInstant } from '../../sql/far-instant.js';
import type { LicencePool } from '../host/host.js';
import { type HostRow, type HostUserCandidate, toHostUser } from '../host/host-users.js';
import { asBoolean, asSeats, asText } from '../rows.js';

/** A link that an IdP's object may be known by already. */
export interface KnownIdentity {
  identityId: string;
  externalId: string | null;
  userName: string;
  hostUserId: string;
  createdAt: Date;
  isInForce: boolean;
  /** Whether the IdP sees it: not where it has deleted the user, or another link has taken over the name. */
  isVisible: boolean;
  /** Made by hand for a user whom the IdP has not sent yet. */
  awaitsIdp: boolean;
  /** Of the account, as last read; null where that was not noted. */
  accountLogin: string | null;
  accountEmail: string | null;
  /** The external id under which the link was last in force; null where that was not noted. */
  accountExternalId: string | null;
  /** What the account has as SSO subject and external id, where that is known to be this user's. */
  knownSubject: string | null;
  knownExternalId: string | null;
}

/** What is asked; what is left out is not looked up, and answered with nothing. */
export interface FactsQuery {
  serviceAccountId: string;
  /** Links of the IdP that have this external id, or this user name without regard to case and to whitespace around it. */
  names?: { externalId: string | null; userName: string };
  /** Host users who have one of these as e-mail address or login name, without regard to case. */
  addresses?: readonly string[];
  /** The host user that this link leads to, and who else is actively linked to it. */
  linkedBy?: string;
  /** Whether access may be given. */
  access?: boolean;
  /** Which seats there are. */
  seats?: boolean;
  /** How many have departed since, and where these are more than so many, how many links are in force. */
  departures?: { since: Date; beyond: number };
}

/** What a limit of departures is held against. */
export interface DepartureFacts {
  /** Departures that count, without the present one. */
  departed: number;
  /** Links in force; null where it does not matter. */
  inForce: number | null;
  /** Whether accounts are held back already, which an operator has not released. */
  isHolding: boolean;
}

export interface Facts {
  /** Newest first. */
  known: KnownIdentity[];
  /** Those that the database finds by the addresses: it may find more than have one of them, and `sameAddress` decides. */
  candidates: HostUserCandidate[];
  linked: HostUserCandidate | undefined;
  /** Whether that is the account which the link was made for, as far as can be told. */
  linkAgrees: boolean;
  hosting: string | null;
  /** Whether the service account is there and enabled. */
  accountEnabled: boolean;
  ssoProviders: { providerId: string; protocol: string; isEnabled: boolean }[];
  /** In the order their seats are taken. */
  pools: LicencePool[];
  departures: DepartureFacts;
}

/** Of whatever was not asked. */
export const NO_FACTS: Facts = {
  known: [],
  candidates: [],
  linked: undefined,
  linkAgrees: true,
  hosting: null,
  accountEnabled: false,
  ssoProviders: [],
  pools: [],
  departures: { departed: 0, inForce: null, isHolding: false },
};

/** A row of facts, as the driver hands it over. */
export type FactsRow = Partial<Record<string, unknown>>;

export function toFacts(row: FactsRow): Facts {
  return {
    known: asRows(row.known).map((one) => ({
      identityId: String(one.id).toLowerCase(),
      externalId: asText(one.externalId),
      userName: String(one.userName),
      hostUserId: String(one.hostUserId),
      createdAt: instantOf(String(one.createdAt)),
      isInForce: asText(one.reason) === null,
      isVisible: one.reason !== 'deleted' && asText(one.supersededAt) === null,
      awaitsIdp: asBoolean(one.awaits),
      accountLogin: asText(one.accountLogin),
      accountEmail: asText(one.accountEmail),
      accountExternalId: asText(one.accountExternalId),
      knownSubject: asText(one.knownSubject),
      knownExternalId: asText(one.knownExternalId),
    })),
    candidates: asRows(row.candidates).map(toCandidate),
    linked: asRows(row.linked).map(toCandidate)[0],
    linkAgrees: asRows(row.linked).every(({ linkAgrees }) => Number(linkAgrees) === 1),
    hosting: asText(row.hosting),
    accountEnabled: Number(row.account_enabled) === 1,
    ssoProviders: asRows(row.sso_providers).map((one) => ({
      providerId: String(one.id),
      protocol: String(one.protocol),
      isEnabled: asBoolean(one.isEnabled),
    })),
    pools: asRows(row.pools).map((one) => ({
      licenceType: String(one.licenceType),
      assignOrder: Number(one.assignOrder),
      seatsTotal: asSeats(one.total),
      seatsUsed: Number(one.used),
    })),
    departures: {
      departed: Number(row.departed ?? 0),
      inForce: row.in_force === null || row.in_force === undefined ? null : Number(row.in_force),
      isHolding: Number(row.held_back ?? 0) > 0,
    },
  };
}

export const toCandidate = (row: HostRow): HostUserCandidate => ({
  ...toHostUser(row),
  claimedBy: asText(row.claimedBy)?.toLowerCase() ?? null,
  claimIsDoubtful: asText(row.claimedBy) !== null && Number(row.claimAgrees) === 0,
});

/** PostgreSQL's driver has parsed it, SQL Server's has not. */
export const asRows = (value: unknown): Record<string, unknown>[] =>
  typeof value === 'string' ? JSON.parse(value) : ((value ?? []) as Record<string, unknown>[]);

/** SQL Server writes an instant into JSON without saying that it is UTC. */
const instantOf = (text: string): Date =>
  nearInstant(text, new Date(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`));
