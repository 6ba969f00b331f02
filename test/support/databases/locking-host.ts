import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../environment.js';

/**
 * What has the reference host application lock accounts for a while: in the column `locked` of its users, behind which an
 * account is enabled or not. An account that is disabled through its view is locked no longer.
 */
export async function lockingHost(engine: string): Promise<string[]> {
  const name = engine === 'mssql' ? 'mssql' : 'postgres';
  const source = await readFile(join(projectDirectory, 'sql', 'reference-host', `${name}.sql`), 'utf8');
  return name === 'mssql' ? mssql(source) : postgres(source);
}

/** What a statement of the sample is, from its first words to its last. */
function part(source: string, pattern: RegExp): string {
  const [, found] = pattern.exec(source) ?? [];
  if (found === undefined) throw new Error(`the reference host has no ${pattern}`);
  return found;
}

function changed(text: string, from: string | RegExp, to: string): string {
  const now = text.replace(from, to);
  if (now === text) throw new Error(`the reference host has no ${from}`);
  return now;
}

function postgres(source: string): string[] {
  const view = part(source, /(create view scim\.host_user as[\s\S]*?);/);
  const write = part(source, /(create or replace function app\.write_host_user[\s\S]*?\n\$\$;)/);
  const ends = 'new.is_locked_temporarily is distinct from old.is_locked_temporarily';
  return [
    'alter table app.users add column locked boolean not null default false',
    changed(
      changed(
        changed(view, 'create view', 'create or replace view'),
        'u.enabled as is_enabled',
        '(u.enabled and not u.locked) as is_enabled',
      ),
      'as last_sign_in_at',
      'as last_sign_in_at, (u.enabled and u.locked) as is_locked_temporarily',
    ),
    changed(
      write,
      /enabled {6}= case when new\.is_enabled {3}is distinct from old\.is_enabled {3}then/,
      `locked = case when ${ends} then false else u.locked end,
       enabled = case when new.is_enabled is distinct from old.is_enabled or ${ends} then`,
    ),
  ];
}

function mssql(source: string): string[] {
  const statement = (what: string) =>
    part(source, new RegExp(`exec\\(N'\\s*(create ${what}[\\s\\S]*?)'\\);`));
  const lock = (flag: string) =>
    `cast(case when u.enabled = 1 and u.locked = ${flag} then 1 else 0 end as bit)`;
  return [
    'alter table app.users add locked bit not null constraint users_locked default 0',
    // Babelfish drops no view that has triggers.
    ...['insert', 'update'].map((event) => `drop trigger scim.host_user_${event}`),
    'drop view scim.host_user',
    changed(
      changed(statement('view scim.host_user as'), 'u.enabled as is_enabled', `${lock('0')} as is_enabled`),
      'as last_sign_in_at',
      `as last_sign_in_at, case when u.id > 0 then ${lock('1')} end as is_locked_temporarily`,
    ),
    statement('trigger scim.host_user_insert'),
    changed(
      statement('trigger scim.host_user_update'),
      'if update(login_name)',
      `if update(is_locked_temporarily)
        update u set locked = 0 from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(login_name)`,
    ),
  ];
}
