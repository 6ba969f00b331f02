import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ROOM_OF_PAGE } from '../../src/core/provisioning/lists/list-users.js';
import type { Session } from '../../src/database/database.js';
import { groupList, groupListQuery } from '../../src/database/queries/groups/group-list.js';
import { measuringQuery, userList, userListQuery } from '../../src/database/queries/users/user-list.js';
import type { AttributePath } from '../../src/words/filter.js';
import { type Unserved, unserved } from '../support/tsql/unserved.js';

const ACCOUNT = '00000000-0000-4000-8000-000000000001';

const attribute = (name: string): AttributePath => ({
  path: [name],
  type: 'string',
  caseExact: true,
  multiValued: false,
});

// Msg 169: SQL Server refuses what PostgreSQL, and so Babelfish, takes.
describe('a list names no column twice in its order', () => {
  let there: Unserved;
  before(async () => {
    there = await unserved();
  });
  after(() => there.database.close());

  const read = (work: (session: Session) => Promise<string[]>) => there.database.read(work);
  const ordersOf = (text = '') =>
    Array.from(text.matchAll(/order by (.*?)(?: offset|\) as place|$)/gs), ([, order = '']) => order).filter(
      (order) => order !== 'm.place',
    );

  for (const [descending, way] of [
    [false, ''],
    [true, ' desc'],
  ] as const) {
    it(`of users by id${way}`, async () => {
      const orders = await read(async (session) => {
        const list = await userList(session, ACCOUNT, { sortBy: attribute('id'), descending });
        const pages = [
          { limit: 10, withGroups: false, room: ROOM_OF_PAGE },
          { limit: 10, offset: 10, withGroups: false, room: ROOM_OF_PAGE },
        ];
        const texts = pages.flatMap((page) => [
          userListQuery(list, page)?.sql,
          measuringQuery(list, page)?.sql,
        ]);
        return texts.flatMap(ordersOf);
      });

      assert.deepEqual(orders, Array(7).fill(`i.identity_id${way}`));
    });

    it(`of groups by id${way}`, async () => {
      const orders = await read(async (session) => {
        const list = await groupList(session, ACCOUNT, { sortBy: attribute('id'), descending });
        return ordersOf(groupListQuery(list, { limit: 10 })?.sql) as string[];
      });

      assert.deepEqual(orders, [`g.group_id${way}`]);
    });
  }

  it('and by anything else ends with the id', async () => {
    const orders = await read(async (session) => {
      const list = await userList(session, ACCOUNT, { sortBy: attribute('externalId') });
      return ordersOf(
        userListQuery(list, { limit: 10, withGroups: false, room: ROOM_OF_PAGE })?.sql,
      ) as string[];
    });

    assert.equal(orders.length, 1);
    assert.match(orders[0] ?? '', /i\.external_id.*, i\.identity_id$/s);
  });
});
