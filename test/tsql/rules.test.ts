import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { LEVELS, summonJudge, type TsqlVerdict } from '../support/tsql/judge.js';

interface RuleTest {
  rule: string;
  means: string;
  /** Each breaks this rule, and no other. */
  broken: string[];
  /** Each breaks none. */
  kept: string[];
  /** Judged as what a DBA's client runs. */
  script?: boolean;
}

const rules: RuleTest[] = [
  {
    rule: 'syntax',
    means: 'T-SQL that no version takes',
    broken: [
      'select a from t limit 1',
      "exec(N'select a from t limit 1')",
      'create index i on t (a) where a is null or b = 1',
      'select 1;\ncreate view v as select 1 as a',
    ],
    kept: [
      'select top (1) a from t',
      'select 1;\nGO\ncreate view v as select 1 as a',
      ':on error exit\nGO\nselect 1 as a',
      "select a from t where b = N'é ''quoted'' -- no comment'",
    ],
  },
  {
    rule: '169',
    means: 'a column twice in ORDER BY',
    broken: [
      'select a from t order by a, a',
      'select a from t i order by i.a desc, [A]',
      'select a, b as c from t order by c, b',
      'select a, b from t order by 2, b',
      'select a from t order by lower(a), lower( a )',
      'select row_number() over (order by a, a) as n from t',
      'select a from t union select a from u order by a, a',
      "exec sp_executesql N'select a from t order by a, a'",
      "if 1 = 1 exec(N'select a from t order by ' + N'a, a')",
      'create procedure p as begin select a from t order by a, a; end',
    ],
    kept: [
      'select a from t order by a, b',
      'select x.a from t x join t y on x.b = y.b order by x.a, y.a',
      "select a from t order by case when a = N'A' then 0 else 1 end, case when a = N'a' then 0 else 1 end",
      'select row_number() over (order by a) as n from t order by a',
    ],
  },
  {
    rule: '408',
    means: 'an order by a constant',
    broken: [
      "select a from t order by 'a'",
      'select a from t order by a, null',
      "select row_number() over (order by cast('a' as nvarchar(9))) as n from t",
    ],
    kept: [
      'select a from t order by 1',
      'select row_number() over (order by (select null)) as n from t',
      'select a from t order by newid()',
    ],
  },
  {
    rule: '1008',
    means: 'an order by a parameter',
    broken: ['select a from t order by @p0', 'select a from t order by a, @p0 desc'],
    kept: ['select a from t order by coalesce(a, @p0)'],
  },
  {
    rule: '10741',
    means: 'TOP beside OFFSET',
    broken: ['select top (1) a from t order by a offset 1 rows'],
    kept: ['select a from t order by a offset 1 rows fetch next 1 rows only'],
  },
  {
    rule: '1033',
    means: 'ORDER BY in a view or subquery',
    broken: [
      'create view v as select a from t order by a',
      'select a from (select a from t order by a) d',
      'select a from t where exists (select 1 as one from u order by b)',
      'with c as (select a from t order by a) select a from c',
      "exec(N'create view v as select a from t order by a')",
      'select a from (select top 1 a from t union all select a from u order by a) d',
    ],
    kept: [
      'create view v as select top 10 a from t order by a',
      'select a from (select a from t order by a offset 0 rows) d',
      'select (select a from t order by a for json path) as j',
      'insert into t (a) select a from u order by a',
    ],
  },
  {
    rule: '8155',
    means: 'a column without a name in a derived table',
    broken: [
      'select d.a from (select a, b + 1 from t) d',
      'with c as (select count(*) from t) select 1 as a from c',
    ],
    kept: [
      'select d.a from (select a, b + 1 as c from t) d',
      'select d.a from (select a, b + 1 from t) d (a, c)',
      'with c (n) as (select count(*) from t) select n from c',
      'select a, b + 1 from t',
      'select a from t where exists (select 1 from u)',
    ],
  },
  {
    rule: '8156',
    means: 'two columns of one name in a derived table',
    broken: [
      'select 1 as one from (select a, A from t) d',
      'select 1 as one from (select x.a, y.a from t x join t y on x.b = y.b) d',
      'with c (n, n) as (select a, b from t) select 1 as one from c',
      'create table k (a int);\nGO\nselect 1 as one from (select *, 1 as a from k) d',
    ],
    kept: ['select 1 as one from (select a, a as b from t) d', 'select a, a from t'],
  },
  {
    rule: '4511',
    means: 'a column without a name in a view',
    broken: ['create view v as select count(*) from t'],
    kept: ['create view v as select count(*) as n from t', 'create view v (n) as select count(*) from t'],
  },
  {
    rule: '4506',
    means: 'two columns of one name in a view',
    broken: ['create view v as select a, b as a from t'],
    kept: ['create view v as select a, b from t'],
  },
  {
    rule: '13605',
    means: 'a column without a name in FOR JSON',
    broken: ['select a, b + 1 from t for json path', 'select (select count(*) from t for json path) as j'],
    kept: [
      'select a, b + 1 as c from t for json path',
      'select (select a as [x.y] from t for json path) as j',
    ],
  },
  {
    rule: '13601',
    means: 'two columns of one name in FOR JSON',
    broken: ['select a, b as a from t for json path'],
    kept: ['select a, b from t for json path'],
  },
  {
    rule: '8120',
    means: 'a column that is neither grouped nor in an aggregate',
    broken: [
      // PostgreSQL takes it where id is the key.
      'select g.id, g.name, count(*) as n from g join m on m.g = g.id group by g.id',
      'select a, count(*) as n from t',
      'select t.id, (select max(u.x) from u where u.y = t.name) as x from t group by t.id',
      'select left(a, @p1) as b, count(*) as n from t group by left(a, @p0)',
      'select * from t group by a',
    ],
    kept: [
      'select g.id, g.name, count(*) as n from g join m on m.g = g.id group by g.id, g.name',
      'select max(a) as a, count(*) as n from t',
      "select lower(a) + N'x' as b, count(*) as n from t group by lower(a)",
      'select (select count(*) from u where u.a = t.a) as n, t.b from t',
      'select a from t where exists (select count(*) from u where u.a = t.a having count(*) > 1)',
      'select sum(a) over (partition by b) as n, c from t',
      'select @a = max(a), @b = @c from t',
      'select id, (select max(u.x) from u where u.y = t.id) as x from t group by t.id',
    ],
  },
  {
    rule: '8121',
    means: 'the same in HAVING',
    broken: ['select a from t group by a having b > 1'],
    kept: ['select a from t group by a having max(b) > 1'],
  },
  {
    rule: '8127',
    means: 'the same in ORDER BY',
    broken: ['select count(*) as n from t order by a', 'select t.a from t group by t.a order by t.b'],
    kept: ['select a as x, count(*) as n from t group by a order by n desc, x'],
  },
  {
    rule: '130',
    means: 'a subquery or an aggregate inside an aggregate',
    broken: [
      'select sum(case when exists (select 1 from u where u.a = t.a) then 1 else 0 end) as n from t',
      'select max((select b from u where u.a = t.a)) as n from t',
      'select sum(count(*)) as n from t group by a',
    ],
    kept: [
      'select sum(d.n) as n from (select case when exists (select 1 from u where u.a = t.a) then 1 else 0 end as n from t) d',
      'select sum(count(*)) over (partition by a) as n from t group by a',
    ],
  },
  {
    rule: '144',
    means: 'a subquery in GROUP BY',
    broken: ['select count(*) as n from t group by (select b from u where u.a = t.a)'],
    kept: ['select count(*) as n from t group by t.a'],
  },
  {
    rule: '164',
    means: 'GROUP BY by a position or a parameter',
    broken: ['select count(*) as n from t group by 1', 'select count(*) as n from t group by a, @p0'],
    kept: ['select count(*) as n from t group by a + @p0'],
  },
  {
    rule: '207',
    means: 'a column that is added and used in one batch',
    broken: [
      'alter table t add c int;\nupdate t set c = 1',
      "if col_length(N't', N'c') is null alter table dbo.t add c int;\nselect x.c from dbo.t x",
      'alter table t add c int;\ncreate index i on t (a) where c is not null',
      'alter table t add c int;\nalter table t add d as (c + 1)',
      // An alias is no column.
      'select 1 as b, count(*) as n from t group by b',
    ],
    kept: [
      'alter table t add c int;\nGO\nupdate t set c = 1',
      "alter table t add c int;\nexec(N'update t set c = 1')",
      'alter table t add c int;\nupdate u set c = 1',
      'alter table t add c int;\nupdate t set d = 1',
      'select a as b, count(*) as n from t group by a',
    ],
  },
  {
    rule: '334',
    means: 'OUTPUT without INTO on a table with triggers',
    broken: [
      'create trigger g on t after insert as return;\nGO\ninsert into t (a) output inserted.a values (1)',
      'create trigger g on dbo.t for update as return;\nGO\nupdate x set a = 1 output inserted.a from dbo.t x',
      // The host's DBA may put triggers on its views.
      'delete from scim.host_user output deleted.user_id',
    ],
    kept: [
      'create trigger g on t after insert as return;\nGO\ninsert into t (a) output inserted.a into @ids values (1)',
      'create trigger g on t after delete as return;\nGO\ninsert into t (a) output inserted.a values (1)',
      'insert into t (a) output inserted.a values (1)',
    ],
  },
  {
    rule: '1944',
    means: 'the key of an index that may be too long',
    broken: [
      'create table t (a nvarchar(851) not null);\nGO\ncreate index i on t (a)',
      'create table t (a nvarchar(451) not null primary key)',
      'create table t (a varbinary(1000) not null, b nvarchar(400) not null, unique (a, b))',
      'create table t (a nvarchar(4000));\nGO\nalter table t add b as (lower(a)) persisted;\nGO\ncreate index i on t (b)',
      "create table t (a nvarchar(max));\nGO\nalter table t add b as json_value(a, N'$.b');\nGO\ncreate index i on t (b)",
    ],
    kept: [
      'create table t (a nvarchar(850) not null);\nGO\ncreate index i on t (a)',
      'create table t (a nvarchar(450) not null primary key)',
      'create table t (a nvarchar(450) not null primary key nonclustered, b nvarchar(max));\nGO\ncreate index i on t (a) include (b)',
      "create table t (a nvarchar(max), b as (lower(cast(json_value(a, N'$.b') as nvarchar(320))) collate Latin1_General_BIN2) persisted unique)",
    ],
  },
  {
    rule: '1919',
    means: 'a key of a type that no index takes',
    broken: [
      'create table t (a nvarchar(max));\nGO\ncreate index i on t (a)',
      'create table t (a xml primary key)',
    ],
    kept: ['create table t (a sysname primary key)'],
  },
  {
    rule: '10609',
    means: 'a filtered index that asks for a computed column',
    broken: ['create table t (a int, b as (a + 1));\nGO\ncreate index i on t (a) where b = 1'],
    kept: ['create table t (a int, b as (a + 1));\nGO\ncreate index i on t (b) where a = 1'],
  },
  {
    rule: 'unique-null',
    means: 'a unique key of what may be null, which PostgreSQL lets be null more than once',
    broken: [
      'create table t (a int, b int not null);\nGO\ncreate unique index i on t (b, a)',
      'create table t (a int null unique)',
      'create table t (a int, b int, unique (a, b), primary key (a))',
      'create table t (a int, b int);\nGO\ncreate unique index i on t (a) where b is not null',
    ],
    kept: [
      'create table t (a int, b int not null);\nGO\ncreate unique index i on t (b, a) where a is not null',
      'create table t (a int not null unique, b int primary key)',
      'create table t (a int, b int not null, unique (a, b), primary key (a))',
      'create table t (a int);\nGO\ncreate index i on t (a)',
    ],
  },
  {
    rule: '2714',
    means: 'two constraints of one name in a schema',
    broken: [
      'create table s.t (a int constraint c check (a > 0));\nGO\ncreate table s.u (a int constraint C check (a > 0))',
      'create table t (a int constraint c default 0);\nGO\ncreate table u (a int, constraint c primary key (a))',
    ],
    kept: [
      'create table s.t (a int constraint c check (a > 0));\nGO\ncreate table r.u (a int constraint c check (a > 0))',
      'create table t (a int constraint c default 0);\nGO\ndrop table t;\nGO\ncreate table u (a int constraint c default 0)',
    ],
  },
  {
    rule: '1778',
    means: 'a foreign key of another type',
    broken: ['create table p (id int primary key);\nGO\ncreate table q (p bigint references p (id))'],
    kept: ['create table p (id int primary key);\nGO\ncreate table q (p int references p)'],
  },
  {
    rule: '1753',
    means: 'a foreign key of another length',
    broken: [
      'create table p (id nvarchar(20) primary key);\nGO\ncreate table q (p nvarchar(40), foreign key (p) references p)',
    ],
    kept: [
      'create table p (id nvarchar(20) primary key);\nGO\ncreate table q (p NVARCHAR (20), foreign key (p) references p)',
    ],
  },
  {
    rule: '1757',
    means: 'a foreign key of another collation',
    broken: [
      'create table p (id nvarchar(20) collate Latin1_General_BIN2 primary key);\nGO\ncreate table q (p nvarchar(20) references p (id))',
    ],
    kept: [
      'create table p (id nvarchar(20) collate Latin1_General_BIN2 primary key);\nGO\ncreate table q (p nvarchar(20) collate latin1_general_bin2 references p (id))',
    ],
  },
  {
    rule: '1785',
    means: 'cascades that meet',
    broken: [
      'create table p (id int primary key);\nGO\ncreate table q (id int primary key, p int references p (id) on delete cascade);\nGO\ncreate table r (p int references p (id) on delete set null, q int references q (id) on delete cascade)',
      'create table p (id int primary key, up int references p (id) on delete cascade)',
      'create table p (id int primary key);\nGO\ncreate table r (a int references p (id) on update cascade, b int references p (id) on update cascade)',
    ],
    kept: [
      'create table p (id int primary key);\nGO\ncreate table q (id int primary key, p int references p (id) on delete cascade);\nGO\ncreate table r (p int references p (id), q int references q (id) on delete cascade)',
      'create table p (id int primary key, up int references p (id))',
      'create table p (id int primary key);\nGO\ncreate table r (a int references p (id) on update cascade, b int references p (id) on delete cascade)',
    ],
  },
  {
    rule: 'newer',
    means: 'what SQL Server 2016 SP1 does not have',
    broken: [
      'select trim(a) as a from t',
      "select string_agg(a, N',') as a from t",
      'select greatest(a, b) as a from t',
      "select ltrim(a, N'x') as a from t",
      'select substring(a, 2) as a from t',
      'select g.value from generate_series(1, 2) g',
      'select a collate Latin1_General_100_CI_AS_SC_UTF8 as a from t',
    ],
    kept: [
      'select ltrim(rtrim(a)) as a, dbo.trim(a) as b, substring(a, 2, 3) as c, datediff_big(second, a, b) as d, isjson(a) as e from t',
      "select json_value(a, N'$.b') as a, t.d at time zone 'UTC' as b from t",
      'create or alter view v as select concat(a, b) as a, try_cast(a as int) as b from t',
    ],
  },
  {
    rule: 'level',
    means: 'what a database of an older compatibility level does not have',
    broken: [
      "select x.value from openjson(N'[]') x",
      "select x.value from string_split(N'a', N',') x",
      'select lag(a) over (order by a) as a from t',
      'select sum(a) over (order by a) as a from t',
      'select try_convert(int, a) as a from t',
    ],
    kept: [
      'select row_number() over (order by a) as a, sum(a) over (partition by b) as b, try_cast(a as int) as c from t',
    ],
  },
  {
    rule: '13610',
    means: 'a JSON path that is no literal',
    broken: ['select json_value(a, @p0) as a from t', "select json_query(a, N'$.' + b) as a from t"],
    kept: ["select json_value(a, N'$.b') as a, json_query(a) as b from t"],
  },
  {
    rule: '8133',
    means: 'CASE with nothing but null to give',
    broken: [
      'select case when a = 1 then null end as a from t',
      'select case a when 1 then null else (null) end as a from t',
    ],
    kept: [
      'select case when a = 1 then null else b end as a from t',
      'select case when a = 1 then cast(null as int) end as a from t',
    ],
  },
  {
    rule: '4127',
    means: 'COALESCE of nothing but null',
    broken: ['select coalesce(null, null) as a from t'],
    kept: ['select coalesce(null, a) as a from t'],
  },
  {
    rule: '4151',
    means: 'NULLIF of null',
    broken: ['select nullif(null, a) as a from t'],
    kept: ['select nullif(a, cast(null as bit)) as a from t'],
  },
  {
    rule: 'set-options',
    means: 'a script that does not set all seven options first',
    script: true,
    broken: [
      'update t set a = 1',
      'set quoted_identifier, ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null on;\nGO\nupdate t set a = 1',
      'set quoted_identifier, ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, numeric_roundabort on;\nGO\nupdate t set a = 1',
      'set quoted_identifier, ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null on;\nset numeric_roundabort off;\nGO\nupdate t set a = 1;\nset arithabort off',
    ],
    kept: [
      ':on error exit\nset quoted_identifier, ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null on;\nset numeric_roundabort off;\nset nocount on;\nGO\nupdate t set a = 1',
      'set nocount on;\nset quoted_identifier on;\nset ansi_nulls on;\nset ansi_padding on;\nset ansi_warnings on;\nset arithabort on;\nset concat_null_yields_null on;\nset numeric_roundabort off;\nset xact_abort on;\nGO\nupdate t set a = 1',
    ],
  },
];

