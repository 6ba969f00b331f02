import type { Condition, Value } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, primaryKey, shareOf, type TableFacts } from '../facts.js';
import type { Grouping } from '../gathered.js';
import { isNeeded } from '../writes/followed.js';
import { matchOf, type Reference, referringColumns } from './references.js';
import { isOfPeople } from './showable.js';

/** What a table of memberships leads to beside the person. */
interface GroupLink {
  groups: TableFacts;
  /** The column that refers to the group, and the column of the group. */
  group: string;
  key: string;
  /** The column with the name of the group. */
  name: string;
  /** The other columns of a reference of several, such as the tenant, and what they refer to. */
  alsoGroup: Readonly<Record<string, string>>;
}

/** A foreign key of this column, alone or with those that refer to the person, too: the tenant. */
const foreignKeyBeside = ({ foreignKeys }: TableFacts, name: string, shared: readonly string[]) =>
  foreignKeys.find(
    ({ columns }) => columns.includes(name) && columns.every((one) => one === name || shared.includes(one)),
  );

/** Whether a person is in one of these groups. */
export function isMember(grouping: Grouping, names: readonly string[]): Condition {
  const { through, user, group, groups, key, name, to = '', alsoUser = {}, alsoGroup = {} } = grouping;
  if (Object.keys(alsoUser).length + Object.keys(alsoGroup).length === 0)
    return { memberOf: { through, user, group, groups, key, name, in: [...names] } };
  const inverse = Object.entries(alsoGroup).map(([own, other]): [string, Value] => [other, { column: own }]);
  return {
    exists: {
      ...{ table: through, match: matchOf({ column: user, to, also: alsoUser }) },
      where: {
        exists: {
          table: groups,
          match: { ...Object.fromEntries(inverse), [key]: { column: group } },
          where: { column: name, in: [...names] },
        },
      },
    },
  };
}

/** Tables whose rows are groups or roles. */
export const groupTables = (tables: readonly TableFacts[]): TableFacts[] =>
  tables.filter(({ plain, readable }) => readable && GROUPS.test(plain));

/**
 * The group that a table of memberships leads to beside the person.
 * @param tables those of groups.
 */
export function groupOf(
  reference: Reference,
  users: TableFacts,
  tables: readonly TableFacts[],
): GroupLink | undefined {
  const { table, also } = reference;
  const own = referringColumns(reference);
  const declaring = (name: string) => foreignKeyBeside(table, name, Object.keys(also));
  const declares = (name: string) => declaring(name) !== undefined;
  const others = hostColumnsOf(table).filter(({ name }) => !own.includes(name) && name !== primaryKey(table));
  for (const other of [
    ...others.filter(({ name }) => declares(name)),
    ...others.filter(({ name }) => !declares(name)),
  ]) {
    const declared = declaring(other.name);
    const groups = tables.find((one) =>
      declared
        ? one.schema === declared.table[0] && one.name === declared.table[1]
        : refersToGroup(other, one.plain.replace(/s$/u, '')),
    );
    const at = declared?.columns.indexOf(other.name) ?? 0;
    const key = groups && (declared?.references[at] ?? primaryKey(groups));
    if (!groups || groups.id === users.id || key === undefined || isOfPeople(groups, users)) continue;
    const name = hostColumnsOf(groups).find(
      ({ kind, words }) => kind === 'text' && GROUP_NAME.test(words.own),
    );
    const pairs = (declared?.columns ?? []).map((one, n) => [one, declared?.references[n] ?? ''] as const);
    const alsoGroup = Object.fromEntries(pairs.filter(([one]) => one !== other.name));
    if (name && isOfMemberships(table, [...own, other.name]))
      return { groups, group: other.name, key, name: name.name, alsoGroup };
  }
  return undefined;
}

/** Whether the rows say who is in what, and are nothing by themselves, such as a ticket of a customer in a queue. */
function isOfMemberships(table: TableFacts, linking: readonly string[]): boolean {
  const key = primaryKey(table);
  const hasOwnName = table.uniques.some(
    ({ parts, primary }) =>
      !primary &&
      parts.every(({ column }) => column !== key && !linking.includes(column ?? '')) &&
      parts.some(({ column }) =>
        hostColumnsOf(table).some((one) => one.name === column && one.kind === 'text'),
      ),
  );
  const hasText = hostColumnsOf(table).some(
    (one) =>
      one.kind === 'text' &&
      isNeeded(one) &&
      !linking.includes(one.name) &&
      one.name !== key &&
      ((shareOf(one, 'spaced') ?? 0) > 0.3 || (one.statistics?.distinct ?? 0) > MOST_KINDS),
  );
  return !hasOwnName && !hasText;
}

/** More values than these are no kinds of membership. */
const MOST_KINDS = 20;

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
