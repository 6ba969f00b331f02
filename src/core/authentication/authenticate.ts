import {
  type AccessCredential,
  type Credential,
  findAccessCredential,
  findCredential,
} from '../../database/queries/credentials.js';
import type { Core } from '../core.js';
import type { Idp } from '../provisioning/types.js';
import { matchDigest } from '../tokens/digest.js';
import { PREFIXES, parseToken } from '../tokens/format.js';
import { NO_KEYS, type TokenKeys } from '../tokens/keys.js';
import { validUntil } from '../tokens/status.js';
import { judge, standing, type VerificationReason } from '../tokens/verify.js';
import { type Asker, NoLongerAdmitted } from './asker.js';
import { Gathered } from './gathered.js';
import type { AuthenticationMethod } from './methods.js';

/** What a client presents: a token, or the name of a service account with one of its tokens. */
export interface Presented {
  method: AuthenticationMethod;
  /** Basic: the user; OAuth: the client id. */
  user?: string;
  secret: string;
}

export type Refusal =
  | Exclude<VerificationReason, 'valid'>
  /** The token is right and of another service account. */
  | 'user'
  /** All is right, and the service account does not allow this method. */
  | 'method'
  | 'hosting-cloud';

export interface NotAdmitted {
  refused: Refusal;
  /** Public id of the token, where the text had one. Not secret. */
  token?: string;
  /** Known only where the secret was right, and then it may be told what else is wrong. */
  idp?: string;
  validUntil?: Date | null;
}

export type Authentication = { idp: Idp; credential: Credential } | NotAdmitted;

/** A secret whose form and checksum are right, so that it is worth a look into the database. */
export interface Recognised {
  presented: Presented;
  kind: 'token' | 'accessToken';
  publicId: string;
}

/** What can be said without a database. Nothing it says depends on any real token. */
export function recognise(presented: Presented): Recognised | { refused: 'form' | 'checksum' } {
  const kind =
    presented.method === 'bearer' && presented.secret.startsWith(PREFIXES.accessToken)
      ? 'accessToken'
      : 'token';
  const parsed = parseToken(presented.secret, kind);
  return 'fault' in parsed ? { refused: parsed.fault } : { presented, kind, publicId: parsed.publicId };
}

export type Admitted = Extract<Authentication, { credential: unknown }> & { asker: Asker };

/** Looks a secret up and decides. */
export type Authenticate = (recognised: Recognised) => Promise<Admitted | NotAdmitted>;

/**
 * Looks secrets up, with one statement by primary keys, and decides. Requests that come at the same time with the
 * same token share the statement, which begins after the last of them has come; nothing is remembered after it.
 */
export function createAuthenticate(core: Core): Authenticate {
  const decide = decideWith(core);
  const tokens = new Gathered((id) => core.database.read((session) => findCredential(session, id)));
  const accessTokens = new Gathered((id) =>
    core.database.read((session) => findAccessCredential(session, id)),
  );
  const find: Find = { token: (id) => tokens.ask(id), accessToken: (id) => accessTokens.ask(id) };
  return async (recognised) => {
    const found = await decide(recognised, find);
    if ('refused' in found) return found;
    return { ...found, asker: askerOf(recognised, decide) };
  };
}

/** Looks a credential up by its public id. */
interface Find {
  token: (id: string) => Promise<Credential | undefined>;
  accessToken: (id: string) => Promise<AccessCredential | undefined>;
}

type Decide = (recognised: Recognised, find: Find) => Promise<Authentication>;

function decideWith(core: Core): Decide {
  const keys = core.tokenKeys ?? NO_KEYS;
  return async ({ kind, publicId, presented }, find) => {
    if (kind === 'accessToken') {
      const found = await find.accessToken(publicId);
      return found ? admitAccess(presented, found, keys, core.clock()) : { refused: 'unknown' };
    }
    const found = await find.token(publicId);
    return found ? admit(presented, found, keys, core.clock()) : { refused: 'unknown', token: publicId };
  };
}

const askerOf = (recognised: Recognised, decide: Decide): Asker => ({
  key: `${recognised.presented.method} ${recognised.publicId}`,
  assertAdmitted: async (session) => {
    const found = await decide(recognised, {
      token: (id) => findCredential(session, id),
      accessToken: (id) => findAccessCredential(session, id),
    });
    if ('refused' in found) throw new NoLongerAdmitted(found, recognised.presented.method);
  },
});

/** The decision on a token. Pure. */
export function admit(
  { method, user, secret }: Presented,
  found: Credential,
  keys: TokenKeys,
  now: Date,
): Authentication {
  const { valid, reason, id: token, idp, validUntil } = judge(secret, found, keys, now);
  if (!valid) return { refused: reason as Refusal, token, idp, validUntil };
  if (user !== undefined && user.toLowerCase() !== found.idp) return { refused: 'user', token };
  return open(method, found);
}

/** The decision on an access token: it is as good as the token it was made of is now. Pure. */
export function admitAccess(
  { secret }: Presented,
  found: AccessCredential,
  keys: TokenKeys,
  now: Date,
): Authentication {
  const { publicId: token, access } = found;
  const match = matchDigest(secret, { ...found, digest: access.digest }, keys);
  if (match === 'different') return { refused: 'digest', token };
  if (match !== 'same') return { refused: match, token };
  if (access.expiresAt <= now)
    return { refused: 'expired', token, idp: found.idp, validUntil: access.expiresAt };
  const reason = standing(found, now);
  if (reason === 'valid') return open('oauth', found);
  return { refused: reason, token, idp: found.idp, validUntil: validUntil(found) };
}

function open(method: AuthenticationMethod, found: Credential): Authentication {
  const { publicId: token, idp: name } = found;
  if (method === 'basic' && !found.allowsBasic) return { refused: 'method', token, idp: name };
  if (method === 'oauth' && !found.allowsOauth) return { refused: 'method', token, idp: name };
  if (found.hosting !== 'on-premises') return { refused: 'hosting-cloud', token, idp: name };
  return { idp: toIdp(found), credential: found };
}

const toIdp = ({ departureLimit, releasedAt, ...found }: Credential): Idp => ({
  id: found.serviceAccountId,
  name: found.idp,
  kind: found.kind,
  ssoProviderId: found.ssoProviderId,
  deprovisionPolicy: found.deprovisionPolicy,
  adoptsDisabled: found.adoptsDisabled,
  departureLimit: departureLimit && { ...departureLimit, releasedAt },
});
