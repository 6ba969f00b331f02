import type { TokenRow } from '../../database/queries/tokens.js';
import type { ServiceAccount } from '../service-accounts/service-account.js';
import type { TokenKeys } from '../tokens/keys.js';
import { isLive } from '../tokens/status.js';
import { type CheckFinding, fail, warn } from './prerequisite.js';

/**
 * Whether the live tokens can be verified with the keys that are here, and as strictly as was asked for.
 * Nothing where there is nothing to say.
 */
export function hashingFinding(
  accounts: readonly ServiceAccount[],
  tokens: readonly TokenRow[],
  keys: TokenKeys,
  now: Date,
): CheckFinding | undefined {
  const live = accounts.flatMap(({ id, name }) =>
    tokens
      .filter((token) => token.serviceAccountId === id && isLive(token, now))
      .map(({ keyId }) => ({ name, keyId })),
  );
  const lost = live.find(({ keyId }) => keyId !== null && !keys.find(keyId));
  if (lost) {
    const what = `the key ${lost.keyId} of a token of ${lost.name} is missing here`;
    const advice = `Restore the key in the key file. If it is lost, run \`scimctl token rotate --idp ${lost.name}\` and enter the new token in the IdP.`;
    // Without any keys this is perhaps just not the machine that has them.
    return keys.current ? fail(what, advice) : warn(what, advice);
  }
  const plain = live.find(({ keyId }) => keyId === null);
  if (!plain || (!keys.current && !keys.requireKeyed)) return undefined;
  const advice = `Run \`scimctl token rotate --idp ${plain.name}\` and enter the new token in the IdP.`;
  return keys.requireKeyed
    ? fail(`a token of ${plain.name} is hashed without a key, but only keyed tokens are accepted`, advice)
    : warn(`a token of ${plain.name} is hashed without a key, although there are keys`, advice);
}
