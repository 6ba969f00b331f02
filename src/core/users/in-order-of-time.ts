interface Ended {
  endedAt: Date;
}

/** Two lists in pages as one, longest ago first; each is in this order already. Keeps a page of each. */
export async function* inOrderOfTime<Row extends Ended>(
  one: AsyncGenerator<Row[]>,
  other: AsyncGenerator<Row[]>,
): AsyncGenerator<Row[]> {
  try {
    let [a, b] = [await nextOf(one), await nextOf(other)];
    while (a.length > 0 && b.length > 0) {
      // What is on neither page comes after the page that ends first.
      const last = Math.min(lastOf(a), lastOf(b));
      const isUpTo = ({ endedAt }: Ended) => endedAt.getTime() <= last;
      const page = [...a.filter(isUpTo), ...b.filter(isUpTo)];
      yield page.sort((x, y) => x.endedAt.getTime() - y.endedAt.getTime());
      a = a.filter((row) => !isUpTo(row));
      b = b.filter((row) => !isUpTo(row));
      if (a.length === 0) a = await nextOf(one);
      if (b.length === 0) b = await nextOf(other);
    }
    if (a.length > 0) yield a;
    if (b.length > 0) yield b;
    yield* one;
    yield* other;
  } finally {
    await one.return(undefined);
    await other.return(undefined);
  }
}

async function nextOf<Row>(pages: AsyncGenerator<Row[]>): Promise<Row[]> {
  const { done, value } = await pages.next();
  return done ? [] : value;
}

const lastOf = (page: readonly Ended[]): number => page.at(-1)?.endedAt.getTime() ?? 0;
