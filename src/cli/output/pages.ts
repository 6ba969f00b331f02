import { printableJson } from '../../printable.js';

/** A list that is there, or one that comes in pages. */
export type Rows<Row> = readonly Row[] | AsyncIterable<readonly Row[]>;

/** So many rows of a list that is there are made into text at once. */
const ROWS_AT_ONCE = 500;

export async function* tablePages<Row>(rows: Rows<Row>): AsyncGenerator<readonly Row[]> {
  if (!Array.isArray(rows)) return yield* rows as AsyncIterable<readonly Row[]>;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE);
}

/** The first rows, and no more asked for than tells whether there are more; 0 for all of them. */
export async function* limitedTo<Row>(
  limit: number,
  pages: AsyncIterable<readonly Row[]>,
  onMore: () => void,
): AsyncGenerator<readonly Row[]> {
  if (limit === 0) return yield* pages;
  let left = limit;
  for await (const page of pages) {
    if (left > 0 && page.length > 0) yield page.slice(0, left);
    if (page.length > left) return onMore();
    left -= page.length;
  }
}

/** Hands each page on until they end, or nobody takes them. @returns how many rows there were. */
export async function handOver<Row>(
  pages: AsyncIterable<readonly Row[]>,
  take: (page: readonly Row[]) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    if (!(await take(page))) break;
  }
  return count;
}

/** The pages with those at the beginning put together, until they have so many rows. */
export async function* withBeginning<Row>(
  pages: AsyncIterable<readonly Row[]>,
  least: number,
): AsyncGenerator<{ page: readonly Row[]; isFirst: boolean; isAll: boolean }> {
  const beginning: Row[] = [];
  let isFirst = true;
  for await (const page of pages) {
    if (!isFirst) yield { page, isFirst, isAll: false };
    else {
      beginning.push(...page);
      if (beginning.length < least) continue;
      yield { page: beginning, isFirst, isAll: false };
      isFirst = false;
    }
  }
  if (isFirst) yield { page: beginning, isFirst, isAll: true };
}

/** One JSON array, as JSON.stringify indents it. */
export async function writeJsonArray<Row>(
  pages: AsyncIterable<readonly Row[]>,
  write: (text: string) => Promise<boolean>,
): Promise<number> {
  const count = await writeItems(pages, write, '');
  await write('\n');
  return count;
}

/** One JSON object that ends with an array. */
export async function writeJsonWithArray<Row>(
  members: object,
  [name, pages]: readonly [name: string, pages: AsyncIterable<readonly Row[]>],
  write: (text: string) => Promise<boolean>,
): Promise<void> {
  await write(`${withoutEnd(members)},\n  ${JSON.stringify(name)}: `);
  await writeItems(pages, write, '  ');
  await write('\n}\n');
}

/** One JSON object with an array that is long, between members that are known before it and others that are known after. */
export async function writeJsonAround<Row>(
  before: object,
  [name, pages]: readonly [name: string, pages: AsyncIterable<readonly Row[]>],
  after: () => Promise<object>,
  write: (text: string) => Promise<boolean>,
): Promise<void> {
  await write(`${withoutEnd(before)},\n  ${JSON.stringify(name)}: `);
  await writeItems(pages, write, '  ');
  await write(`,${withoutEnd(await after()).slice(1)}\n}\n`);
}

const withoutEnd = (members: object): string => indented(members).replace(/\n\}$/, '');

const indented = (document: unknown): string => printableJson(JSON.stringify(document, null, 2));

/**
 * The pages of a generator that does its work page by page. `end` completes the work if the reader of the pages stops.
 * @returns the pages, and `end`, which resolves to the result of the whole work.
 */
export function toTheEnd<Row, Result>(
  work: AsyncGenerator<readonly Row[], Result>,
  onRows: (count: number) => void,
): { pages: AsyncIterable<readonly Row[]>; end: () => Promise<Result> } {
  let count = 0;
  let last: { result: Result } | undefined;
  const next = async (): Promise<readonly Row[] | undefined> => {
    const { done, value } = await work.next();
    if (done) {
      last = { result: value };
      return undefined;
    }
    count += value.length;
    onRows(count);
    return value;
  };
  return {
    // Of its own: whoever stops taking pages ends the generator that they come from.
    pages: (async function* () {
      for (let page = await next(); page; page = await next()) yield page;
    })(),
    end: async () => {
      while (!last) await next();
      return last.result;
    },
  };
}

async function writeItems<Row>(
  pages: AsyncIterable<readonly Row[]>,
  write: (text: string) => Promise<boolean>,
  indentation: string,
): Promise<number> {
  let between = '[\n';
  const count = await handOver(pages, (page) => {
    const text = page.map((row) => {
      const lines = indented(row).replaceAll('\n', `\n${indentation}  `);
      const item = `${between}${indentation}  ${lines}`;
      between = ',\n';
      return item;
    });
    return write(text.join(''));
  });
  await write(count === 0 ? '[]' : `\n${indentation}]`);
  return count;
}

/** The rows with nothing but these of their members. */
export async function* onlyKeys<Row extends object>(
  pages: AsyncIterable<readonly Row[]>,
  keys: readonly string[],
): AsyncGenerator<readonly object[]> {
  for await (const page of pages) {
    yield page.map((row) => Object.fromEntries(keys.map((key) => [key, row[key as keyof Row]])));
  }
}
