import type { Value } from '../../../binding/value.js';
import {
  type ColumnFacts,
  columnOf,
  hostColumnsOf,
  isColumnCalled,
  isDistinct,
  isUniqueTogether,
  type TableFacts,
  uniqueness,
} from '../facts.js';
import { NOT_ABOUT } from '../words/vocabulary.js';
import { type PersonKey, personKey } from './keys/person-key.js';

/** A column of a table that refers to a column of another one, by a foreign key or by its name and type. */
export interface Reference {
  table: TableFacts;
  column: string;
  /** Of the table that is referred to. */
  to: string;
  /** The other columns of a reference of several, such as the tenant, and what they refer to. */
  also: Readonly<Record<string, string>>;
  declared: boolean;
}

type Columns = Pick<Reference, 'column' | 'to' | 'also'>;

/** All columns of a reference. */
export const referringColumns = ({ column, also }: Pick<Columns, 'column' | 'also'>): string[] => [
  ...Object.keys(also),
  column,
];

/** What each of them equals, as a binding has it. @param of where the row of the user is not the one outside. */
export const matchOf = ({ column, to, also }: Columns, of?: 'users'): Record<string, Value> =>
  Object.fromEntries(
    Object.entries({ ...also, [column]: to }).map(([name, other]) => [
      name,
      { column: other, ...(of && { of }) },
    ]),
  );

/** Whether each row that is referred to has one row at most. */
export const isOneEach = (reference: Columns & Pick<Reference, 'table'>): boolean =>
  isUniqueTogether(reference.table, referringColumns(reference));

/** What refers to the rows of a table. */
export function referencesTo(target: TableFacts, tables: readonly TableFacts[]): Reference[] {
  const key = personKey(target);
  const found: Reference[] = [];
  const isNamed = key === undefined ? undefined : refersByName(target, key.column);
  for (const table of tables) {
    if (table.id === target.id) continue;
    const declared = declaredBy(table, target, key);
    found.push(...declared);
    if (declared.length > 0 || key === undefined) continue;
    const named = hostColumnsOf(table).find((column) => isNamed?.(column));
    const also = named && sharedColumns(table, target, key, named.name);
    if (named && also) {
      const to = referredColumn(target, key.column, named);
      found.push({ table, column: named.name, to, also, declared: false });
    }
  }
  return found;
}

/**
 * Of references, those by which a row may be about the person. Not: who wrote the row; and a second link to rows that the
 * people refer to themselves, each to one of its own: by `user_id`, such rows are those that a person is in charge of.
 */
export const aboutPeople = (
  references: readonly Reference[],
  parents: readonly { table: TableFacts }[],
): Reference[] =>
  references.filter((reference) => {
    const { table, column } = reference;
    const own = columnOf(table, column);
    if (isOneEach(reference)) return true;
    return (
      !(own && isColumnCalled(own, NOT_ABOUT)) && !parents.some((parent) => parent.table.id === table.id)
    );
  });

/**
 * Columns called `owner_id` of tables that do not refer to the people otherwise, and in which an owner has one type: by
 * them, a person may own a row. How many people do, says whether that is so.
 */
export function ownedBy(target: TableFacts, tables: readonly TableFacts[]): Reference[] {
  const key = personKey(target);
  const kind = key && columnOf(target, key.column)?.kind;
  if (!key || key.others.length > 0) return [];
  return tables.flatMap((table) => {
    if (table.id === target.id || referencesTo(target, [table]).length > 0) return [];
    const columns = hostColumnsOf(table);
    const owner = columns.find(
      (one) => one.kind === kind && /^owner(id|uuid|guid|key)?$/u.test(one.words.whole),
    );
    const isOther =
      owner && table.foreignKeys.some(({ columns: referring }) => referring.includes(owner.name));
    if (!owner || isOther || columns.some(({ words }) => /^ownertype$/u.test(words.whole))) return [];
    return [{ table, column: owner.name, to: key.column, also: {}, declared: false }];
  });
}

/** By foreign keys: of one column, or of several of which one refers to the column that tells people apart. */
function declaredBy(table: TableFacts, target: TableFacts, key: PersonKey | undefined): Reference[] {
  return table.foreignKeys.flatMap(({ table: [schema, name], columns, references }) => {
    if (schema !== target.schema || name !== target.name) return [];
    const pairs = columns.map((column, at) => [column, references[at] ?? ''] as const);
    const main = pairs.length === 1 ? pairs[0] : pairs.find(([, to]) => to === key?.column);
    if (!main) return [];
    const also = Object.fromEntries(pairs.filter((pair) => pair !== main));
    return [{ table, column: main[0], to: main[1], also, declared: true }];
  });
}

