/** See `Dialect.expressions.folded`. */
export const foldedMssql = (text: string): string =>
  `lower(${text} collate Latin1_General_CI_AS) collate Latin1_General_BIN2`;

/** See `Dialect.expressions.lastEventSeq`. Babelfish tells the owner alone; nobody else can choose a number. */
export function lastEventSeqMssql(schema: string): string {
  const table = eventTable(schema);
  const named = `N'${table.replaceAll("'", "''")}'`;
  const told = `case when serverproperty('Babelfish') is null then cast(ident_current(${named}) as bigint) end`;
  return `coalesce(${told}, (select max(seq) from ${table}), 0)`;
}

/**
 * See `Dialect.expressions.eventWriters`. Whoever inserts has an intent lock on the table before the number is drawn,
 * and until the transaction ends: a shared lock on the whole table is had when all of them have ended. Those who
 * come behind wait as long as this does, hence briefly. Who is in the way is not told, so they all have one name.
 *
 * Babelfish has PostgreSQL's list of locks instead, and takes no notice of hints.
 */
export function eventWritersMssql(schema: string): string {
  const table = eventTable(schema);
  return `set nocount on;
    if serverproperty('Babelfish') is not null
      select distinct held.virtualtransaction as writer
        from pg_catalog.pg_locks held
       where held.locktype = 'relation' and held.relation = object_id(N'${table.replaceAll("'", "''")}')
         and held.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock');
    else begin
      declare @seq bigint, @writer nvarchar(10);
      set lock_timeout 250;
      begin try
        select top (1) @seq = seq from ${table} with (tablock, holdlock);
      end try
      begin catch
        if error_number() <> 1222 throw;
        set @writer = N'somebody';
      end catch;
      select @writer as writer where @writer is not null;
    end`;
}

const eventTable = (schema: string) => `[${schema.replaceAll(']', ']]')}].[event]`;
