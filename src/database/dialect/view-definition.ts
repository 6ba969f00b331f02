/** Where a column of a view comes from, as the view's definition names it. */
export interface SourceColumn {
  /** Parts of the name of the table, the schema first where it is said. */
  table: readonly string[];
  column: string;
}

export interface ViewDefinition {
  /** The columns of the view that are columns of a table and nothing else, by their names in lower case. */
  columns: ReadonlyMap<string, SourceColumn>;
  /** The columns of the view that are columns of a table, or of a query within, which the definition does not name. */
  unplaced: ReadonlySet<string>;
  /** The tables that show all their columns under their own names: `select *`, `select u.*`. */
  whole: readonly (readonly string[])[];
  /** The tables that it reads. */
  tables: readonly (readonly string[])[];
  /** Whether it shows every row of its first table; a condition, a join or a query within may leave some out. */
  showsAll: boolean;
  /** Whether its rows are made of several rows: GROUP BY, HAVING, DISTINCT. */
  isGrouped: boolean;
}

/** What is not worth understanding: sets of rows that are made of others. */
const TOO_MUCH = ['union', 'except', 'intersect'];
/** What ends the tables of a query. */
const AFTER_TABLES = [
  'where',
  'group',
  'having',
  'order',
  'window',
  'limit',
  'offset',
  'fetch',
  'for',
  'option',
];
/** What comes behind the name of a table and is no other name for it. */
const NO_ALIAS = [
  ...AFTER_TABLES,
  ...TOO_MUCH,
  'with',
  'on',
  'left',
  'right',
  'full',
  'inner',
  'outer',
  'cross',
  'join',
  'using',
];

interface Token {
  /** A name without its quotes, a word as it is written, or the sign itself. */
  text: string;
  kind: 'word' | 'quoted' | 'other';
  /** How many parentheses it stands in. */
  depth: number;
}

/**
 * Reads the definition of a view, as PostgreSQL writes it or as it was given to SQL Server.
 * @returns nothing where it is more than one plain query.
 */
export function readViewDefinition(text: string): ViewDefinition | undefined {
  const all = tokensOf(text);
  const begin = all.findIndex((one, at) => is(one, 'select') && one.depth === 0 && isBodyAt(all, at));
  if (begin < 0) return undefined;
  const [header, body] = [all.slice(0, begin), all.slice(begin + 1).filter((one) => one.text !== ';')];
  const top = (...words: string[]) => body.some((one) => one.depth === 0 && is(one, ...words));
  if (top(...TOO_MUCH) || (header.length > 0 && !header.some((one) => is(one, 'view')))) return undefined;
  const from = body.findIndex((one) => one.depth === 0 && is(one, 'from'));
  if (from < 0) return undefined;
  const end = body.findIndex((one, at) => at > from && one.depth === 0 && is(one, ...AFTER_TABLES));
  const tables = body.slice(from, end < 0 ? undefined : end);
  const limits = ['where', 'group', 'having', 'limit', 'offset', 'fetch', 'distinct', 'top'];
  const aliases = aliasesIn(tables);
  const items = itemsOf(body.slice(0, from));
  const names = namesIn(header);
  return {
    ...columnsOf(items, names, aliases),
    whole: names ? [] : items.flatMap((item) => wholeTables(item, aliases)),
    tables: [...new Set(aliases.values())],
    showsAll: !top(...limits) && !leavesOut(tables),
    isGrouped: top('group', 'having', 'distinct'),
  };
}

const is = ({ kind, text }: Token, ...words: string[]): boolean =>
  kind === 'word' && words.includes(text.toLowerCase());

/** The query itself: at the beginning, or behind the AS of a CREATE VIEW. */
const isBodyAt = (all: readonly Token[], at: number): boolean => {
  const before = all[at - 1];
  return before === undefined || is(before, 'as');
};

/** Names, quoted in either way, words, and signs one by one; without comments and texts. */
function tokensOf(text: string): Token[] {
  const found = text.matchAll(
    /--[^\n]*|\/\*[\s\S]*?\*\/|[nN]?'(?:[^']|'')*'|"((?:[^"]|"")*)"|\[((?:[^\]]|\]\])*)\]|([\p{L}_@#][\p{L}\p{N}_@#$]*)|(\S)/gu,
  );
  const tokens: Token[] = [];
  let depth = 0;
  for (const [whole, double, bracketed, word, sign] of found) {
    if (whole.startsWith('--') || whole.startsWith('/*')) continue;
    if (sign === ')') depth--;
    const quoted = double?.replaceAll('""', '"') ?? bracketed?.replaceAll(']]', ']');
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted, depth });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, depth });
    else tokens.push({ kind: 'other', text: sign ?? "'", depth });
    if (sign === '(') depth++;
  }
  return tokens;
}

