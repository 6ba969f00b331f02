-- Receivers that `serve --on-pending` posts notices to. The audit trail is the outbox: of each receiver there is the
-- number of the event up to which it has been told everything, so that nothing is lost when an endpoint dies. One
-- endpoint at a time has the receiver; another takes it over when the time in held_until has passed.
set quoted_identifier on;
set ansi_nulls on;
GO

create table scim.event_receiver (
  -- SHA-256 of the URL, in hexadecimal digits: its path may be a secret, so the URL itself is not here.
  receiver_id     nvarchar(64)   collate Latin1_General_BIN2 not null constraint event_receiver_pkey primary key,
  -- Scheme, host and port.
  origin          nvarchar(320)  not null,
  delivered_to    bigint         not null constraint event_receiver_delivered_to_check check (delivered_to >= 0),
  delivered_count bigint         not null constraint event_receiver_delivered_count_default default 0
                                 constraint event_receiver_delivered_count_check check (delivered_count >= 0),
  created_at      datetime2(3)   not null,
  delivered_at    datetime2(3)   null,
  -- Since when it has not accepted a notice, and why by the last attempt; null while it accepts them.
  failing_since   datetime2(3)   null,
  failure         nvarchar(64)   null,
  held_by         nvarchar(36)   collate Latin1_General_BIN2 null,
  held_until      datetime2(3)   null
);
GO

-- When the link was found to be doubtful, while it is: so that this is told once.
alter table scim.[identity] add doubtful_seen_at datetime2(3) null;
GO
create index identity_doubtful_seen on scim.[identity] (doubtful_seen_at) where doubtful_seen_at is not null;
GO

-- Our roles get these at once, and not only when they are granted anew.
declare @grant nvarchar(max) = N'';
select @grant = @grant + N'grant select on scim.event_receiver to ' + quotename(name) + N'; '
  from sys.database_principals
 where name in (concat(N'scim', N'_auditor'), concat(N'scim', N'_endpoint'), concat(N'scim', N'_operator'));
select @grant = @grant + N'grant insert, update on scim.event_receiver to ' + quotename(name) + N'; '
  from sys.database_principals
 where name = concat(N'scim', N'_endpoint');
exec(@grant);
GO
