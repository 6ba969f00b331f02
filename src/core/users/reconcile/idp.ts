import { operationProblem, usageProblem } from '../../../problem.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import { pickAccount, readServiceAccounts } from '../../service-accounts/service-account.js';

/**
 * The IdP that a list is from: the one that is named, or the only one.
 * @throws Problem `idp-unknown`, `idp-ambiguous`, `option-missing`, `host-views-missing`.
 */
export function theIdp(core: Core, reference: string | undefined): Promise<{ id: string; name: string }> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const accounts = await readServiceAccounts(session, core.clock());
    if (reference !== undefined) return pickAccount(accounts, reference);
    const [only, ...others] = accounts;
    if (only && others.length === 0) return only;
    if (!only) {
      throw operationProblem('idp-unknown', 'There is no IdP yet.', {
        hint: 'Add the IdP that the list is from: `scimctl idp add NAME`.',
      });
    }
    const names = accounts.map(({ name }) => name).join(', ');
    throw usageProblem('option-missing', 'The name of the IdP is missing.', {
      hint: `Add --idp with the IdP that the list is from: ${names}.`,
    });
  });
}
