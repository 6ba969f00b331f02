import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { noteUnknownAccounts } from '../../../database/queries/links/account-notes.js';
import type { Core } from '../../core.js';
import { hostViewIsComplete } from '../../host/views.js';

/** Few enough at a time that no request waits long for a link. */
const AT_A_TIME = 500;

/**
 * Notes login name and e-mail address of the accounts of links that were made before these were noted, so that a reused
 * key is noticed with them too. Where the host application is not bound yet, there is nothing to note.
 * @returns how many were noted.
 */
export async function noteAccounts(core: Core): Promise<number> {
  for (let total = 0; ; ) {
    const noted = await core.database.transaction(async (session) => {
      if (!(await hostViewIsComplete(session, 'host_user'))) return 0;
      return noteUnknownAccounts(session, await hostUserShape(session), AT_A_TIME);
    });
    total += noted;
    if (noted < AT_A_TIME) return total;
  }
}
