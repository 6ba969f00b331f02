/** A list that is there, or one that comes in pages. */
export type Rows<Row> = readonly Row[] | AsyncIterable<readonly Row[]>;

/** So many rows of a list that is there are made into text at once. */
const ROWS_AT_ONCE = 500;

export async function* pagesOf<Row>(rows: Rows<Row>): AsyncGenerator<readonly Row[]> {
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
  const beginning = JSON.stringify(members, null, 2).replace(/\n\}$/, '');
  await write(`${beginning},\n  ${JSON.stringify(name)}: `);
  await writeItems(pages, write, '  ');
  await write('\n}\n');
}

async function writeItems<Row>(
  pages: AsyncIterable<readonly Row[]>,
  write: (text: string) => Promise<boolean>,
  indentation: string,
): Promise<number> {
  let between = '[\n';
  const count = await handOver(pages, (page) => {
    const text = page.map((row) => {
      const lines = JSON.stringify(row, null, 2).replaceAll('\n', `\n${indentation}  `);
      const item = `${between}${indentation}  ${lines}`;
      between = ',\n';
      return item;
    });
    return write(text.join(''));
  });
  await write(count === 0 ? '[]' : `\n${indentation}]`);
  return count;
}
