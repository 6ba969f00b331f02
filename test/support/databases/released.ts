import type { Release, ReleasedUser } from '../../../src/core/users/release.js';

/** What `idp release -o json` says. */
export type ReleaseReport = Release & { users: ReleasedUser[] };

/** Does all of a release, and says what it came to. */
export async function releasedBy(
  releasing: AsyncGenerator<readonly ReleasedUser[], Release>,
): Promise<ReleaseReport> {
  const users: ReleasedUser[] = [];
  for (;;) {
    const { done, value } = await releasing.next();
    if (done) return { ...value, users };
    users.push(...value);
  }
}
