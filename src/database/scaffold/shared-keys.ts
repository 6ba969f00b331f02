import type { Binding } from '../../binding/binding.js';
import type { Session } from '../database.js';
import { isKeyUnique, keyConstants } from './compile/user-key.js';
import type { BindingFacts } from './facts.js';
import { compilerFor } from './scaffold.js';

/**
 * How many keys more than one row of the table of users has, where no unique index prevents it. Reads the whole table.
 * Nothing is read where the catalogue says that there are none.
 */
export async function sharedKeys(session: Session, binding: Binding, facts: BindingFacts): Promise<number> {
  const { scaffold } = session.dialect;
  const { users } = binding;
  if (isKeyUnique(users, facts)) return 0;
  const { forms } = compilerFor(binding, facts, scaffold.forms);
  const key = `t.${forms.name(users.key.column)}`;
  const conditions = [...keyConstants(users)].map(([column, value]) =>
    forms.compare(`t.${forms.name(column)}`, '=', forms.literal(value, facts.column(users.table, column))),
  );
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const [row] = await session.rows<{ n: number | string }>(
    `select count(*) as n from (select ${key} as k from ${forms.table(users.table)} t${where}
      group by ${key} having count(*) > 1) d`.replaceAll('?', '\\?'),
  );
  return Number(row?.n ?? 0);
}
