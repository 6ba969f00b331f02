import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readViewDefinition } from '../../src/database/dialect/view-definition.js';

/** `login_name=app.users.login`, and whether all rows are shown. */
const read = (text: string) => {
  const found = readViewDefinition(text);
  if (!found) return undefined;
  const columns = [...found.columns].map(
    ([name, { table, column }]) => `${name}=${[...table, column].join('.')}`,
  );
  const whole = found.whole.map((table) => `${table.join('.')}.*`);
  return [...columns, ...whole, ...(found.showsAll ? ['all'] : [])];
};

const CASES: [what: string, text: string, found: string[] | undefined][] = [
  [
    'PostgreSQL, with casts, a case and a left join',
    ` SELECT (u.id)::character varying(128) AS user_id,
    u.login AS login_name,
    e.address AS email,
        CASE
            WHEN (u.status = 1) THEN true
            ELSE false
        END AS is_enabled,
    "u"."Last Name" AS family_name
   FROM (app.users u
     LEFT JOIN email_addresses e ON (((e.user_id = u.id) AND e.is_default)));`,
    ['login_name=app.users.login', 'email=email_addresses.address', 'family_name=app.users.Last Name', 'all'],
  ],
  ['all columns of a table', 'create view scim.host_user as select * from own.users', ['own.users.*', 'all']],
  [
    'all columns of one of two tables, and a product',
    'create view v as select [u].*, 2 * u.rank as double_rank, e.address as email from own.users u left join own.emails e on e.id = u.id',
    ['email=own.emails.address', 'own.users.*', 'all'],
  ],
  [
    'all columns under other names',
    'create view v (user_id, login_name) as select * from own.users',
    ['all'],
  ],
  [
    'a table without another name, and a condition',
    ` SELECT users.login,
    lower(users.mail) AS email
   FROM app.users
  WHERE (users.deleted_at IS NULL);`,
    ['login=app.users.login'],
  ],
  [
    'T-SQL as it was typed',
    `-- a view, from a person
     CREATE OR ALTER VIEW [scim].[host_user] WITH SCHEMABINDING AS
     /* from, where */
     select u.[Login] as login_name, email = u.Mail, N'a, from b' as x, isnull(u.A, u.B) name, u.Full_Name display_name
       from [dbo].[Users] as u with (nolock) left outer join dbo.More m on m.id = u.id`,
    ['login_name=dbo.Users.Login', 'email=dbo.Users.Mail', 'display_name=dbo.Users.Full_Name', 'all'],
  ],
  [
    'names of its own, and columns without a table in front',
    'create view scim.host_user (user_id, login_name) as select id, login from users',
    ['user_id=users.id', 'login_name=users.login', 'all'],
  ],
  ['an inner join', 'select u.a from t u join s on s.id = u.id', ['a=t.a']],
  [
    'columns that may be of either table',
    'select a, u.b from t u left join s on s.id = u.id',
    ['b=t.b', 'all'],
  ],
  ['a list of tables', 'select u.a from t u, s', ['a=t.a']],
  ['the first rows', 'create view v as select top (10) a from t', []],
  ['a query in the place of a table', 'select q.a from (select a from t where b) q', []],
  ['a union', 'select a from t union all select a from s', undefined],
  ['names for queries', 'with q as (select a from t) select a from q', undefined],
  ['no view', 'create procedure p as select a from t', undefined],
];

for (const [what, text, found] of CASES) {
  it(`the definition of a view: ${what}`, () => assert.deepEqual(read(text), found));
}
