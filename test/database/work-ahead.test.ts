import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workAhead } from '../../src/database/sql/paging.js';

/** Pages from 1 on, which note how many were asked for and whether they were let go of. */
function numbered(count: number) {
  const seen = { asked: 0, ended: false };
  async function* pages() {
    try {
      for (let page = 1; page <= count; page++) {
        seen.asked = page;
        yield page;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, pages: pages() };
}

describe('work on pages ahead of the reader', () => {
  it('is handed over in the order of the pages, whichever is done first', async () => {
    const waiting: (() => void)[] = [];
    const { pages } = numbered(5);
    const results = workAhead(
      pages,
      (page) => new Promise<number>((resolve) => waiting.push(() => resolve(page * 10))),
      2,
    );

    const found: number[] = [];
    const reading = (async () => {
      for await (const result of results) found.push(result);
    })();
    // The latest that is under way is done first.
    while (found.length < 5) {
      waiting.pop()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reading;

    assert.deepEqual(found, [10, 20, 30, 40, 50]);
  });

  it('is never further ahead than it was told to be, and lets go of the pages with the reader', async () => {
    const { seen, pages } = numbered(100);
    const results = workAhead(pages, async (page) => page, 2);

    await results.next();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(seen.asked <= 3, `${seen.asked} were asked for`);
    await results.return(undefined);

    assert.ok(seen.ended);
  });

  it('fails when the turn of what failed comes, and not before', async () => {
    const { seen, pages } = numbered(9);
    const results = workAhead(
      pages,
      async (page) => {
        if (page === 2) throw new Error('the second');
        return page;
      },
      2,
    );

    assert.equal((await results.next()).value, 1);
    await assert.rejects(results.next(), /the second/);
    assert.ok(seen.ended);
  });
});