/** The names of its columns that a CREATE VIEW gives itself. */
function namesIn(header: readonly Token[]): string[] | undefined {
  const names = header.filter(({ depth, kind }) => depth === 1 && kind !== 'other').map(({ text }) => text);
  return names.length > 0 ? names : undefined;
}

function columnsOf(
  items: readonly Token[][],
  names: readonly string[] | undefined,
  aliases: ReadonlyMap<string, readonly string[]>,
): Pick<ViewDefinition, 'columns' | 'unplaced'> {
  const columns = new Map<string, SourceColumn>();
  const unplaced = new Set<string>();
  const [only, another] = new Set(aliases.values());
  for (const [at, item] of items.entries()) {
    const { path, name } = sourceIn(item);
    const column = path.at(-1);
    const called = names?.[at] ?? name ?? column;
    if (column === undefined || called === undefined) continue;
    const table = path.length > 1 ? aliases.get(key(path.slice(0, -1))) : another ? undefined : only;
    if (table && called) columns.set(called.toLowerCase(), { table, column });
    else unplaced.add(called.toLowerCase());
  }
  return { columns, unplaced };
}

/** The tables of which an item shows all columns: `*` those of each, `u.*` those of one. */
function wholeTables(
  item: readonly Token[],
  aliases: ReadonlyMap<string, readonly string[]>,
): (readonly string[])[] {
  if (item.at(-1)?.text !== '*') return [];
  if (item.length === 1) return [...new Set(aliases.values())];
  const path = pathAt(item, 0);
  const table = item.length === path.length * 2 + 1 ? aliases.get(key(path)) : undefined;
  return table ? [table] : [];
}

const key = (path: readonly string[]): string => path.map((part) => part.toLowerCase()).join('\0');

function itemsOf(list: readonly Token[]): Token[][] {
  const items: Token[][] = [[]];
  for (const token of list) {
    if (token.text === ',' && token.depth === 0 && token.kind === 'other') items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** `u.login as login_name`, `u.login`, `login_name = u.login`; no path where it is anything more. */
function sourceIn(item: readonly Token[]): { path: string[]; name?: string | undefined } {
  const isNamedFirst = item[1]?.text === '=' && item[0]?.kind !== 'other';
  const rest = isNamedFirst ? item.slice(2) : item;
  const path = pathAt(rest, 0);
  const behind = rest.slice(Math.max(0, path.length * 2 - 1));
  const alias = behind[0] && is(behind[0], 'as') ? behind.slice(1) : behind;
  if (alias.length > 1 || alias[0]?.kind === 'other') return { path: [] };
  return { path, name: isNamedFirst ? item[0]?.text : alias[0]?.text };
}

/** Names with dots between them, from here on. */
function pathAt(tokens: readonly Token[], from: number): string[] {
  const path: string[] = [];
  for (let at = from; ; at += 2) {
    const name = tokens[at];
    if (!name || name.kind === 'other') return path;
    path.push(name.text);
    if (tokens[at + 1]?.text !== '.') return path;
  }
}

/** The tables by the names that columns have in front of them. */
function aliasesIn(tables: readonly Token[]): Map<string, readonly string[]> {
  const aliases = new Map<string, readonly string[]>();
  for (const [at, token] of tables.entries()) {
    if (!is(token, 'from', 'join') && !(token.text === ',' && token.depth === 0)) continue;
    let next = at + 1;
    while (tables[next]?.text === '(') next++;
    const path = pathAt(tables, next);
    const first = tables[next];
    if (path.length === 0 || (first && is(first, 'select', 'lateral'))) continue;
    next += path.length * 2 - 1;
    const as = tables[next];
    const alias = as && is(as, 'as') ? tables[next + 1] : as;
    const isAlias = alias !== undefined && alias.kind !== 'other' && !is(alias, ...NO_ALIAS);
    if (isAlias) aliases.set(key([alias.text]), path);
    else {
      aliases.set(key(path), path);
      aliases.set(key(path.slice(-1)), path);
    }
  }
  return aliases;
}

/** Queries within, joins other than to the left, and more than one table without a join. */
const leavesOut = (tables: readonly Token[]): boolean =>
  tables.some((one, at) => {
    if (is(one, 'select') || (one.text === ',' && one.depth === 0)) return true;
    if (!is(one, 'join')) return false;
    const before = tables.slice(Math.max(0, at - 2), at);
    return !before.some((word) => is(word, 'left', 'full'));
  });
