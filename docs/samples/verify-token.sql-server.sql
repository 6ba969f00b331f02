-- How a host application verifies scimctl tokens in the database itself: for SQL Server 2016 and later.
-- In the place of app, write the schema of the application. It needs the same owner as the schema scim
-- (dbo, unless somebody changed it): the application's user then needs EXECUTE only, and never sees a digest.
--
-- Better to hash in the application (VerifyToken.cs, verify-token.ts): here the token travels to the
-- database, where a trace may keep it.
--
-- Only for tokens that are hashed without a key. A key that is in the database protects from nobody.
-- Tables with filtered indexes, as those of scimctl, ask these of every session that writes them.
set quoted_identifier on;
set ansi_nulls on;
set ansi_padding on;
set ansi_warnings on;
set arithabort on;
set concat_null_yields_null on;
set numeric_roundabort off;
GO

if object_id('app.verify_scim_token', 'P') is not null
  drop procedure app.verify_scim_token;
GO

create procedure app.verify_scim_token @presented nvarchar(200) as
begin
  set nocount on;
  declare @scheme nvarchar(20), @digest varbinary(32), @account_id uniqueidentifier, @account nvarchar(63), @until datetime2(3);

  -- 70 characters, letters and digits and _ only: nothing that a conversion to varchar could change. The
  -- full stop makes len() count blanks at the end.
  if @presented is null or len(@presented + N'.') <> 71
     or @presented collate Latin1_General_BIN2 like N'%[^0-9A-Za-z_]%'
    return;

  select @scheme = hash_scheme, @digest = digest, @account_id = service_account_id,
         @account = service_account, @until = valid_until
    from scim.live_token
   where public_id = substring(@presented, 9, 12);
  if @scheme is null
    return;
  if @scheme <> N'sha256'
    throw 50001, N'the token is hashed with a key: verify it in the application', 1;

  -- The token is hashed as ASCII: a varchar, not an nvarchar. T-SQL compares in no constant time, so both
  -- sides are hashed once more: how far these agree says nothing about the digest.
  declare @hashed varbinary(32) = hashbytes('SHA2_256', cast(@presented as varchar(200)));
  if hashbytes('SHA2_256', @hashed) = hashbytes('SHA2_256', @digest)
    select @account_id as service_account_id, @account as service_account, @until as valid_until;
end
GO

-- The application then runs, with the token as a parameter; no row means: answer 401.
--   exec app.verify_scim_token @presented = @token;
