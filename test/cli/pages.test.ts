import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveGlobals } from '../../src/cli/globals.js';
import { sorted } from '../../src/cli/input/list-options.js';
import type { Column } from '../../src/cli/output/column.js';
import { createOutput, type ListView } from '../../src/cli/output/output.js';
import type { Rows } from '../../src/cli/output/pages.js';
import { waitingFor } from '../../src/cli/output/progress.js';
import { renderTable } from '../../src/cli/output/table.js';
import { fakeWorld } from '../support/processes/world.js';

interface Row {
  id: number;
  name: string | null;
}

const COLUMNS: Column<Row>[] = [
  { key: 'id', label: 'ID', align: 'right' },
  { key: 'name', label: 'NAME' },
];
const rows = (count: number): Row[] => Array.from({ length: count }, (_, id) => ({ id, name: `name ${id}` }));

/** Pages of odd sizes, an empty one among them, and how many were asked for. */
function inPages(all: readonly Row[]) {
  const asked = { pages: 0, ended: false };
  async function* pages(): AsyncGenerator<Row[]> {
    try {
      for (let at = 0, size = 0; at < all.length || size === 0; at += size, size = (size + 7) % 401) {
        asked.pages++;
        yield all.slice(at, at + size);
      }
    } finally {
      asked.ended = true;
    }
  }
  return { pages: pages(), asked };
}

async function listed(rows: Rows<Row>, flags: Record<string, unknown>, view?: ListView) {
  const heard = { stdout: '', stderr: '' };
  const world = fakeWorld(heard);
  await createOutput(resolveGlobals(flags, world), world).list(rows, COLUMNS, 'Nothing.', view);
  return heard;
}

describe('something that takes long', () => {
  const after = (ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'done'));
  async function heardWhile(work: Promise<unknown>, flags: Record<string, unknown>, isTTY: boolean) {
    const heard = { stdout: '', stderr: '' };
    const world = fakeWorld(heard, { isTTY });
    const context = { world, globals: resolveGlobals(flags, world) };
    await waitingFor(context, 'Trying the writes …', work).catch(() => undefined);
    return heard.stderr;
  }

  it('is named on a terminal while it lasts, and wiped when it is over or fails', async () => {
    const broken = after(2100).then(() => Promise.reject(new Error('broken')));
    const [slow, failed, quick, quiet, piped] = await Promise.all([
      heardWhile(after(2100), {}, true),
      heardWhile(broken, {}, true),
      heardWhile(after(10), {}, true),
      heardWhile(after(2100), { quiet: true }, true),
      heardWhile(after(2100), {}, false),
    ]);
    const named = 'Trying the writes …\r\u001b[K';
    assert.deepEqual([slow, failed, quick, quiet, piped], [named, named, '', '', '']);
  });
});

describe('a list in pages', () => {
  for (const output of ['table', 'json', 'csv']) {
    for (const count of [0, 1, 999, 1000, 1001, 5000]) {
      it(`prints what the same list at once prints: ${count} rows as ${output}`, async () => {
        const all = rows(count);
        assert.deepEqual(await listed(inPages(all).pages, { output }), await listed(all, { output }));
      });
    }
  }

  it('as JSON is what JSON.stringify makes of it', async () => {
    for (const count of [0, 1, 1200]) {
      const { stdout } = await listed(inPages(rows(count)).pages, { output: 'json' });
      assert.equal(stdout, `${JSON.stringify(rows(count), null, 2)}\n`);
    }
  });

  it('as a table, with what is wider further down, is in no way cut without a terminal', async () => {
    const all = [...rows(1500), { id: 1500, name: 'z'.repeat(100) }, { id: 1501, name: 'short' }];
    const { stdout } = await listed(inPages(all).pages, {});
    assert.equal(stdout.split('\n').at(-3), `1500  ${'z'.repeat(100)}`);
    assert.equal(
      stdout.split('\n').slice(0, 100).join('\n'),
      (await renderTable(all.slice(0, 1000), COLUMNS, { color: false, isTerminal: false, width: 80 }))
        .split('\n')
        .slice(0, 100)
        .join('\n'),
    );
  });

  it('ends at its limit, says so, and asks for no more', async () => {
    const { pages, asked } = inPages(rows(5000));
    const { stdout, stderr } = await listed(pages, { output: 'csv' }, { limit: 10 });

    assert.equal(stdout.split('\r\n').length, 12);
    assert.match(stderr, /^There are more than 10 rows/);
    assert.ok(asked.ended && asked.pages < 5, `${asked.pages} pages`);
  });

  it('says nothing of a limit that it does not reach', async () => {
    for (const limit of [0, 10, 11]) {
      const { stdout, stderr } = await listed(inPages(rows(10)).pages, { output: 'csv' }, { limit });
      assert.deepEqual([stdout.split('\r\n').length, stderr], [12, '']);
    }
  });

  it('has the columns that were chosen, in their order, in every form', async () => {
    const view = { columns: ['name', 'id'] };
    const of = async (output: string) => (await listed(inPages(rows(2)).pages, { output }, view)).stdout;

    assert.equal(await of('csv'), 'name,id\r\nname 0,0\r\nname 1,1\r\n');
    assert.equal(await of('table'), 'NAME    ID\nname 0   0\nname 1   1\n');
    assert.deepEqual(Object.keys(JSON.parse(await of('json'))[0]), ['name', 'id']);
    assert.equal((await listed(rows(2), { quiet: true }, view)).stdout, 'name 0\nname 1\n');
  });

  it('hands an error on, and the pages are let go of', async () => {
    async function* broken(): AsyncGenerator<Row[]> {
      yield rows(3);
      throw new Error('the server went away');
    }
    await assert.rejects(listed(broken(), { output: 'csv' }), /the server went away/);
  });
});

describe('a list that is sorted', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  const all = [
    { name: 'b10', days: 2, at: at(2), on: true },
    { name: null, days: 30, at: null, on: false },
    { name: 'b9', days: 1, at: at(3), on: true },
    { name: 'A', days: 4, at: at(1), on: false },
  ];
  const names = (key: string, descending = false) => sorted(all, { key, descending }).map(({ name }) => name);

  it('goes by what the values are, with those that have none at the end', () => {
    assert.deepEqual(names('name'), ['A', 'b9', 'b10', null]);
    assert.deepEqual(names('name', true), ['b10', 'b9', 'A', null]);
    assert.deepEqual(names('days'), ['b9', 'b10', 'A', null]);
    assert.deepEqual(names('at', true), ['b9', 'b10', 'A', null]);
    assert.deepEqual(names('on').slice(0, 2), [null, 'A']);
    assert.equal(sorted(all, undefined), all);
  });
});
