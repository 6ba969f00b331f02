import type { ServiceAccount } from '../service-account.js';

export interface SheetStep {
  title: string;
  lines: string[];
}

/** What the steps are made of. */
export interface SheetFacts {
  name: string;
  /** Ending in `/scim/v2`. */
  tenantUrl: string;
  authentication: ServiceAccount['authentication'];
  deprovisionPolicy: ServiceAccount['deprovisionPolicy'];
  token?: SheetToken;
}

/** A token that exists: what tells it from others, and where its text is. */
export interface SheetToken {
  id: string;
  /** Null for one that never expires. */
  expiresAt: Date | null;
  /** The file that holds it; it was shown where there is none. */
  file?: string;
}

/** Which token to enter; where none was just created, how to come by one without its text in a shell history. */
export function tokenOf({ name, token }: SheetFacts): string {
  if (!token) return `the output of: scimctl token create --idp ${name} -q`;
  const end = token.expiresAt === null ? 'never expires' : `valid until ${until(token.expiresAt)}`;
  const where = token.file === undefined ? 'as shown above' : `in the file ${token.file}`;
  return `token ${token.id}, ${where}; ${end}`;
}

/** `2027-11-28 22:30 UTC` */
export const until = (end: Date): string => `${end.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Where access tokens are issued (RFC 6749 §3.2): beside `/scim/v2`. */
export const tokenEndpointOf = (tenantUrl: string) => tenantUrl.replace(/\/scim\/v2$/, '/oauth/token');

/** What becomes of leavers, in the words of the policy. */
export const leavers = ({ name, deprovisionPolicy }: SheetFacts) =>
  deprovisionPolicy === 'disable'
    ? 'The accounts of users who leave are disabled in the application immediately, and their seats become free.'
    : `The accounts of users who leave stay enabled until an administrator disables them: scimctl users pending --idp ${name}`;
