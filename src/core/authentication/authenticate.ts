import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../database/database.js';
import {
  type AccessCredential,
  type Credential,
  type CredentialEnds,
  findAccessCredential,
  findCredential,
  findCredentialEnds,
} from '../../database/queries/credentials.js';
import type { Core } from '../core.js';
import type { Idp } from '../provisioning/types.js';
import { matchDigest } from '../tokens/digest.js';
import { PREFIXES, parseToken } from '../tokens/format.js';
import { judge, standing } from '../tokens/judge.js';
import { NO_KEYS, type TokenKeys } from '../tokens/keys.js';
import { validUntil } from '../tokens/status.js';
import type { Admitted, Asker, Authentication, NotAdmitted, Presented, Refusal } from './admission.js';
import { NoLongerAdmitted, SettingsChanged } from './asker.js';
import { Gathered } from './gathered.js';
import type { AuthenticationMethod } from './methods.js';
import { RecentCredentials } from './recent-credentials.js';

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

export interface Authenticate {
  /** Looks a secret up and decides. */
  (recognised: Recognised): Promise<Admitted | NotAdmitted>;
  /** Decides by what was read a moment ago; undefined where nothing was, or it is not good by that. */
  recently(recognised: Recognised): Admitted | undefined;
}

/**
 * Looks secrets up, with one statement by primary keys, and decides. Requests that come at the same time with the
 * same token share the statement, which begins after the last of them has come. What was read of it in the last
 * two seconds lets a request begin, no more: see `Asker`.
 */
export function createAuthenticate(core: Core): Authenticate {
  const keys = core.tokenKeys ?? NO_KEYS;
  const gathered = <T>(ask: (session: Session, id: string) => Promise<T>) =>
    new Gathered((id) => core.database.read((session) => ask(session, id)), core.database.pipelines);
  const tokens = gathered(findCredential);
  const accessTokens = gathered(findAccessCredential);
  const ends = {
    token: gathered((session, id) => findCredentialEnds(session, 'token', id)),
    accessToken: gathered((session, id) => findCredentialEnds(session, 'accessToken', id)),
  };
  const recent = new RecentCredentials<Credential | AccessCredential>();
  const judged = (presented: Presented, found: Credential | AccessCredential): Authentication =>
    'access' in found
      ? admitAccess(presented, found, keys, core.clock())
      : admit(presented, found, keys, core.clock());

  const admitted = (recognised: Recognised, found: Authentication): Admitted | NotAdmitted =>
    'refused' in found ? found : { ...found, asker: askerOf(recognised, found.idp) };

  const recently: Authenticate['recently'] = (recognised) => {
    const known = recent.get(keyOf(recognised), performance.now());
    const found = known && admitted(recognised, judged(recognised.presented, known));
    return found && 'credential' in found ? found : undefined;
  };

  const lookUp = async (recognised: Recognised): Promise<Admitted | NotAdmitted> => {
    const { kind, publicId, presented } = recognised;
    const found = await (kind === 'accessToken' ? accessTokens : tokens).ask(publicId);
    if (!found) return { refused: 'unknown', ...(kind === 'token' && { token: publicId }) };
    recent.note(keyOf(recognised), found, performance.now());
    return admitted(recognised, judged(presented, found));
  };

  /** Whose secret it is was decided; what is asked again is whether that has ended, and what the IdP is set to. */
  const askerOf = (recognised: Recognised, idp: Idp): Asker => {
    const { kind, publicId, presented } = recognised;
    const assertGood = (found: CredentialEnds | undefined): CredentialEnds => {
      const method = kind === 'accessToken' ? 'oauth' : presented.method;
      const refusal = found ? endOf(method, found, core.clock()) : ({ refused: 'unknown' } as const);
      if (!refusal && found) return found;
      recent.forget(keyOf(recognised));
      throw new NoLongerAdmitted(refusal ?? { refused: 'unknown' }, presented.method);
    };
    return {
      assertAdmitted: async (session) => {
        const lookUp = () => findCredentialEnds(session, kind, publicId);
        const found = assertGood(await session.memory.once(session, keyOf(recognised), lookUp));
        if (isDeepStrictEqual(toIdp(found), idp)) return;
        recent.forget(keyOf(recognised));
        throw new SettingsChanged();
      },
      assertStillAdmitted: async () => void assertGood(await ends[kind].ask(publicId)),
      renewed: async () => {
        const found = await lookUp(recognised);
        if ('refused' in found) throw new NoLongerAdmitted(found, presented.method);
        return found;
      },
    };
  };
  return Object.assign(lookUp, { recently });
}

const keyOf = ({ kind, publicId }: Recognised) => `${kind} ${publicId}`;

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
  return open(method, found, now);
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
  return open('oauth', found, now, access.expiresAt);
}

const open = (
  method: AuthenticationMethod,
  found: Credential,
  now: Date,
  accessExpiresAt: Date | null = null,
): Authentication =>
  endOf(method, { ...found, accessExpiresAt }, now) ?? { idp: toIdp(found), credential: found };

/** Why a credential whose secret was right does not, or no longer, open the door by this method. Pure. */
function endOf(method: AuthenticationMethod, found: CredentialEnds, now: Date): NotAdmitted | undefined {
  const { publicId: token, idp, accessExpiresAt } = found;
  if (accessExpiresAt !== null && accessExpiresAt <= now) {
    return { refused: 'expired', token, idp, validUntil: accessExpiresAt };
  }
  const reason = standing(found, now);
  if (reason !== 'valid') return { refused: reason, token, idp, validUntil: validUntil(found) };
  if (method === 'basic' && !found.allowsBasic) return { refused: 'method', token, idp };
  if (method === 'oauth' && !found.allowsOauth) return { refused: 'method', token, idp };
  return found.hosting === 'on-premises' ? undefined : { refused: 'hosting-cloud', token, idp };
}

const toIdp = ({ departureLimit, releasedAt, ...found }: CredentialEnds | Credential): Idp => ({
  id: found.serviceAccountId,
  name: found.idp,
  kind: found.kind,
  ssoProviderId: found.ssoProviderId,
  deprovisionPolicy: found.deprovisionPolicy,
  adoptsDisabled: found.adoptsDisabled,
  ssoSubject: found.ssoSubject,
  loginRule: found.loginRule,
  renamesOnMatch: found.renamesOnMatch,
  createReason: found.createReason,
  departureLimit: departureLimit && { ...departureLimit, releasedAt },
});
