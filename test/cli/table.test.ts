import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column } from '../../src/cli/output/output.js';
import { renderTable } from '../../src/cli/output/table.js';

interface Row {
  name: string;
  days: number;
}

const ROWS: Row[] = [
  { name: '김민수', days: 3 },
  { name: 'Anna', days: 45 },
];
const COLUMNS: Column<Row>[] = [
  { key: 'name', label: 'NAME' },
  { key: 'days', label: 'DAYS', align: 'right' },
];

const lines = async (isTerminal: boolean, width: number) =>
  (await renderTable(ROWS, COLUMNS, { color: false, isTerminal, width })).split('\n');

test('a table is boxed on a terminal that it fits', async () => {
  const boxed = await lines(true, 17);
  assert.equal(boxed[0], '┌────────┬──────┐');
  assert.equal(boxed[3], '│ 김민수 │    3 │');
});

for (const [where, isTerminal, width] of [
  ['on a narrower terminal', true, 16],
  ['without a terminal', false, 200],
] as const) {
  test(`a table has no box ${where}`, async () => {
    assert.deepEqual(await lines(isTerminal, width), ['NAME    DAYS', '김민수     3', 'Anna      45', '']);
  });
}
