/**
 * How a link ended: the IdP said `active: false`, or deleted the user. `missing` is the reason of a link that was made
 * because the IdP's own list has no active user for an account, and of one in force that was marked so.
 */
export type DeprovisionReason = 'disabled' | 'deleted' | 'missing';

/** Why an account is on the list: how its latest link ended or that its user is missing, or that nobody knows whose the link is. */
export type PendingReason = DeprovisionReason | 'doubtful';

/**
 * A link with its account, as lists show it: `awaiting` is a link made by hand that its IdP has not used yet, `suspended`
 * a link in force whose account is disabled.
 */
export type LinkState = 'active' | 'inactive' | 'awaiting' | 'pending' | 'suspended' | 'doubtful';
