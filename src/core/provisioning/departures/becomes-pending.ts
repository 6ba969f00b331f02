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
