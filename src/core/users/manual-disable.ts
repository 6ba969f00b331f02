import type { Session } from '../../database/database.js';
import { readManualDisable } from '../../database/queries/installation.js';
import { prerequisiteProblem } from '../../problem.js';

/**
 * Where accounts that are pending are disabled: here with `users disable`, or only in the application, where an
 * organisation wants all of it done in one place. It concerns people alone; what an IdP with the policy `disable`
 * or `idp release` does is not manual.
 * @throws Problem `disable-in-application`, which says where.
 */
export async function assertDisabledHere(session: Session): Promise<void> {
  const place = await readManualDisable(session);
  if (place === null) return;
  throw prerequisiteProblem(
    'disable-in-application',
    `Accounts are disabled in the application itself: ${place}.`,
    {
      hint: 'Disable the account there; it then leaves the list of `scimctl users pending`. `scimctl host mark --manual-disable scimctl` allows `users disable` again.',
    },
  );
}
