import type { Binding } from '../../binding/binding.js';
import type { Database, Session } from '../../database/database.js';
import { columnInWords } from '../../database/scaffold/facts.js';
import type { HostObject } from '../../database/scaffold/mark.js';
import { unknownStates } from '../../database/scaffold/unknown-states.js';
import { Problem } from '../../problem.js';
import { planScaffold } from './scaffold.js';

/** A host view, or what belongs to one, by who made it. */
export type MadeObject = Pick<HostObject, 'kind' | 'name' | 'state'>;

/** What stands at the names of the host views, where scimctl has made any of it; otherwise nothing. */
export async function madeObjects(session: Session): Promise<MadeObject[]> {
  const existing = await session.dialect.scaffold.existing(session, session.schema);
  if (existing.every(({ mark }) => mark === undefined)) return [];
  return existing.map(({ kind, name, state }) => ({ kind, name, state }));
}

/** Those that are not as scimctl has made them: an edit is lost when they are made again. */
export const editedObjects = (made: readonly MadeObject[]): MadeObject[] =>
  made.filter(({ state }) => state !== 'ours');

/** One way in which a database is no longer what a binding describes. */
export interface HostDrift {
  /** `app.users`, `app.users.login`, `scim.host_user`. */
  of: string;
  what: string;
}

/** What has changed in the tables of the application, and in the host views, since the binding was written. */
export async function hostDrift(database: Database, binding: Binding): Promise<HostDrift[]> {
  const changed = await database.read((session) => changedColumns(session, binding));
  try {
    const { digest } = await planScaffold(database, binding);
    const existing = await database.read((session) =>
      session.dialect.scaffold.existing(session, session.schema),
    );
    const views = otherViews(existing, digest, database.schema);
    // Views of this binding tell such users themselves, as rows that are not as they should be.
    const areTold = existing.some(
      ({ name, mark, state }) => name === 'host_user' && state === 'ours' && mark?.sql === digest,
    );
    const unknown = areTold ? [] : await database.read((session) => unknownRows(session, binding));
    return [...changed, ...views, ...unknown];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return changed.length > 0 ? changed : [{ of: binding.users.table, what: error.message }];
  }
}

async function changedColumns(session: Session, { catalogue = {} }: Binding): Promise<HostDrift[]> {
  const facts = await session.dialect.scaffold.facts(session, Object.keys(catalogue));
  return Object.entries(catalogue).flatMap(([table, columns]): HostDrift[] => {
    if (!facts.has(table)) return [{ of: table, what: 'the table is not there, or not to be seen' }];
    return Object.entries(columns).flatMap(([column, was]): HostDrift[] => {
      if (!facts.has(table, column)) return [{ of: `${table}.${column}`, what: 'the column is not there' }];
      const is = columnInWords(facts.column(table, column));
      return is === was ? [] : [{ of: `${table}.${column}`, what: `${is}, was ${was}` }];
    });
  });
}

/** Views that this version would make otherwise, of this binding. */
function otherViews(existing: readonly HostObject[], digest: string, schema: string): HostDrift[] {
  return existing
    .filter(({ mark }) => mark !== undefined && mark.sql !== digest)
    .map(({ name }) => ({
      of: `${schema}.${name}`,
      what: 'this version of scimctl would write other SQL for the binding',
    }));
}

/** Users whose state the binding does not name: they read as enabled, and as protected. */
async function unknownRows(session: Session, binding: Binding): Promise<HostDrift[]> {
  const unknown = await unknownStates(session, binding);
  return unknown.map(({ of, value, count }) => ({
    of,
    what: `the binding does not say what ${value} means (${count} ${count === 1 ? 'user' : 'users'})`,
  }));
}
