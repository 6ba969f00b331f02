/** How a link ended: the IdP said `active: false`, deleted the user, or an export no longer has them. */
export type DeprovisionReason = 'disabled' | 'deleted' | 'missing';

/** Why an account is on the list: how its latest link ended, or that nobody knows whose the link is. */
export type PendingReason = DeprovisionReason | 'doubtful';

/** A link with its account, as lists show it: `suspended` is a link in force whose account is disabled. */
export type LinkState = 'active' | 'inactive' | 'pending' | 'suspended' | 'doubtful';
