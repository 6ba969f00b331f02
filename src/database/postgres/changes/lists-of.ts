import type { HostWrite } from '../../dialect/provision-writes.js';
import type { List } from '../../dialect/row-source.js';
import { type Fragment, joined, raw } from '../../sql/fragment.js';
import type { Columns } from '../../sql/statements.js';
import { postgresDetails } from './provision.js';

/** Columns of our own tables that are not text, as the lists are. */
const TYPES: Readonly<Record<string, string>> = {
  identity_id: 'uuid',
  service_account_id: 'uuid',
  event_id: 'uuid',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deprovisioned_at: 'timestamptz',
  departed_at: 'timestamptz',
  held_back_at: 'timestamptz',
  missing_at: 'timestamptz',
  pending_seen_at: 'timestamptz',
  superseded_at: 'timestamptz',
  unlinked_at: 'timestamptz',
  occurred_at: 'timestamptz',
  awaits_idp: 'boolean',
  attributes: 'jsonb',
};

/** Which rows of lists a column belongs to: those of `identity`, or of `event`. */
export type Letter = 'i' | 'e';

/** For each column a list of what all rows have in it, in their order. */
export const listsOf = (
  letter: Letter,
  columns: readonly string[],
  rows: readonly Columns[],
): Record<string, List> =>
  Object.fromEntries(columns.map((name) => [`${letter}_${name}`, listOf(rows.map((row) => row[name]))]));

export const listOf = (values: readonly unknown[]): List => ({
  type: 'text',
  values: values.map((one) => one ?? null) as List['values'],
});

/** What is planned of the host user, for its conditions and its notes: `p_column` and `n_column`. */
export const planLists = (hosts: readonly HostWrite[]): Record<string, List> => {
  const [first] = hosts;
  return Object.fromEntries([
    ...(first?.expected ?? []).map(({ column }, at) => [
      `p_${column}`,
      listOf(hosts.map(({ expected }) => expected[at]?.planned)),
    ]),
    ...(first?.notes ?? []).map(({ column }, at) => [
      `n_${column}`,
      listOf(hosts.map(({ notes }) => notes[at]?.planned)),
    ]),
  ]);
};

/** The columns of a row `r` of such lists, as what the columns of our tables take. */
export const fromLists = (
  letter: Letter,
  columns: readonly string[],
  read: HostWrite['read'] | undefined,
): Fragment =>
  joined(
    columns.map((name) => fromList(letter, name, read)),
    ', ',
  );

export function fromList(letter: Letter, name: string, read: HostWrite['read'] | undefined): Fragment {
  const column = `r.${letter}_${name}`;
  if (read && letter === 'e' && name === 'details') return postgresDetails(raw(column), read);
  return raw(name in TYPES ? `${column}::${TYPES[name]}` : column);
}

export const quotedNames = (names: readonly string[]) => raw(names.map((name) => `"${name}"`).join(', '));

export const sameKeys = (one: object, other: object) => Object.keys(one).join() === Object.keys(other).join();
