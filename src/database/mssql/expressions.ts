/** See `Dialect.expressions.folded`. */
export const foldedMssql = (text: string): string =>
  `lower(${text} collate Latin1_General_CI_AS) collate Latin1_General_BIN2`;

/** See `Dialect.expressions.lastEventSeq`. Babelfish tells the owner alone; nobody else can choose a number. */
export function lastEventSeqMssql(schema: string): string {
  const table = `[${schema.replaceAll(']', ']]')}].[event]`;
  const named = `N'${table.replaceAll("'", "''")}'`;
  const told = `case when serverproperty('Babelfish') is null then cast(ident_current(${named}) as bigint) end`;
  return `coalesce(${told}, (select max(seq) from ${table}), 0)`;
}
