import type { Knex } from 'knex';
import type {
  GrantFact,
  OwnedKind,
  PowerFact,
  Revocations,
  RightsFacts,
} from '../../dialect/rights-facts.js';
import { bracketed } from '../script-parts.js';

/**
 * See `Dialect.rightsFacts`. A login sees its own permissions, and those of others with VIEW DEFINITION. Babelfish
 * keeps no list of permissions: there, a login is asked for its own alone.
 */
export async function mssqlRightsFacts(knex: Knex, schema: string): Promise<RightsFacts> {
  const ask = async <Row>(sql: string, bindings: Record<string, Knex.RawBinding> = {}) =>
    (await knex.raw(sql, bindings)) as unknown as Row[];
  const [server] = await ask<{ is_babelfish: number | null }>(
    "select cast(serverproperty('Babelfish') as int) as is_babelfish",
  );
  const onBabelfish = server?.is_babelfish === 1;
  const grants = onBabelfish ? [] : await ask<GrantRow>(GRANTS, { schema });
  const sysadmins = await ask<{ who: string; login: string }>(SYSADMINS);
  const memberships = await ask<{ member: string; role: string }>(MEMBERSHIPS);
  return {
    memberships,
    grants: grants.map(grantOf),
    owners: await ask<{ owner: string; on: string; kind: OwnedKind }>(OWNERS, { schema }),
    powers: [
      ...memberships.filter(({ role }) => POWERFUL.includes(role)).map(powerOf),
      ...sysadmins.map(({ who, login }) => ({
        who,
        power: 'is a member of sysadmin',
        statement: `alter server role [sysadmin] drop member ${bracketed(login)};`,
      })),
    ],
    own: onBabelfish ? await ask(OWN, { schema }) : [],
    insertsByColumn: false,
  };
}

/** Fixed roles that write to every table, change tables, or grant themselves what they like. */
const POWERFUL = ['db_owner', 'db_datawriter', 'db_ddladmin', 'db_securityadmin'];

const powerOf = ({ member, role }: { member: string; role: string }): PowerFact => ({
  who: member,
  power: `is a member of ${role}`,
  statement: mssqlRevocations.expel(role, member),
});

interface GrantRow {
  grantee: string;
  object_name: string;
  kind: GrantFact['kind'];
  permission: string;
  column_name: string | null;
  state: string;
}

const grantOf = ({ grantee, object_name, kind, permission, column_name, state }: GrantRow): GrantFact => ({
  to: grantee === 'public' ? null : grantee,
  on: object_name,
  kind,
  right: permission,
  column: column_name,
  isGrantable: state.trim() === 'W',
});

export const mssqlRevocations: Revocations = {
  revoke(schema, grants) {
    const [{ to, on, kind } = { to: null, on: '', kind: 'table' as const }] = grants;
    const objects = {
      table: ` on ${bracketed(schema)}.${bracketed(on)}`,
      sequence: ` on ${bracketed(schema)}.${bracketed(on)}`,
      schema: ` on schema::${bracketed(schema)}`,
      database: '',
    };
    const list = [...new Set(grants.map(rightText))].join(', ');
    return `revoke ${list}${objects[kind]} from ${to === null ? 'public' : bracketed(to)} cascade;`;
  },
  // An object without an owner of its own is the schema's owner's.
  reown: (schema, { on, kind }) =>
    kind === 'schema'
      ? `alter authorization on schema::${bracketed(schema)} to [dbo];`
      : `alter authorization on object::${bracketed(schema)}.${bracketed(on)} to schema owner;`,
  expel: (role, member) => `alter role ${bracketed(role)} drop member ${bracketed(member)};`,
};

const rightText = ({ right, column }: GrantFact): string =>
  `${right.toLowerCase()}${column === null ? '' : ` (${bracketed(column)})`}`;

const MEMBERSHIPS = `
select cast(m.name as nvarchar(128)) as member, cast(r.name as nvarchar(128)) as role
  from sys.database_role_members x
  join sys.database_principals r on r.principal_id = x.role_principal_id
  join sys.database_principals m on m.principal_id = x.member_principal_id`;

/** On objects of the schema, on the schema, and, as far as it reaches the schema, on the database. */
const GRANTS = `
select cast(g.name as nvarchar(128)) as grantee, cast(o.name as nvarchar(128)) as object_name, 'table' as kind,
       cast(p.permission_name as nvarchar(128)) as permission, cast(c.name as nvarchar(128)) as column_name, p.state
  from sys.database_permissions p
  join sys.database_principals g on g.principal_id = p.grantee_principal_id
  join sys.objects o on o.object_id = p.major_id
  left join sys.columns c on c.object_id = p.major_id and c.column_id = p.minor_id and p.minor_id > 0
 where p.class = 1 and p.state in ('G', 'W') and o.schema_id = schema_id(:schema) and o.type in ('U', 'V')
union all
select cast(g.name as nvarchar(128)), '', 'schema', cast(p.permission_name as nvarchar(128)), null, p.state
  from sys.database_permissions p
  join sys.database_principals g on g.principal_id = p.grantee_principal_id
 where p.class = 3 and p.state in ('G', 'W') and p.major_id = schema_id(:schema)
union all
select cast(g.name as nvarchar(128)), '', 'database', cast(p.permission_name as nvarchar(128)), null, p.state
  from sys.database_permissions p
  join sys.database_principals g on g.principal_id = p.grantee_principal_id
 where p.class = 0 and p.state in ('G', 'W')
   and p.permission_name in ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL', 'TAKE OWNERSHIP', 'REFERENCES',
                             'ALTER ANY SCHEMA', 'ALTER ANY ROLE', 'ALTER ANY USER')`;

const OWNERS = `
select cast(p.name as nvarchar(128)) as owner, cast(o.name as nvarchar(128)) as [on],
       case o.type when 'V' then 'view' else 'table' end as kind
  from sys.objects o
  join sys.database_principals p on p.principal_id = o.principal_id
 where o.schema_id = schema_id(:schema) and o.type in ('U', 'V') and o.name not like 'host[_]%'
union all
select cast(p.name as nvarchar(128)), '', 'schema'
  from sys.schemas s
  join sys.database_principals p on p.principal_id = s.principal_id
 where s.schema_id = schema_id(:schema)`;

const SYSADMINS = `
select cast(u.name as nvarchar(128)) as who, cast(l.name as nvarchar(128)) as login
  from sys.database_principals u
  join sys.server_principals l on l.sid = u.sid
 where u.name <> 'dbo' and is_srvrolemember('sysadmin', l.name) = 1`;

const OWN = `
select cast(user_name() as nvarchar(128)) as login, cast(o.name as nvarchar(128)) as [on], r.name as [right]
  from sys.objects o
  cross join (values (N'INSERT'), (N'UPDATE'), (N'DELETE')) as r (name)
 where o.schema_id = schema_id(:schema) and o.type in ('U', 'V')
   and has_perms_by_name(concat(:schema, N'.', o.name), 'OBJECT', r.name) = 1`;
