import {
  pickAccount,
  readServiceAccounts,
  type ServiceAccount,
} from '../service-accounts/service-account.js';
import type { CheckInput } from './prerequisite.js';

/** The IdPs to look at: the one that was named, or all that are enabled. */
export async function accountsOf({ database, once, clock, idp }: CheckInput): Promise<ServiceAccount[]> {
  const accounts = await once('accounts', () =>
    database.read((session) => readServiceAccounts(session, clock())),
  );
  return idp === undefined ? accounts.filter(({ enabled }) => enabled) : [pickAccount(accounts, idp)];
}
