import type { Session } from '../../database/database.js';
import { goesBy, type HostUserRow } from '../../database/queries/host/host-users.js';
import { hostUsersNamed } from '../../database/queries/host/named-host-users.js';
import { operationProblem } from '../../problem.js';
import { assertHostViews } from '../host/views.js';
import { ambiguous } from './linked.js';

/**
 * The account that a person means who types an id, a login name or an e-mail address. What is typed to the letter goes
 * before what is typed in another case, and the login name before the e-mail address, as when an IdP's user is matched.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `user-protected`, `host-views-missing`.
 */
export async function accountNamed(session: Session, reference: string): Promise<HostUserRow> {
  await assertHostViews(session, ['host_user']);
  const [host, ...others] = nearestNamed(await hostUsersNamed(session, reference), reference);
  if (!host) {
    throw operationProblem('user-unknown', `The host application has no user ${JSON.stringify(reference)}.`, {
      hint: 'Use the id, login name or e-mail address of an account. `scimctl users pending` and `scimctl users list` show them.',
    });
  }
  if (others.length > 0) {
    const ids = [host, ...others].map(({ userId }) => userId);
    throw ambiguous(reference, ids);
  }
  if (host.isProtected) {
    throw operationProblem(
      'user-protected',
      `The host user ${host.loginName} is protected from provisioning.`,
      {
        hint: 'scimctl never changes a protected account. Change the account, or remove its protection, in the host application.',
      },
    );
  }
  return host;
}

function nearestNamed(hosts: readonly HostUserRow[], reference: string): readonly HostUserRow[] {
  const exact = [
    hosts.filter(({ loginName }) => loginName === reference),
    hosts.filter(({ email }) => email === reference),
  ];
  const isId = ({ userId }: HostUserRow) => userId === reference || userId === reference.toLowerCase();
  return exact.find(({ length }) => length > 0) ?? hosts.filter((one) => isId(one) || goesBy(one, reference));
}
