import type { Binding, Users } from '../../src/binding/binding.js';
import { BindingFacts, type ColumnFact } from '../../src/database/scaffold/facts.js';

/** The columns of a table as old applications have them: texts of fixed length, and a key that is the login. */
export const FIXED_COLUMNS: Readonly<Record<string, number>> = {
  usrid: 40,
  emladr: 60,
  fstnam: 30,
  lstnam: 30,
  actflg: 1,
};

export const fixedLengthBinding = (table: string, more: Partial<Users> = {}): Binding => ({
  format: 1,
  users: {
    table,
    key: { column: 'usrid', made: { field: 'login' } },
    login: { read: { column: 'usrid' }, write: false, maxLength: 40 },
    email: { read: { column: 'emladr' } },
    displayName: {
      read: { template: '{first} {last}', with: { first: { column: 'fstnam' }, last: { column: 'lstnam' } } },
    },
    givenName: { read: { column: 'fstnam' } },
    familyName: { read: { column: 'lstnam' } },
    enabled: { yes: { column: 'actflg', in: ['A'] }, no: { column: 'actflg', in: ['I'] } },
    renameOnMatch: false,
    enable: { actflg: { constant: 'A' } },
    disable: { actflg: { constant: 'I' } },
    ...more,
  },
  providers: { declared: { name: 'Corp', by: 'alice', at: '2026-11-28' } },
  seats: { none: { by: 'alice', at: '2026-11-28' } },
});

/** What the catalogue would say of it. */
export function fixedLengthFacts(table: string, engine: 'postgres' | 'mssql'): BindingFacts {
  const columns = Object.entries(FIXED_COLUMNS).map(([name, length]): [string, ColumnFact] => {
    const type = engine === 'postgres' ? `character(${length})` : `char(${length})`;
    const cast = engine === 'postgres' ? 'pg_catalog.bpchar' : type;
    return [name, { type, cast, kind: 'text', nullable: name !== 'usrid', filled: false, derived: false }];
  });
  return new BindingFacts(
    new Map([[table, { owner: 'app', columns: new Map(columns), uniques: [['usrid']] }]]),
  );
}
