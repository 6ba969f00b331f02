import type { NegotiationFailure } from './problems.js';

/** Routine errors of GSSAPI (RFC 2744, 3.9.1), in the third byte. */
const NO_CREDENTIALS = 7;
const DEFECTIVE_CREDENTIAL = 10;
const CREDENTIALS_EXPIRED = 11;

/** Kerberos numbers its errors from here on: those of the protocol (RFC 4120, 7.5.9) first, then the library's. */
const KRB5 = -1_765_328_384;

const BY_NUMBER: Record<number, NegotiationFailure> = {
  [KRB5 + 6]: 'account-refused', // KDC_ERR_C_PRINCIPAL_UNKNOWN: it was deleted, or the realm is another
  // KDC_ERR_S_PRINCIPAL_UNKNOWN, and what a server says that has no key for the ticket.
  [KRB5 + 7]: 'server-unknown',
  [KRB5 + 11]: 'clock', // KDC_ERR_NEVER_VALID
  [KRB5 + 18]: 'account-refused', // KDC_ERR_CLIENT_REVOKED: it is disabled or locked
  [KRB5 + 23]: 'account-refused', // KDC_ERR_KEY_EXP: its password has expired
  [KRB5 + 24]: 'account-refused', // KDC_ERR_PREAUTH_FAILED: the key is not the one that it has now
  [KRB5 + 31]: 'account-refused', // KRB_AP_ERR_BAD_INTEGRITY: the same, where the domain asks for no proof beforehand
  [KRB5 + 32]: 'expired', // KRB_AP_ERR_TKT_EXPIRED
  [KRB5 + 33]: 'clock', // KRB_AP_ERR_TKT_NYV
  [KRB5 + 37]: 'clock', // KRB_AP_ERR_SKEW
  [KRB5 + 68]: 'wrong-realm', // KDC_ERR_WRONG_REALM
  [KRB5 + 141]: 'no-ticket', // KRB5_CC_NOTFOUND
  [KRB5 + 156]: 'unreachable', // KRB5_KDC_UNREACH
  [KRB5 + 154]: 'unreachable', // KRB5_REALM_UNKNOWN: no domain controller is named for the realm
  [KRB5 + 148]: 'clock', // KRB5_KDCREP_SKEW
  [KRB5 + 195]: 'no-ticket', // KRB5_FCC_NOFILE
  [KRB5 + 220]: 'unreachable', // KRB5_REALM_CANT_RESOLVE
  [KRB5 + 224]: 'wrong-realm', // KRB5_CONFIG_NODEFREALM
};

/**
 * What the two numbers of a failed call of GSSAPI mean.
 * @param major the status of GSSAPI, @param minor the one of MIT Kerberos below it.
 */
export function gssFailure(major: number, minor: number): NegotiationFailure {
  const known = BY_NUMBER[minor | 0];
  if (known) return known;
  const routine = (major >>> 16) & 0xff;
  if (routine === CREDENTIALS_EXPIRED) return 'expired';
  return routine === NO_CREDENTIALS || routine === DEFECTIVE_CREDENTIAL ? 'no-ticket' : 'other';
}
