import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../../src/cli/output/table.js';
const ROWS = [
    { name: '김민수', days: 3 },
    { name: 'Anna', days: 45 },
];
const COLUMNS = [
    { key: 'name', label: 'NAME' },
    { key: 'days', label: 'DAYS', align: 'right' },
];
const lines = async (isTerminal, width) => (await renderTable(ROWS, COLUMNS, { color: false, isTerminal, width })).split('\n');
test('a table is boxed on a terminal that it fits', async () => {
    const boxed = await lines(true, 17);
    assert.equal(boxed[0], '┌────────┬──────┐');
    assert.equal(boxed[3], '│ 김민수 │    3 │');
});
for (const [where, isTerminal, width] of [
    ['on a narrower terminal', true, 16],
    ['without a terminal', false, 200],
]) {
    test(`a table has no box ${where}`, async () => {
        assert.deepEqual(await lines(isTerminal, width), ['NAME    DAYS', '김민수     3', 'Anna      45', '']);
    });
}
