import type { Session } from '../../database.js';
import { own } from '../rows.js';

/** The ids of all host users by their login names, lower case. */
export async function hostUserIdsByLogin(session: Session): Promise<Map<string, string>> {
  const rows = await session
    .knex('host_user')
    .withSchema(session.schema)
    .select('user_id as id', 'login_name as login');
  return new Map(rows.map(({ id, login }) => [String(login).toLowerCase(), String(id)]));
}

/** The host users that an IdP's object is or ever was linked to. */
export async function linkedHostUserIds(session: Session): Promise<Set<string>> {
  const rows = await own(session, 'identity').distinct('host_user_id');
  return new Set(rows.map(({ host_user_id }) => String(host_user_id)));
}
