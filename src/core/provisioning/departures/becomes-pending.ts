import type { IdentityChange } from '../../../database/queries/links/identities.js';

/**
 * What the event of a departure says for those who have to be told of accounts that stay enabled, and for
 * `core/users/life/observe-begins.ts`, which tells of those that are enabled again later.
 * @param isPending whether the account is on the pending list by it.
 */
export const becomesPending = (
  { loginName }: { loginName: string | null },
  isPending: boolean,
): { pending: boolean; loginName?: string } => ({
  pending: isPending,
  ...(isPending && loginName !== null && { loginName }),
});

/**
 * What the link notes of it: an account that its event says to be pending was last seen so at that moment, so that an
 * end in the application is noticed however soon it comes (`core/users/life/observe-ends.ts`).
 * @param details of the event.
 * @param isInForce whether the link is in force afterwards. One that stays ended goes on as it was noted.
 */
export function notedPending(
  details: { pending?: unknown } | undefined,
  isInForce: boolean,
  now: Date,
): Pick<IdentityChange, 'pendingSeenAt'> {
  if (details?.pending === undefined && !isInForce) return {};
  return { pendingSeenAt: details?.pending === true ? now : null };
}
