import type { TokenScript } from '../dialect/dialect.js';
import { asciiLiteral, BEGIN_SCRIPT, literal, SET_OPTIONS } from './script-parts.js';

/** One batch in one transaction, for sqlcmd, SSMS or any other client; the first error takes all of it back. */
export function mssqlTokenScript(request: TokenScript): string {
  const { schema, title, idp, publicId, lifetimeSeconds, rotate } = request;
  const ends = lifetimeSeconds === null ? 'null' : after('@moment', lifetimeSeconds);
  return `${title.map((line) => `-- ${line}`).join('\n')}
${SET_OPTIONS}
GO
${BEGIN_SCRIPT}
declare @moment datetime2(3) = sysutcdatetime();
declare @ends datetime2(3) = ${ends};
declare @account uniqueidentifier, @slot smallint, @old nvarchar(16), @old_expires datetime2(3), @old_retires datetime2(3), @old_ends datetime2(3);
if not exists (select 1 from ${schema}.installation where hosting = N'on-premises')
  throw 50001, N'scimctl: this installation is marked as cloud-hosted', 1;
-- Also the lock: whoever changes this account's tokens writes its row first.
update ${schema}.service_account set token_changes = case when token_changes < 2147483647 then token_changes + 1 else 0 end where name = ${literal(idp)} and removed_at is null;
select @account = service_account_id from ${schema}.service_account where name = ${literal(idp)} and removed_at is null;
if @account is null
  throw 50001, ${literal(`scimctl: there is no IdP ${idp}`)}, 1;
-- Tokens that have run out by themselves give their slots back.
update ${schema}.token
   set slot = null, ended_at = case when expires_at is null or retires_at < expires_at then retires_at else expires_at end
 where service_account_id = @account and slot is not null and (expires_at <= @moment or retires_at <= @moment);
${rotate ? rotateOld(schema, rotate) : ''}
set @slot = case when not exists (select 1 from ${schema}.token where service_account_id = @account and slot = 1) then 1
                 when not exists (select 1 from ${schema}.token where service_account_id = @account and slot = 2) then 2 end;
if @slot is null
  throw 50001, ${literal(`scimctl: IdP ${idp} has two live tokens already`)}, 1;
insert into ${schema}.token (public_id, service_account_id, slot, hash_scheme, key_id, digest, created_at, created_by, expires_at, replaces)
values (N'${publicId}', @account, @slot, N'${request.hashScheme}', ${request.keyId === null ? 'null' : literal(request.keyId)},
        0x${Buffer.from(request.digest).toString('hex')}, @moment, ${asciiLiteral(request.actor)}, @ends, @old);
insert into ${schema}.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
values (newid(), @moment, ${asciiLiteral(request.actor)}, N'${rotate ? 'token.rotate' : 'token.create'}', N'token', N'${publicId}', ${literal(idp)}, N'done',
        ${details(request)});
commit transaction;
print ${literal(`scimctl: IdP ${idp} has the token ${publicId}.`)};
GO
`;
}

function rotateOld(schema: string, { overlapSeconds, token }: NonNullable<TokenScript['rotate']>): string {
  const live = 'service_account_id = @account and slot is not null';
  const which = token === undefined ? '' : ` and public_id = ${literal(token)}`;
  const several =
    token === undefined && overlapSeconds > 0
      ? `
if (select count(*) from ${schema}.token where ${live} and retires_at is null) > 1
  throw 50001, N'scimctl: there are two active tokens; name one with --token', 1;`
      : '';
  const end =
    overlapSeconds > 0
      ? `set @old_ends = ${after('@moment', overlapSeconds)};
if @old_expires < @old_ends set @old_ends = @old_expires;
if @old_retires < @old_ends set @old_ends = @old_retires;
update ${schema}.token set retires_at = @old_ends where public_id = @old;`
      : `set @old_ends = @moment;
update ${schema}.token set slot = null, revoked_at = @moment, ended_at = @moment where ${live}${which};`;
  return `-- The old token: the active one, newest first.
select top (1) @old = public_id, @old_expires = expires_at, @old_retires = retires_at from ${schema}.token where ${live}${which}
 order by case when retires_at is null then 0 else 1 end, created_at desc;
if @old is null
  throw 50001, N'scimctl: there is no such live token to rotate', 1;${several}
${end}`;
}

/** The event's details, character for character as the tool writes them. */
function details({ hashScheme, keyId, rotate }: TokenScript): string {
  const about = `"hashScheme":"${hashScheme}","keyId":${JSON.stringify(keyId)}`;
  const replaces = rotate
    ? `, N',"replaces":{"id":"', @old, N'","validUntil":"', ${instant('@old_ends')}, N'"}'`
    : '';
  return `concat(N'{"expiresAt":', case when @ends is null then N'null' else concat(N'"', ${instant('@ends')}, N'"') end, N',${about}'${replaces}, N'}')`;
}

/** DATEADD takes an int, and a lifetime may be longer than that in no unit but this. */
const after = (moment: string, seconds: number) =>
  `dateadd(second, ${seconds % 86_400}, dateadd(day, ${Math.floor(seconds / 86_400)}, ${moment}))`;

// Style 126 would leave out milliseconds that are zero.
const instant = (expression: string) =>
  `concat(replace(convert(nvarchar(19), ${expression}, 120), N' ', N'T'), N'.', right(concat(N'00', datepart(millisecond, ${expression})), 3), N'Z')`;
