import { type ColumnFacts, hostColumnsOf, primaryKey, type Reference, type TableFacts } from '../facts.js';
import { isOfPeople } from './showable.js';

/** Tables whose rows are groups or roles. */
export const groupTables = (tables: readonly TableFacts[]): TableFacts[] =>
  tables.filter(({ plain, readable }) => readable && GROUPS.test(plain));

/**
 * The group that a table of memberships leads to beside the person.
 * @param tables those of groups.
 */
export function groupOf(
  { table, column }: Reference,
  users: TableFacts,
  tables: readonly TableFacts[],
): { groups: TableFacts; group: string; key: string; name: string } | undefined {
  const declares = (name: string) =>
    table.foreignKeys.some(({ columns }) => columns.length === 1 && columns[0] === name);
  const others = hostColumnsOf(table).filter(({ name }) => name !== column && name !== primaryKey(table));
  for (const other of [
    ...others.filter(({ name }) => declares(name)),
    ...others.filter(({ name }) => !declares(name)),
  ]) {
    const declared = table.foreignKeys.find(
      ({ columns }) => columns.length === 1 && columns[0] === other.name,
    );
    const groups = tables.find((one) =>
      declared
        ? one.schema === declared.table[0] && one.name === declared.table[1]
        : refersToGroup(other, one.plain.replace(/s$/u, '')),
    );
    const key = groups && (declared?.references[0] ?? primaryKey(groups));
    if (!groups || groups.id === users.id || key === undefined || isOfPeople(groups, users)) continue;
    const name = hostColumnsOf(groups).find(
      ({ kind, words }) => kind === 'text' && GROUP_NAME.test(words.own),
    );
    if (name) return { groups, group: other.name, key, name: name.name };
  }
  return undefined;
}

const GROUPS =
  /(roles?|rolerecord|usrgrp|grp|groups?|teams?|profiles?|rollen?|gruppen?|groupes?|grupos?|perfil(es)?|ruoli|papeis|rol|juese|角色|用户组|组|権限|ロール|グループ)(record|tbl|table|entity|master|base)?$/u;
const GROUP_NAME =
  /^((role|group|usrgrp|grp|team|rolle|gruppen?|groupe|grupo|perfil|juese)?(name|title|code|label|alias|bezeichnung|nom|nombre|mingcheng|名称))$/u;

/** `roleid`, `usergroupid`: the end of the name of the table of groups, and how keys end. */
function refersToGroup({ words }: ColumnFacts, groups: string): boolean {
  return [words.whole, words.own].some((name) => {
    const [, stem = ''] = /^(\p{L}{4,})(id|uuid|guid|key|code|fk)$/u.exec(name) ?? [];
    return stem !== '' && groups.replace(/base$/u, '').endsWith(stem.replace(/s$/u, ''));
  });
}
