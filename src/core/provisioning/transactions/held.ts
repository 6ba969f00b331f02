/**
 * What a change of a user keeps for itself while it decides and writes.
 *
 * `names`: a link, a user name or an external id of an IdP, an address of the host application.
 *
 * `claims`: whoever makes a link active, and so may take a seat, is `beside` others who do; `alone`, nobody
 * else does at all, so that what is seen of seats and of who holds whom stays as it is.
 */
export interface Held {
  names: readonly string[];
  claims: 'none' | 'beside' | 'alone';
}
