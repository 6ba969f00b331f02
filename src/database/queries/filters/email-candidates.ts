import { allOf, bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import { isHostUser } from '../host/host-user-shape.js';
import { ownTable } from '../rows.js';
import type { UserScope } from './user-scope.js';

/**
 * The users who may have an address, by indexes: the host's own over its addresses, and ours over those that
 * the IdP said, for users whose account the IdP does not see. Without them a look-up by address would read everybody.
 */
export function emailCandidates(
  { session, shape, columns, serviceAccountId }: UserScope,
  address: string,
): Fragment {
  const { search } = session.dialect;
  const identity = raw(ownTable(session, 'identity'));
  const ofAccount = sql`c.service_account_id = ${bound(serviceAccountId)}`;
  const folded = search.folded(bound(address));
  const type = columns.find(({ name }) => name === 'email');
  const inHost = allOf([
    ...(type ? [search.hostTextCandidates('h.email', type, address)] : []).filter(
      (found) => found !== undefined,
    ),
    sql`${search.folded(raw('h.email'))} = ${folded}`,
  ]);
  return sql`i.identity_id in (
    select c.identity_id from ${raw(ownTable(session, 'host_user'))} h
      join ${identity} c on ${raw(isHostUser(session, shape, 'c.host_user_id'))}
     where ${ofAccount} and ${inHost}
    union all
    select c.identity_id from ${identity} c where ${ofAccount} and ${search.storedAddress('c')} = ${folded})`;
}