const summoned = await summonJudge();

describe('the rules of SQL Server, on Microsoft’s own syntax tree [tsql]', {
  skip: 'missing' in summoned && summoned.missing,
}, () => {
  const verdicts = new Map<string, TsqlVerdict>();
  before(async () => {
    if ('missing' in summoned) return;
    const texts = rules.flatMap(({ rule, broken, kept, script = false }) =>
      [...broken, ...kept].map((sql) => ({
        name: `${rule} ${sql}`,
        sql,
        script,
        database: `${rule} ${sql}`,
      })),
    );
    for (const verdict of await summoned.judge(texts)) verdicts.set(verdict.name, verdict);
  });

  for (const { rule, means, broken, kept } of rules) {
    it(`${rule}, ${means}, is found`, () => {
      for (const sql of broken) {
        const found = verdicts.get(`${rule} ${sql}`);
        assert.deepEqual(
          [...new Set(found?.faults.map((fault) => fault.rule))],
          [rule],
          JSON.stringify({ sql, found }),
        );
      }
    });

    it(`${rule} is not found where it is kept`, () => {
      for (const sql of kept) {
        const found = verdicts.get(`${rule} ${sql}`);
        assert.deepEqual([found?.parses, found?.faults], [LEVELS, []], sql);
      }
    });
  }

  it('a text that newer versions alone parse is said to be theirs', async () => {
    if ('missing' in summoned) return;
    const [verdict] = await summoned.judge([
      { name: 'new', sql: 'select a from t where a is not distinct from b' },
    ]);

    assert.deepEqual(verdict?.parses, [160, 170]);
    assert.deepEqual(
      verdict?.faults.map(({ rule }) => rule),
      ['syntax'],
    );
    assert.match(verdict?.faults[0]?.message ?? '', /^SQL Server 2016, SQL Server 2017, SQL Server 2019: /);
  });
});
