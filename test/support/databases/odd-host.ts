import type { Product } from './product.js';

/** Columns of `host_user` that are written, and those of the reference application's table behind them. */
const COLUMNS = {
  login_name: 'login',
  email: 'email',
  display_name: 'display_name',
  given_name: 'first_name',
  family_name: 'last_name',
  is_enabled: 'enabled',
  sso_provider_id: 'identity_provider_id',
  licence_type: 'licence_type',
} as const;

type Column = keyof typeof COLUMNS;

/** What the application makes of what comes through its view; its own changes of its table are not touched. */
export interface Rules {
  /** Columns whose new value it does not take: as if nothing had been said of them. */
  ignores?: readonly Column[];
  /** Display names are always "Last, First" of the parts of the name. */
  derivesDisplayName?: boolean;
  /** Login names are in capitals. */
  capitalLogins?: boolean;
  /** Columns of which any change fails. */
  refuses?: readonly Column[];
}

/** Has the reference host application go by rules of its own, until it is given others; none are as it was made. */
export const hostRules = (product: Product, rules: Rules = {}): Promise<void> =>
  product.database.transaction(async ({ knex, dialect }) => {
    for (const statement of dialect.name === 'mssql' ? mssql(rules) : postgres(rules))
      await knex.raw(statement);
  });

function postgres({
  ignores = [],
  refuses = [],
  derivesDisplayName = false,
  capitalLogins = false,
}: Rules): string[] {
  const ignored = ignores.map((column) => COLUMNS[column]);
  return [
    'drop trigger if exists odd on app.users',
    `create or replace function app.odd() returns trigger language plpgsql as $$
     begin
       if tg_op = 'UPDATE' then
         ${refuses.map((column) => `if new.${COLUMNS[column]} is distinct from old.${COLUMNS[column]} then raise exception 'no % here', '${column}' using errcode = '23514'; end if;`).join('\n')}
         ${ignored.map((column) => `new.${column} := old.${column};`).join('\n')}
       else
         ${ignored.map((column) => `new.${column} := ${BLANK[column] ?? 'null'};`).join('\n')}
       end if;
       ${capitalLogins ? 'new.login := upper(new.login);' : ''}
       ${derivesDisplayName ? "new.display_name := coalesce(new.last_name, '') || ', ' || coalesce(new.first_name, '');" : ''}
       return new;
     end $$`,
    // Within the trigger of the view, and not where the application writes its table itself.
    'create trigger odd before insert or update on app.users for each row when (pg_trigger_depth() > 0) execute function app.odd()',
  ];
}

/** What a column has where the application does not take what a new user is given. */
const BLANK: Record<string, string> = {
  enabled: 'false',
  login: "'nobody'",
  display_name: "'Nobody'",
};

function mssql({
  ignores = [],
  refuses = [],
  derivesDisplayName = false,
  capitalLogins = false,
}: Rules): string[] {
  const given = (column: Column) =>
    column === 'sso_provider_id'
      ? 'cast(i.sso_provider_id as uniqueidentifier)'
      : column === 'login_name' && capitalLogins
        ? 'upper(i.login_name)'
        : `i.${column}`;
  const columns = Object.keys(COLUMNS) as Column[];
  const joined = 'from app.users u join inserted i on u.id = cast(i.user_id as int)';
  const name = "coalesce(u.last_name, N'') + N', ' + coalesce(u.first_name, N'')";
  const derive = derivesDisplayName ? `update u set display_name = ${name} ${joined};` : '';
  return [
    'drop trigger scim.host_user_insert',
    'drop trigger scim.host_user_update',
    `create trigger scim.host_user_insert on scim.host_user instead of insert as
     begin
       set nocount on;
       insert into app.users (${columns.map((column) => COLUMNS[column]).join(', ')})
       select ${columns
         .map((column) =>
           ignores.includes(column)
             ? (BLANK_MSSQL[column] ?? 'null')
             : column === 'is_enabled'
               ? 'coalesce(i.is_enabled, 1)'
               : column === 'display_name' && derivesDisplayName
                 ? name.replaceAll('u.last_name', 'i.family_name').replaceAll('u.first_name', 'i.given_name')
                 : given(column),
         )
         .join(', ')} from inserted i;
     end`,
    `create trigger scim.host_user_update on scim.host_user instead of update as
     begin
       set nocount on;
       ${refuses.map((column) => `if update(${column}) raiserror('no ${column} here', 16, 1);`).join('\n')}
       ${columns
         .filter((column) => !ignores.includes(column))
         .map(
           (column) => `if update(${column}) update u set ${COLUMNS[column]} = ${given(column)} ${joined};`,
         )
         .join('\n')}
       ${derive}
     end`,
  ];
}

