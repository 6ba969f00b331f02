/** What all scripts for sqlcmd and SSMS have in common. */

/** An identifier in brackets. */
export const bracketed = (name: string): string => `[${name.replaceAll(']', ']]')}]`;

/** A statement as it stands in a literal. */
export const inLiteral = (statement: string): string => statement.replaceAll("'", "''");

export const literal = (value: string): string => `N'${inLiteral(value)}'`;

/**
 * Text as an expression of ASCII alone: sqlcmd reads a file without a byte-order mark in the code page of the machine.
 * Not for where T-SQL takes a literal only, as THROW and the parameters of EXEC do.
 */
export function asciiLiteral(value: string): string {
  const parts = value.match(/[\x20-\x7e]+|[^\x20-\x7e]/g) ?? [''];
  return parts
    .flatMap((part) =>
      /[\x20-\x7e]/.test(part) || part === ''
        ? // sqlcmd replaces $(…), also in a literal.
          [literal(part).replaceAll('$(', "$' + N'(")]
        : Array.from({ length: part.length }, (_, at) => `nchar(${part.charCodeAt(at)})`),
    )
    .join(' + ');
}

/**
 * The seven options without which SQL Server refuses writes to tables with filtered indexes, indexed views or indexes on
 * computed columns, be they ours or the host application's (1934); sqlcmd starts with QUOTED_IDENTIFIER off. Then what
 * makes an error end the transaction, and the script's COMMIT commit.
 * https://learn.microsoft.com/sql/t-sql/statements/set-quoted-identifier-transact-sql
 */
export const SET_OPTIONS = `set quoted_identifier on;
set ansi_nulls on;
set ansi_padding on;
set ansi_warnings on;
set arithabort on;
set concat_null_yields_null on;
set numeric_roundabort off;
set xact_abort on;
set nocount on;
set implicit_transactions off;`;

/**
 * Begins the transaction of a script. Stops in a database of the server itself, where a client without a database of its
 * own begins, and in a session that has a transaction open: our COMMIT would commit nothing there.
 */
export const BEGIN_SCRIPT = `if db_name() in (N'master', N'model', N'msdb', N'tempdb')
  throw 50004, N'scimctl: this is a database of the server itself; run the script in the database of the application', 1;
if @@trancount > 0
  throw 50012, N'scimctl: a transaction was open in this session, and is rolled back; run the script in a session without one', 1;
begin transaction;`;

/** For a client that knows it: sqlcmd, and SSMS in SQLCMD mode. */
export const STOP_AT_ERRORS = [
  '-- Run with: sqlcmd -b -d DATABASE -i THIS_FILE',
  '-- or open it in SSMS, in SQLCMD mode (Query > SQLCMD Mode), in the database it is for.',
  ':on error exit',
] as const;

/**
 * A batch that does nothing once an earlier one has ended the transaction, in a client that goes on after an error.
 * CREATE VIEW, CREATE SCHEMA and CREATE TRIGGER must be alone in their batch, so a condition can only run them as text.
 */
export const guarded = (batch: string, condition?: string): string =>
  `if @@trancount > 0${condition === undefined ? '' : ` and ${condition}`}\nexec(N'${inLiteral(batch)}');`;

/** What is thrown in the place of COMMIT where an error has ended the transaction. */
export const NOTHING_CHANGED = "50003, N'scimctl: nothing was changed, because of the first error above', 1";

/**
 * A script of batches. With a byte-order mark if it has other characters than those of ASCII: sqlcmd reads a file without
 * one in the code page of the machine, where names and conditions would become others without an error.
 */
export function joinBatches(batches: readonly string[]): string {
  const script = batches.map((batch) => `${batch}\nGO\n`).join('\n');
  return /^[\n\x20-\x7e]*$/.test(script) ? script : `\ufeff${script}`;
}
