import type { Session } from '../../database.js';
import type { HostUserShape } from '../host/host-user-shape.js';

/**
 * A condition, never null: the host user `h` is still the account that a link was made for, as far as the link
 * remembers it. Host applications reuse keys, so the key alone does not tell. Either the login name or the e-mail
 * address has to be the one that was last read; where the login name is the key itself, it tells nothing, and the
 * e-mail address decides alone. A link that has read neither yet agrees with whatever is there.
 * @param link the alias of a row of `identity`.
 */
export function agrees(session: Session, { columns }: Pick<HostUserShape, 'columns'>, link: string): string {
  const { dialect } = session;
  const { folded, hostId } = dialect.expressions;
  const same = (column: string, remembered: string) =>
    columns.has(column) ? `${folded(`h.${column}`)} = ${folded(`${link}.${remembered}`)}` : '1 = 0';
  const login = dialect.search.hostText('h.login_name').sql;
  const noAddress = columns.has('email')
    ? `h.email is null and ${link}.account_email is null`
    : `${link}.account_email is null`;
  return `case
    when ${link}.account_login is null then 1
    when ${same('email', 'account_email')} then 1
    when ${hostId('h.user_id')} = ${login} then case when ${noAddress} then 1 else 0 end
    when ${same('login_name', 'account_login')} then 1
    else 0 end = 1`;
}
