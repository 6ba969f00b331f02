import type { HostKeyType } from '../../dialect/host-column.js';

const UUID = "'^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'";
const INTEGER = "'^(0|-{0,1}[1-9][0-9]{0,18})$'";
const MAX_BIGINT = '9223372036854775807';

/** See `Dialect.expressions.hostKey`. A cast that fails would fail the statement, so only what fits is cast. */
export function postgresHostKey(
  column: string,
  { dataType, collation, collationSchema }: HostKeyType,
): string | undefined {
  const [type = ''] = dataType.split('(');
  if (/^(smallint|integer|bigint)$/.test(type)) {
    const fitting = `case when abs(cast(${column} as numeric)) <= ${MAX_BIGINT} then cast(${column} as bigint) end`;
    return `case when ${column} ~ ${INTEGER} then ${fitting} end`;
  }
  if (type === 'uuid') return `case when ${column} ~ ${UUID} then cast(${column} as uuid) end`;
  if (!/^(character varying|character|text)$/.test(type)) return undefined;
  // An index has its column's collation, and is found by no other.
  return collation === null ? column : `${column} collate ${quoted(collationSchema)}.${quoted(collation)}`;
}

const quoted = (name: string | null) => `"${(name ?? 'pg_catalog').replaceAll('"', '""')}"`;
