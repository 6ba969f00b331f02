import type { Condition } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, valuesInWords } from '../facts.js';
import { askedFor, likely, type Proposal } from '../proposal.js';
import { ADMIN_VALUE, ROLE_NAME } from '../words/vocabulary.js';
import { proposeWritten } from '../writes/written.js';
import { matchOf, type Reference, referringColumns } from './references.js';

/** A table whose rows give people roles by their names: `authorities(username, authority)`. */
interface RoleRows extends Reference {
  role: ColumnFacts;
}

/** Such tables, with values that may be shown. */
export const roleRowsOf = (references: readonly Reference[]): RoleRows[] =>
  references.flatMap((reference) => {
    const columns = hostColumnsOf(reference.table);
    const role = columns.find(
      ({ kind, words, name, values }) =>
        kind === 'text' &&
        !referringColumns(reference).includes(name) &&
        ROLE_NAME.test(words.bare) &&
        (values?.length ?? 0) > 0,
    );
    return role && columns.length <= 6 ? [{ ...reference, role }] : [];
  });

/** Who has a role of administrators. */
export function administratorsByRows(
  references: readonly Reference[],
): { condition: Condition; evidence: string }[] {
  return roleRowsOf(references).flatMap(({ role, ...reference }) => {
    const { table } = reference;
    const values = role.values ?? [];
    const admins = values.filter(({ value }) => ADMIN_VALUE.test(value ?? ''));
    if (admins.length === 0 || admins.length === values.length) return [];
    const where: Condition = { column: role.name, in: admins.map(({ value }) => value) };
    return [
      {
        condition: { exists: { table: table.id, match: matchOf(reference), where } },
        evidence: `${table.id}: ${valuesInWords(role.name, admins)}`,
      },
    ];
  });
}

/** The role that a new person gets: the one that nearly all have, or one that a person chooses. */
export function rolesOfNew(references: readonly Reference[], people: number): Proposal[] {
  return roleRowsOf(references).flatMap(({ role, ...reference }) => {
    const { table } = reference;
    const name = `member.${table.id}`;
    const usual = (role.values ?? []).filter(({ value }) => value !== null && !ADMIN_VALUE.test(value));
    const rowFor = (value: string | null) => ({
      ...{
        table: table.id,
        match: matchOf(reference, 'users'),
        join: 'none',
        present: 'always',
      },
      insert: { [role.name]: { constant: value } },
    });
    const [best] = usual;
    if (!best || people < 3 || best.rows < people * 0.3) return [];
    const evidence = valuesInWords(role.name, role.values ?? []);
    const rest = proposeWritten(table, {
      ...{ written: new Set([...referringColumns(reference), role.name]), same: [], fields: new Map() },
    }).filter((one) => one.name.startsWith('insert.'));
    if (best.rows >= people * 0.9) return [likely(name, rowFor(best.value), evidence), ...rest];
    const choices = usual.map(({ value, rows }) => ({
      value: rowFor(value),
      evidence: `${value}: ${rows} rows`,
    }));
    return [
      askedFor(
        name,
        'Which role does a new person get?',
        rowFor(best.value),
        [...choices, { value: 'none', evidence: 'none' }],
        evidence,
      ),
      ...rest,
    ];
  });
}
