import type { Core } from '../../../core/core.js';
import { isUuid } from '../../../core/uuid.js';
import {
  type Behind,
  disableAdvice,
  type Leftover,
  shownLeftover,
  stillThere,
} from '../../../scim/probe/clean-up.js';
import type { TestUser } from '../../../scim/probe/steps/test-user.js';
import { within } from '../../../within.js';
import type { Context } from '../../context.js';

/** Test users whose accounts are not disabled within this time, in milliseconds, are listed. */
const MOST_MS = 12_000;

/**
 * Disables the accounts of test users where the database of the endpoint is the configured one, and the login may. What
 * keeps it from that is no fault of the probe, which needs no database. An interruption does not keep it from that.
 */
export async function clearBehind(users: readonly TestUser[], context: Context): Promise<Behind> {
  const accounts = new Map<TestUser, string>();
  const clear = async (core: Core) => {
    const { clearTestUser } = await import('../../../core/users/clear-test-user.js');
    for (const user of users) {
      if (accounts.has(user) || !isUuid(user.madeAs ?? '')) continue;
      const account = await clearTestUser(core, user.madeAs ?? '').catch(() => undefined);
      if (account !== undefined) accounts.set(user, account);
    }
  };
  const isCut = () => context.interrupted.aborted;
  const work = async () => {
    if ((await context.settings()).database === undefined) return;
    if (!isCut()) await context.core().then(clear, () => undefined);
    // The interruption may also have cut what was under way just now.
    if (isCut()) await context.cleaningUp(clear);
  };
  await within(
    MOST_MS,
    work().catch(() => undefined),
    () => undefined,
  );
  return {
    cleared: [...accounts.values()],
    unknown: users.filter((user) => !accounts.has(user)).map(({ userName }) => userName),
  };
}

/** What an interrupted probe has left, for no report says it any more. */
export function sayLeft(left: readonly Leftover[], { cleared, unknown }: Behind, { talk }: Context): void {
  if (left.length > 0) talk.warn(`Not cleaned up; delete by hand: ${left.map(shownLeftover).join(', ')}.`);
  else talk.done('The test users and groups of the probe were deleted at the endpoint.');
  if (cleared.length > 0) {
    talk.done(`Disabled and no longer linked in the application: ${cleared.join(', ')}.`);
  }
  if (unknown.length > 0) {
    const sentence = stillThere(unknown);
    talk.warn(`${sentence[0]?.toUpperCase()}${sentence.slice(1)}. ${disableAdvice(unknown)}`);
  }
}
