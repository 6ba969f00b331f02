import type { TokenScript } from '../dialect/dialect.js';

/** One DO block: all of it or nothing, in psql, pgAdmin or any other client. */
export function postgresTokenScript(request: TokenScript): string {
  const { schema, title, idp, publicId, lifetimeSeconds, rotate } = request;
  const ends = lifetimeSeconds === null ? 'null' : `moment + interval '${lifetimeSeconds} seconds'`;
  return `${title.map((line) => `-- ${line}`).join('\n')}
do $scimctl$
declare
  moment   timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
  ends     timestamptz(3) := ${ends};
  account  uuid;
  new_slot smallint;
  old      ${schema}.token;
  old_ends timestamptz(3);
begin
  -- Nothing that others have planted in a schema of the search path is run.
  perform pg_catalog.set_config('search_path', 'pg_catalog', true);
  if not exists (select 1 from ${schema}.installation where hosting = 'on-premises') then
    raise exception 'scimctl: this installation is marked as cloud-hosted';
  end if;
  -- Also the lock: whoever changes this account's tokens writes its row first.
  update ${schema}.service_account set token_changes = case when token_changes < 2147483647 then token_changes + 1 else 0 end
   where name = ${text(idp)} and removed_at is null
  returning service_account_id into account;
  if account is null then
    raise exception 'scimctl: there is no IdP %', ${text(idp)};
  end if;
  -- Tokens that have run out by themselves give their slots back.
  update ${schema}.token set slot = null, ended_at = least(expires_at, retires_at)
   where service_account_id = account and slot is not null and least(expires_at, retires_at) <= moment;
${rotate ? rotateOld(schema, rotate) : ''}
  select free into new_slot from unnest(array[1, 2]) as free
   where not exists (select 1 from ${schema}.token t where t.service_account_id = account and t.slot = free)
   order by free limit 1;
  if new_slot is null then
    raise exception 'scimctl: IdP % has two live tokens already', ${text(idp)};
  end if;
  insert into ${schema}.token (public_id, service_account_id, slot, hash_scheme, key_id, digest, created_at, created_by, expires_at, replaces)
  values ('${publicId}', account, new_slot, '${request.hashScheme}', ${request.keyId === null ? 'null' : text(request.keyId)},
          decode('${Buffer.from(request.digest).toString('hex')}', 'hex'), moment, ${text(request.actor)}, ends, ${rotate ? 'old.public_id' : 'null'});
  insert into ${schema}.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
  values (gen_random_uuid(), moment, ${text(request.actor)}, '${rotate ? 'token.rotate' : 'token.create'}', 'token', '${publicId}', ${text(idp)}, 'done',
          ${details(request)});
end
$scimctl$;
`;
}

function rotateOld(schema: string, { overlapSeconds, token }: NonNullable<TokenScript['rotate']>): string {
  const live = `service_account_id = account and slot is not null`;
  const which = token === undefined ? '' : ` and public_id = ${text(token)}`;
  const several =
    token === undefined && overlapSeconds > 0
      ? `
  if (select count(*) from ${schema}.token where ${live} and retires_at is null) > 1 then
    raise exception 'scimctl: there are two active tokens; name one with --token';
  end if;`
      : '';
  const end =
    overlapSeconds > 0
      ? `  old_ends := least(moment + interval '${overlapSeconds} seconds', old.expires_at, old.retires_at);
  update ${schema}.token set retires_at = old_ends where public_id = old.public_id;`
      : `  old_ends := moment;
  update ${schema}.token set slot = null, revoked_at = moment, ended_at = moment where ${live}${which};`;
  return `  -- The old token: the active one, newest first.
  select * into old from ${schema}.token where ${live}${which}
   order by (retires_at is null) desc, created_at desc limit 1;
  if old.public_id is null then
    raise exception 'scimctl: there is no such live token to rotate';
  end if;${several}
${end}`;
}

/** The event's details, character for character as the tool writes them. */
function details({ hashScheme, keyId, rotate }: TokenScript): string {
  const about = `"hashScheme":"${hashScheme}","keyId":${JSON.stringify(keyId)}`;
  const replaces = rotate
    ? ` || ',"replaces":{"id":"' || old.public_id || '","validUntil":"' || ${instant('old_ends')} || '"}'`
    : '';
  return `'{"expiresAt":' || coalesce('"' || ${instant('ends')} || '"', 'null') || ',${about}'${replaces} || '}'`;
}

const instant = (expression: string) =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

// Standard strings: a backslash is only a backslash, and quotes are doubled.
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