const BLANK_MSSQL: Partial<Record<Column, string>> = {
  is_enabled: '0',
  login_name: "N'nobody'",
  display_name: "N'Nobody'",
};

/** Deletes a row of the application's own table, and gives its key to another person: some applications do. */
export async function reuseKey(product: Product, id: string, person: Record<string, unknown>): Promise<void> {
  const row: Record<string, unknown> = { id: Number(id), enabled: true, protected: false, ...person };
  const names = Object.keys(row);
  const values = names.map(() => '?').join(', ');
  await product.database.transaction(async ({ knex, dialect }) => {
    await knex('users').withSchema('app').where({ id: row.id }).delete();
    const insert = `insert into app.users (${names.join(', ')})`;
    const bindings = Object.values(row) as string[];
    if (dialect.name === 'mssql') {
      await knex.raw('set identity_insert app.users on');
      await knex.raw(`${insert} values (${values})`, bindings);
      await knex.raw('set identity_insert app.users off');
    } else {
      await knex.raw(`${insert} overriding system value values (${values})`, bindings);
    }
  });
}

/** Has the application take several users with the same login in other letters, as some do. */
export const allowTwins = (product: Product): Promise<void> =>
  product.database.transaction(async ({ knex, dialect }) => {
    await knex.raw(
      dialect.name === 'mssql'
        ? 'alter table app.users drop constraint users_login'
        : 'drop index app.users_login',
    );
  });

/** Takes the host view of users away, or puts it back. */
export async function renameHostUsers(product: Product, from: string, to: string): Promise<void> {
  await product.database.transaction(({ knex, dialect }) =>
    knex.raw(
      dialect.name === 'mssql'
        ? `exec sp_rename 'scim.${from}', '${to}', 'OBJECT'`
        : `alter view scim.${from} rename to ${to}`,
    ),
  );
  product.database.memory.forget();
}

/** Has the host view leave out users whose login begins so, as a DBA may who wants them untouched. */
export async function hideUsers(product: Product, beginning: string): Promise<void> {
  await product.database.transaction(async ({ knex, dialect }) => {
    const where = `where u.login not like '${beginning}%'`;
    if (dialect.name !== 'mssql') {
      const { rows } = await knex.raw("select pg_get_viewdef('scim.host_user'::regclass) as definition");
      const definition = String(rows[0].definition).replace(/;\s*$/, '');
      await knex.raw(`create or replace view scim.host_user as ${definition} ${where}`);
      return;
    }
    await knex.raw('drop trigger scim.host_user_insert');
    await knex.raw('drop trigger scim.host_user_update');
    await knex.raw('drop view scim.host_user');
    await knex.raw(`create view scim.host_user as
      select u.id_text as user_id, u.login as login_name, u.email, u.display_name, u.first_name as given_name,
             u.last_name as family_name, u.enabled as is_enabled,
             cast(lower(cast(u.identity_provider_id as nvarchar(36))) as nvarchar(128)) as sso_provider_id,
             u.licence_type, cast(nullif(u.protected, cast(null as bit)) as bit) as is_protected,
             u.last_sign_in as last_sign_in_at
        from app.users u ${where}`);
    for (const statement of mssql({}).filter((one) => one.startsWith('create'))) await knex.raw(statement);
  });
  product.database.memory.forget();
}

/**
 * Has a trigger of the application's own table do this for each changed user of that login, or, with undefined, no more.
 * @param body statements of PL/pgSQL, or of T-SQL.
 */
export const hostTrigger = (
  product: Product,
  login: string,
  body: Record<'postgres' | 'mssql', string> | undefined,
): Promise<void> =>
  product.database.transaction(async ({ knex, dialect }) => {
    if (dialect.name === 'mssql') {
      await knex.raw("if object_id('app.users_rule') is not null drop trigger app.users_rule");
      if (!body) return;
      await knex.raw(
        `create trigger app.users_rule on app.users after insert, update as
         begin
           set nocount on;
           if exists (select 1 from inserted where login = N'${login}') begin ${body.mssql} end
         end`,
      );
      return;
    }
    await knex.raw('drop trigger if exists rule on app.users');
    if (!body) return;
    await knex.raw(
      `create or replace function app.rule() returns trigger language plpgsql as
       $$ begin ${body.postgres} return new; end $$`,
    );
    await knex.raw(
      `create trigger rule before insert or update on app.users
         for each row when (new.login = '${login}') execute function app.rule()`,
    );
  });
