import { noteUnknownAccounts } from '../../database/queries/account-notes.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';

/** Few enough at a time that no request waits long for a link. */
const AT_A_TIME = 500;

/**
 * Notes login name and e-mail address of the accounts of links that were made before these were noted, so that a reused
 * key is noticed with them too.
 * @returns how many were noted.
 * @throws Problem `host-views-missing`.
 */
export async function noteAccounts(core: Core): Promise<number> {
  for (let total = 0; ; ) {
    const noted = await core.database.transaction(async (session) => {
      await assertHostViews(session, ['host_user']);
      return noteUnknownAccounts(session, await hostUserShape(session), AT_A_TIME);
    });
    total += noted;
    if (noted < AT_A_TIME) return total;
  }
}
