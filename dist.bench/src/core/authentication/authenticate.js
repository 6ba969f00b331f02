import { findAccessCredential, findCredential, } from '../../database/queries/credentials.js';
import { matchDigest } from '../tokens/digest.js';
import { PREFIXES, parseToken } from '../tokens/format.js';
import { NO_KEYS } from '../tokens/keys.js';
import { validUntil } from '../tokens/status.js';
import { judge, standing } from '../tokens/verify.js';
import { Gathered } from './gathered.js';
/** What can be said without a database. Nothing it says depends on any real token. */
export function recognise(presented) {
    const kind = presented.method === 'bearer' && presented.secret.startsWith(PREFIXES.accessToken)
        ? 'accessToken'
        : 'token';
    const parsed = parseToken(presented.secret, kind);
    return 'fault' in parsed ? { refused: parsed.fault } : { presented, kind, publicId: parsed.publicId };
}
/**
 * Looks secrets up, with one statement by primary keys, and decides. Requests that come at the same time with the
 * same token share the statement, which begins after the last of them has come; nothing is remembered after it.
 */
export function createAuthenticate(core) {
    const keys = core.tokenKeys ?? NO_KEYS;
    const tokens = new Gathered((id) => core.database.read((session) => findCredential(session, id)));
    const accessTokens = new Gathered((id) => core.database.read((session) => findAccessCredential(session, id)));
    return async ({ kind, publicId, presented }) => {
        if (kind === 'accessToken') {
            const found = await accessTokens.ask(publicId);
            return found ? admitAccess(presented, found, keys, core.clock()) : { refused: 'unknown' };
        }
        const found = await tokens.ask(publicId);
        return found ? admit(presented, found, keys, core.clock()) : { refused: 'unknown', token: publicId };
    };
}
/** The decision on a token. Pure. */
export function admit({ method, user, secret }, found, keys, now) {
    const { valid, reason, id: token, idp, validUntil } = judge(secret, found, keys, now);
    if (!valid)
        return { refused: reason, token, idp, validUntil };
    if (user !== undefined && user.toLowerCase() !== found.idp)
        return { refused: 'user', token };
    return open(method, found);
}
/** The decision on an access token: it is as good as the token it was made of is now. Pure. */
export function admitAccess({ secret }, found, keys, now) {
    const { publicId: token, access } = found;
    const match = matchDigest(secret, { ...found, digest: access.digest }, keys);
    if (match === 'different')
        return { refused: 'digest', token };
    if (match !== 'same')
        return { refused: match, token };
    if (access.expiresAt <= now)
        return { refused: 'expired', token, idp: found.idp, validUntil: access.expiresAt };
    const reason = standing(found, now);
    if (reason === 'valid')
        return open('oauth', found);
    return { refused: reason, token, idp: found.idp, validUntil: validUntil(found) };
}
function open(method, found) {
    const { publicId: token, idp: name } = found;
    if (method === 'basic' && !found.allowsBasic)
        return { refused: 'method', token, idp: name };
    if (method === 'oauth' && !found.allowsOauth)
        return { refused: 'method', token, idp: name };
    if (found.hosting !== 'on-premises')
        return { refused: 'hosting-cloud', token, idp: name };
    const { serviceAccountId: id, kind, ssoProviderId, deprovisionPolicy } = found;
    return { idp: { id, name, kind, ssoProviderId, deprovisionPolicy }, credential: found };
}