/**
 * Of a reference that nothing declares, the columns of the other table that are called as the tenant of the people is.
 * Nothing where it has none, and the same key may be that of people of several tenants.
 */
function sharedColumns(
  table: TableFacts,
  target: TableFacts,
  { column, others }: PersonKey,
  except: string,
): Record<string, string> | undefined {
  const pairs = others.flatMap((name) => {
    const own = columnOf(target, name);
    const there = hostColumnsOf(table).find(
      (one) => one.name !== except && own && one.kind === own.kind && isCalledAlike(one, own),
    );
    return there ? [[there.name, name] as const] : [];
  });
  if (pairs.length === others.length) return Object.fromEntries(pairs);
  const own = columnOf(target, column);
  return own && isDistinct(own) === true ? {} : undefined;
}

const isCalledAlike = (a: ColumnFacts, b: ColumnFacts): boolean =>
  a.name.toLowerCase() === b.name.toLowerCase() || [a.words.whole, a.words.bare].includes(b.words.bare);

/** Columns of other tables that are called as the login is, where no foreign key says it: `authorities.username`. */
export function referencesByLogin(
  target: TableFacts,
  login: string | undefined,
  tables: readonly TableFacts[],
): Reference[] {
  const own = login === undefined ? undefined : columnOf(target, login);
  const key = personKey(target);
  if (own?.kind !== 'text' || own.name === key?.column) return [];
  const names = new Set([own.words.whole, `user${own.words.own}`, `${own.words.own}`]);
  return tables.flatMap((table) => {
    if (table.id === target.id || referencesTo(target, [table]).length > 0) return [];
    const column = hostColumnsOf(table).find(
      ({ kind, words, generated }) =>
        kind === 'text' &&
        generated === null &&
        names.has(words.whole) &&
        /user|login|account|usr/u.test(words.whole),
    );
    const also =
      column && sharedColumns(table, target, { column: own.name, others: key?.others ?? [] }, column.name);
    return also ? [{ table, column: column.name, to: own.name, also, declared: false }] : [];
  });
}

/** Whether a table that repeats the login has one row for nearly each person, such as the accounts of a membership provider. */
export function isAccountOfEach({ table, column }: Reference, users: TableFacts): boolean {
  const there = table.statistics.get(column);
  const people = [...users.statistics.values()][0]?.rows ?? 0;
  const own = columnOf(table, column);
  if (!there || !own || people < 3) return false;
  // Statistics cover a limited number of rows of each table.
  return isDistinct(own) === true && there.rows >= Math.min(people, MOST_LOOKED_AT) * 0.9;
}

const MOST_LOOKED_AT = 2_000;

/** `user_id` in another table, or `userid`, of the type of the key. */
function refersByName(target: TableFacts, key: string): (column: ColumnFacts) => boolean {
  const kind = columnOf(target, key)?.kind;
  const stem = target.plain.replace(/(s|es|en|entity)$/u, '');
  const people = PERSON_STEMS.filter((one) => target.plain.includes(one));
  const names = [...new Set([stem, ...people])].join('|');
  const pattern = new RegExp(
    `^(${names})s?(fk)?(id|uuid|guid|key|no|nr)(c|fk)?$${people.length > 0 ? '|^uid$' : ''}`,
    'u',
  );
  const isSame = new RegExp(`(${['usr', ...PERSON_STEMS].join('|')})`, 'u').test(
    columnOf(target, key)?.words.whole ?? '',
  );
  const byOtherKey = new RegExp(`^(${names})ormemberkey$`, 'u');
  return (column) => {
    if (column.generated) return false;
    const { whole, bare } = column.words;
    if (column.kind === kind)
      return (
        pattern.test(whole) ||
        pattern.test(bare) ||
        (isSame && column.name.toLowerCase() === key.toLowerCase())
      );
    const isOther = byOtherKey.test(whole) || byOtherKey.test(bare);
    return isOther && target.columns.some((one) => one.kind === column.kind && one.name !== key);
  };
}

const PERSON_STEMS = [
  'user',
  'account',
  'member',
  'person',
  'employee',
  'benutzer',
  'mitarbeiter',
  'utilisateur',
  'usuario',
  'yonghu',
];

/** The key, or another unique column of the type of the reference. */
function referredColumn(target: TableFacts, key: string, column: ColumnFacts): string {
  if (columnOf(target, key)?.kind === column.kind) return key;
  return (
    target.columns.find(({ name, kind }) => kind === column.kind && uniqueness(target, name) === 'alone')
      ?.name ?? key
  );
}
