import type { Binding, EndSessions, Related, RowWrites, Users } from '../../binding/binding.js';
import type { Condition, FieldName, TableName, Value } from '../../binding/value.js';
import { configurationProblem } from '../../problem.js';
import { keyConstants } from './compile/user-key.js';
import type { BindingFacts } from './facts.js';
import { fieldsIn, fieldsOf, writtenColumn, writtenValue } from './user-columns.js';

/** When an update writes a column. */
export type Occasion = { changed: readonly FieldName[] } | 'enable' | 'disable' | 'always';

export interface ColumnUpdate {
  column: string;
  /** The first whose occasion has come. */
  writes: { occasion: Occasion; value: Value }[];
}

/** What is written of one table. */
export interface TablePlan {
  /** As `of` names it; `users` for the table of users. */
  name: string;
  table: TableName;
  /** Absent for the table of users. */
  related?: Related;
  /** Columns of a new row, without a key that the database makes. */
  insert: Map<string, Value>;
  update: ColumnUpdate[];
}

export interface WritePlan {
  users: TablePlan;
  /** Before and after the row of the user, in their order. */
  before: TablePlan[];
  after: TablePlan[];
  endSessions: readonly EndSessions[];
}

/**
 * Which columns of which tables a create and a change write.
 * @throws Problem `binding-contradicts`, `binding-incomplete`
 */
export function planWrites({ users }: Binding, facts: BindingFacts): WritePlan {
  keyConstants(users);
  assertKeyStays(users);
  const related = Object.entries(users.related ?? {}).map(([name, one]) => relatedPlan(users, name, one));
  const plan: WritePlan = {
    users: usersPlan(users),
    before: related.filter(({ related: one }) => one?.before),
    after: related.filter(({ related: one }) => !one?.before),
    endSessions: users.endSessions ?? [],
  };
  for (const one of [plan.users, ...related]) assertWritable(one, facts);
  if (users.create !== 'enable-only') assertComplete(plan, users, facts);
  return plan;
}

function usersPlan(users: Users): TablePlan {
  const insert = new Map<string, Value>(constantsOf(users.where));
  if (users.key.made !== 'database') insert.set(users.key.column, users.key.made);
  return { name: 'users', table: users.table, ...withWrites(users, users, 'users', insert) };
}

function relatedPlan(users: Users, name: string, related: Related): TablePlan {
  const insert = new Map<string, Value>(constantsOf(related.where));
  for (const [column, value] of Object.entries(related.match)) {
    if (!related.before) insert.set(column, ofUsers(value));
  }
  if (related.key && related.key.made !== 'database') insert.set(related.key.column, related.key.made);
  return { name, table: related.table, related, ...withWrites(related, users, name, insert) };
}

/** A value of `match` is about the row of the user, unless it says otherwise. */
export const ofUsers = (value: Value): Value =>
  'column' in value && value.of === undefined ? { ...value, of: 'users' } : value;

function withWrites(
  writes: RowWrites,
  users: Users,
  name: string,
  insert: Map<string, Value>,
): { insert: Map<string, Value>; update: ColumnUpdate[] } {
  const updates = new Map<string, ColumnUpdate>();
  const add = (column: string, occasion: Occasion, value: Value) => {
    const update = updates.get(column) ?? { column, writes: [] };
    update.writes.push({ occasion, value });
    updates.set(column, update);
  };
  for (const [column, value] of Object.entries(writes.enable ?? {})) add(column, 'enable', value);
  for (const [column, value] of Object.entries(writes.disable ?? {})) add(column, 'disable', value);
  const follow = (column: string, value: Value) => {
    insert.set(column, value);
    const changed = [...new Set(fieldsIn(value))];
    if (changed.length > 0 && !writes.once?.includes(column)) add(column, { changed }, value);
  };
  for (const [field, one] of fieldsOf(users)) {
    const written = writtenColumn(one.read);
    const value = writtenValue(field, one);
    if (written && value && (written.of ?? 'users') === name) follow(written.column, value);
  }
  for (const [column, value] of Object.entries(writes.insert ?? {})) follow(column, value);
  for (const [column, value] of Object.entries(writes.update ?? {})) {
    if ('set' in value) add(column, { changed: value.on }, value.set);
    else add(column, 'always', value);
    if (!insert.has(column)) insert.set(column, 'set' in value ? value.set : value);
  }
  for (const [column, value] of Object.entries(writes.enable ?? {})) insert.set(column, value);
  return { insert, update: [...updates.values()] };
}

/** The columns that a condition ties to one constant: what a new row must have to fulfil it. */
function constantsOf(condition: Condition | undefined): [string, Value][] {
  if (!condition) return [];
  if ('all' in condition) return condition.all.flatMap(constantsOf);
  if (!('in' in condition) || condition.of !== undefined) return [];
  const [only, another] = condition.in;
  return only === undefined || another !== undefined ? [] : [[condition.column, { constant: only }]];
}

function assertWritable({ table, insert, update }: TablePlan, facts: BindingFacts): void {
  for (const column of [...insert.keys(), ...update.map((one) => one.column)]) {
    if (!facts.column(table, column).derived) continue;
    throw configurationProblem(
      'binding-contradicts',
      `The database makes ${table}.${column} itself; it cannot be written.`,
      {
        hint: 'Take it out of `insert`, `update`, `enable` and `disable`, or set `write` of the field to false.',
      },
    );
  }
}

/** What identifies an account is never written again. */
function assertKeyStays({ key, login }: Users): void {
  const written = login.write === false ? undefined : writtenColumn(login.read);
  if (!written || (written.of ?? 'users') !== 'users' || written.column !== key.column) return;
  throw configurationProblem(
    'binding-contradicts',
    `users.login is written to ${key.column}, which is the key: an account that is renamed would become another one.`,
    {
      hint: 'Set `write` of `users.login` to false, and `renameOnMatch` to false. New accounts get their login by `users.key.made`.',
    },
  );
}

/** Of names of either case, since a database may take them for the same. */
const hasName = (columns: ReadonlyMap<string, unknown>, name: string): boolean =>
  [...columns.keys()].some((one) => one.toLowerCase() === name.toLowerCase());

/** A new row has a value for whatever must have one. */
function assertComplete(plan: WritePlan, users: Users, facts: BindingFacts): void {
  const lacking = [plan.users, ...plan.before, ...plan.after].flatMap(({ table, insert, related }) => {
    if (related && related.present === undefined) return [];
    const key = related ? related.key : users.key;
    return [...facts.table(table).columns]
      .filter(([, { nullable, filled, derived }]) => !nullable && !filled && !derived)
      .filter(([column]) => !hasName(insert, column) && !(key?.made === 'database' && key.column === column))
      .map(([column]) => `${table}.${column}`);
  });
  if (lacking.length === 0) return;
  throw configurationProblem(
    'binding-incomplete',
    `A new user cannot be written: ${lacking.join(', ')} ${lacking.length === 1 ? 'requires a value' : 'require values'}.`,
    { hint: 'Add them to `insert` of their table, or set `create` to `enable-only`.' },
  );
}
