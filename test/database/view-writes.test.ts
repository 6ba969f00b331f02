import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unwritable, writesByDefinition } from '../../src/database/dialect/view-writes.js';

const NO_TRIGGER = { insert: false, update: false };
const WRITTEN = ['login_name', 'email', 'is_enabled'];

/** What of these columns a create cannot set, as SQL Server has it. */
const fixed = (body: string, fires = NO_TRIGGER) => {
  const writes = writesByDefinition(`create view scim.host_user as ${body}`, fires);
  return writes && unwritable(writes, 'insert', WRITTEN);
};

const CASES: [what: string, body: string, fixed: string[] | undefined][] = [
  ['a table', 'select id as user_id, login as login_name, email, on_ as is_enabled from dbo.u', []],
  [
    'a derived flag',
    "select u.login login_name, u.email, case when u.x = 1 then 'Y' else 'N' end as is_enabled from dbo.u u",
    ['is_enabled'],
  ],
  [
    'a group',
    'select u.login login_name, u.email, u.x is_enabled from dbo.u u group by u.login, u.email, u.x',
    WRITTEN,
  ],
  ['distinct rows', 'select distinct u.login login_name, u.email, u.x is_enabled from dbo.u u', WRITTEN],
  [
    'several tables',
    'select u.login login_name, m.address email, u.x is_enabled from dbo.u u left join dbo.m m on m.id = u.id',
    ['email'],
  ],
  [
    'columns whose table is not said, which may be of one table',
    'select login as login_name, email, x is_enabled from dbo.u left join dbo.m on m.id = u.id',
    [],
  ],
  ['what is not understood', 'select * from dbo.u', undefined],
  ['a union', 'select login login_name from dbo.u union all select login from dbo.v', undefined],
];
for (const [what, body, found] of CASES) {
  it(`what cannot be written through a view of ${what}`, () => {
    assert.deepEqual(fixed(body), found);
    assert.deepEqual(fixed(body, { insert: true, update: true }), []);
  });
}

it('what a view lets through is unknown where its definition is not shown', () => {
  assert.equal(writesByDefinition('', NO_TRIGGER), undefined);
});
