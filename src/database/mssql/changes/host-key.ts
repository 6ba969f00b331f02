import type { HostKeyType } from '../../dialect/host-column.js';

/**
 * SQL Server writes a GUID in capitals, the driver in lower case; text must stay as it is. 16 bytes that make
 * 36 characters are a GUID, whatever the column's type says.
 */
export function hostId(column: string): string {
  const text = `cast(${column} as nvarchar(128))`;
  const exact = `${text} collate Latin1_General_BIN2`;
  return `case when datalength(${column}) = 16 and len(${text}) = 36 then lower(${exact}) else ${exact} end`;
}

/** See `Dialect.expressions.hostKey`. */
export function mssqlHostKey(column: string, { dataType, collation }: HostKeyType): string | undefined {
  const [type = ''] = dataType.split('(');
  if (/^(tinyint|smallint|int|bigint|uniqueidentifier)$/.test(type)) return `try_cast(${column} as ${type})`;
  // Of two collations in one comparison the one that is said aloud wins; the host's index has the host's.
  const collated = `collate ${collation !== null && /^\w+$/.test(collation) ? collation : 'database_default'}`;
  if (/^n(var)?char$/.test(type)) return `${column} ${collated}`;
  if (/^(var)?char$/.test(type)) return `cast(${column} as varchar(128)) ${collated}`;
  return undefined;
}

/** The driver binds text as nvarchar, to which SQL Server would convert every row of a varchar column. */
export const mssqlBoundHostKey = ({ dataType }: HostKeyType): string =>
  /^(var)?char\b/.test(dataType) ? 'cast(? as varchar(128))' : '?';
