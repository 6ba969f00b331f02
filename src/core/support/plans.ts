import type { Database, Session } from '../../database/database.js';
import { eventListing } from '../../database/queries/audit/events.js';
import { groupList, groupListQuery } from '../../database/queries/groups/group-list.js';
import { pendingListing } from '../../database/queries/links/pending-list.js';
import { userList, userListQuery } from '../../database/queries/users/user-list.js';
import type { Fragment } from '../../database/sql/fragment.js';
import type { Filter } from '../../words/filter.js';
import { ROOM_OF_PAGE } from '../provisioning/lists/list-users.js';
import { NotAvailable, type SupportPart } from './parts.js';

type MakePart = (
  file: string,
  about: string,
  collect: (database: Database) => Promise<unknown>,
) => SupportPart;

interface MainStatement {
  name: string;
  about: string;
  build: (session: Session) => Promise<Fragment | undefined>;
}

/** Stands for an IdP; values are no part of a plan. */
const ANY_ID = '00000000-0000-4000-8000-000000000000';

const eq = (path: string, caseExact: boolean): Filter => ({
  kind: 'compare',
  operator: 'eq',
  value: 'x',
  attribute: { path: path.split('.'), type: 'string', caseExact, multiValued: path.startsWith('emails') },
});

const users = (filter?: Filter) => async (session: Session) =>
  userListQuery(await userList(session, ANY_ID, filter ? { filter } : {}), {
    limit: 101,
    withGroups: true,
    room: ROOM_OF_PAGE,
  });

const listing = (query: { toSQL(): { sql: string; bindings: readonly unknown[] } }): Fragment => {
  const { sql, bindings } = query.toSQL();
  return { sql, bindings: bindings as Fragment['bindings'] };
};

/** What the endpoint and the lists ask again and again. */
const MAIN: readonly MainStatement[] = [
  { name: 'user-by-name', about: 'the search for a user by userName', build: users(eq('userName', false)) },
  {
    name: 'user-by-external-id',
    about: 'the search for a user by externalId',
    build: users(eq('externalId', true)),
  },
  {
    name: 'user-by-email',
    about: 'the search for a user by e-mail address',
    build: users(eq('emails.value', false)),
  },
  { name: 'first-users', about: 'the first page of all users', build: users() },
  {
    name: 'group-by-name',
    about: 'the search for a group by displayName',
    build: async (session) =>
      groupListQuery(await groupList(session, ANY_ID, { filter: eq('displayName', false) }), { limit: 101 }),
  },
  {
    name: 'pending-users',
    about: 'the list of pending users',
    build: async (session) => listing((await pendingListing(session, {})).query),
  },
  {
    name: 'newest-events',
    about: 'the newest events of the audit trail',
    build: async (session) =>
      listing(eventListing(session, {}).query.clone().orderBy('seq', 'desc').limit(100)),
  },
];

/** A part for the plan of each main statement, made without values and without running it. */
export const planParts = (part: MakePart): SupportPart[] =>
  MAIN.map(({ name, about, build }) =>
    part(`plans/${name}.txt`, `the query plan of ${about}`, (database) => planOf(database, build)),
  );

async function planOf(database: Database, build: MainStatement['build']): Promise<string> {
  // Outside the transaction, since it asks the catalogue.
  const statement = await database.read(build);
  if (!statement) throw new NotAvailable('the statement cannot be built');
  const plan = await database.transaction(
    ({ knex, dialect }) => dialect.planSource.explain(knex, statement),
    {
      rollsBack: true,
    },
  );
  if (plan === undefined) throw new NotAvailable('this server does not show plans');
  return plan;
}
