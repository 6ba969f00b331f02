/** `schema.table`, with a part in double quotes where it has a dot, a double quote or `=`. */
export const tableName = (schema: string, table: string): string => [schema, table].map(part).join('.');

const part = (name: string): string =>
  /[."=]/.test(name) || name === '' ? `"${name.replaceAll('"', '""')}"` : name;

/** Schema and name of a table as `tableName` writes it; nothing where it is not written so. */
export function parseTableName(text: string): { schema: string; name: string } | undefined {
  const found = /^("(?:[^"]|"")+"|[^."=]+)\.("(?:[^"]|"")+"|[^."=]+)$/.exec(text);
  if (!found) return undefined;
  const [schema = '', name = ''] = found.slice(1).map(plain);
  return { schema, name };
}

const plain = (part: string): string =>
  part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
