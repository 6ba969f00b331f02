import { ROOM_OF_PAGE } from '../../../src/core/provisioning/lists/list-users.js';
import type { Session } from '../../../src/database/database.js';
import {
  countGroupList,
  groupList,
  groupListQuery,
} from '../../../src/database/queries/groups/group-list.js';
import { selectRows } from '../../../src/database/queries/rows.js';
import {
  countUserList,
  measuringQuery,
  type Selection,
  type Stretch,
  userList,
  userListQuery,
} from '../../../src/database/queries/users/user-list.js';
import type { Fragment } from '../../../src/database/sql/fragment.js';
import type { AttributePath, Filter, FilterValue } from '../../../src/words/filter.js';
import { USER_ATTRIBUTES } from '../filters/attributes.js';
import { operatorsOf, rootOf } from '../filters/random.js';
import { ID } from './queries.js';

const exact = (...path: string[]): AttributePath => ({
  path,
  type: 'string',
  caseExact: true,
  multiValued: false,
});

const GROUP_ATTRIBUTES: readonly AttributePath[] = [
  exact('id'),
  exact('externalId'),
  { ...exact('displayName'), caseExact: false },
  { ...exact('meta', 'created'), type: 'dateTime' },
  { ...exact('meta', 'lastModified'), type: 'dateTime' },
  ...['value', 'display', 'type'].map((part) => ({ ...exact('members', part), multiValued: true })),
];

/** A value of each kind that makes another condition. */
function valuesFor({ path, type }: AttributePath): FilterValue[] {
  if (type === 'boolean') return [true, false];
  if (type === 'integer' || type === 'decimal') return [7];
  if (type === 'dateTime') return ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.0001Z'];
  return path.at(-1) === 'id' || path.at(-1) === 'value' ? ['a', ID] : ['a'];
}

function filtersOf(attribute: AttributePath): Filter[] {
  const single: Filter[] = [
    { kind: 'present', attribute },
    ...operatorsOf(attribute).flatMap((operator) =>
      valuesFor(attribute).map((value): Filter => ({ kind: 'compare', attribute, operator, value })),
    ),
  ];
  const negated = single.map((filter): Filter => ({ kind: 'not', filter }));
  const root = { ...attribute, path: rootOf(attribute) };
  const inside = single.map((filter): Filter => ({ kind: 'element', attribute: root, filter }));
  return [...single, ...negated, ...(attribute.multiValued ? inside : [])];
}

/** What a row of any order could be known by. */
const PLACES = [null, 'a', '7', ID, 1_700_000_000_000];
const FIRST = { limit: 10 };
const PAGE = { withGroups: false, room: ROOM_OF_PAGE };
const FURTHER = [{ limit: 10, offset: 10 }, ...PLACES.map((key) => ({ limit: 10, after: { key, id: ID } }))];

/** Has users and groups listed in every order, from its beginning and from every other place. */
export async function askForLists(session: Session): Promise<void> {
  for (const descending of [false, true]) {
    for (const stretch of [FIRST, ...FURTHER]) {
      await askForUsers(session, { descending }, { ...stretch, ...PAGE, withGroups: true });
      for (const sortBy of USER_ATTRIBUTES)
        await askForUsers(session, { descending, sortBy }, { ...stretch, ...PAGE });
      for (const sortBy of GROUP_ATTRIBUTES) await askForGroups(session, { descending, sortBy }, stretch);
    }
  }
}

/** Has every attribute compared by every operator. */
export async function askByFilters(session: Session): Promise<void> {
  for (const filter of USER_ATTRIBUTES.flatMap(filtersOf))
    await askForUsers(session, { filter }, { ...FIRST, ...PAGE });
  for (const filter of GROUP_ATTRIBUTES.flatMap(filtersOf)) await askForGroups(session, { filter }, FIRST);
}

/** Of each attribute one list by it and one in its order, and their counts: what differs from host to host. */
export async function askForSomeLists(session: Session): Promise<void> {
  for (const attribute of USER_ATTRIBUTES) {
    const [filter] = filtersOf(attribute).slice(1);
    await askForUsers(session, { filter, sortBy: attribute }, { ...FIRST, ...PAGE });
    await countUserList(await userList(session, ID, { ...(filter && { filter }) }));
  }
  for (const attribute of GROUP_ATTRIBUTES) {
    const [filter] = filtersOf(attribute).slice(1);
    await askForGroups(session, { filter, sortBy: attribute }, FIRST);
    await countGroupList(await groupList(session, ID, { ...(filter && { filter }) }));
  }
}

const ask = async (session: Session, query: Fragment | undefined) => query && selectRows(session, query);

const askForUsers = async (session: Session, selection: Selection, stretch: Stretch) => {
  const list = await userList(session, ID, selection);
  await ask(session, measuringQuery(list, stretch));
  return ask(session, userListQuery(list, stretch));
};

const askForGroups = async (
  session: Session,
  selection: Selection,
  stretch: Omit<Stretch, 'withGroups' | 'room'>,
) => ask(session, groupListQuery(await groupList(session, ID, selection), stretch));
