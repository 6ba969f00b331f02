/**
 * The locks that a change of a user holds while it decides and writes.
 *
 * `names`: a link, a user name or an external id of an IdP, an address of the host application.
 *
 * `claims`: a change that makes a link active may take a seat. `beside` lets other such changes run at the same time;
 * `alone` excludes them, so that the numbers of free seats and the owners of accounts do not change.
 */
export interface Held {
  names: readonly string[];
  claims: 'none' | 'beside' | 'alone';
}
