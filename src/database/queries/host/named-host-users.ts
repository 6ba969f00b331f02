import type { Session } from '../../database.js';
import { named } from '../../sql/statements.js';
import { ownTable, selectRaw } from '../rows.js';
import { hostUserColumns, hostUserShape } from './host-user-shape.js';
import { type HostRow, type HostUserRow, toHostUser } from './host-users.js';

/**
 * The host users that a person means who types a name: the one of this id, else those of this login name or
 * e-mail address, without regard to case.
 */
export async function hostUsersNamed(session: Session, text: string): Promise<HostUserRow[]> {
  const shape = await hostUserShape(session);
  const { folded, hostId } = session.dialect.expressions;
  const select = `select ${named(hostUserColumns(shape))} from ${ownTable(session, 'host_user')} h`;
  const byId = async (id: string) => {
    const rows = await selectRaw<HostRow>(session, `${select} where ${hostId('h.user_id')} = ?`, [id]);
    return rows.map(toHostUser).filter(({ userId }) => userId === id);
  };
  const exact = await byId(text);
  // A GUID of the host's is in lower case here, however it was typed.
  const found = exact.length > 0 || !GUID.test(text) ? exact : await byId(text.toLowerCase());
  if (found.length > 0) return found;
  const byName = await selectRaw<HostRow>(
    session,
    `${select} where ${folded('h.login_name')} = ${folded('?')} or ${folded('h.email')} = ${folded('?')}`,
    [text, text],
  );
  return byName.map(toHostUser);
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
