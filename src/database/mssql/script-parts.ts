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
        ? [literal(part)]
        : Array.from({ length: part.length }, (_, at) => `nchar(${part.charCodeAt(at)})`),
    )
    .join(' + ');
}

/**
 * The seven options without which SQL Server refuses writes to tables with filtered indexes, indexed views or indexes on
 * computed columns, be they ours or the host application's (1934); sqlcmd starts with QUOTED_IDENTIFIER off. Then what
 * makes an error end the transaction.
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
set nocount on;`;

/** Stops in a database of the server itself, where a client without a database of its own begins. */
export const NOT_IN_MASTER = `if db_name() in (N'master', N'model', N'msdb', N'tempdb')
  throw 50004, N'scimctl: this is a database of the server itself; run the script in the database of the application', 1;`;
