import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { CsvError, parse } from 'csv-parse/sync';
import { type CsvRow, csvRows } from '../../src/core/preflight/export/csv-rows.js';
import { Unreadable } from '../../src/core/preflight/export/unreadable.js';
import { inPieces } from '../support/running/in-pieces.js';
import { Chance } from '../support/scim/fuzz.js';

const TEXTS = Number(process.env.SCIMCTL_TEST_CSV ?? 1_000);
const { SCIMCTL_TEST_SEED, CI } = process.env;
const SEED = Number(SCIMCTL_TEST_SEED ?? (CI ? 710_332 : randomInt(2 ** 31)));

async function allOf(text: AsyncIterable<string>): Promise<CsvRow[]> {
  const all: CsvRow[] = [];
  for await (const rows of csvRows(text)) all.push(...rows);
  return all;
}

async function rowsIn(text: AsyncIterable<string>): Promise<CsvRow[] | 'unreadable'> {
  try {
    return await allOf(text);
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error));
    return 'unreadable';
  }
}

/** What the library makes of the whole text at once. */
function expectedOf(text: string, delimiter: string): CsvRow[] | 'unreadable' {
  try {
    const records: string[][] = parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      trim: true,
    });
    let line = 1;
    return records.flatMap((values) => {
      const row = { line, cells: values.map((value) => value.trim()) };
      line += 1 + values.reduce((sum, value) => sum + (value.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
      return row.cells.some((cell) => cell !== '') ? [row] : [];
    });
  } catch (error) {
    assert.ok(error instanceof CsvError);
    return 'unreadable';
  }
}

const VALUES = ['anna', '', ' ', ' a b ', 'Müller', "O'Hara", '#', '😀'];
const QUOTED = [
  '"anna"',
  '""',
  '"a ""b"" c"',
  '"Doe, Jane"',
  '"two\nlines"',
  '"two\r\nlines"',
  ' "blank" ',
  '"a"',
];
const WRONG = ['"', 'a"b', '"a"b', '"a', '""a'];

/** Lines of a file of one style, with now and then something else among them. */
function randomText(chance: Chance, separator: string): string {
  const usual = chance.pick([VALUES, VALUES, QUOTED, [...VALUES, ...QUOTED], ['"a"', '""', '"b c"']]);
  const ending = chance.pick(['\n', '\r\n', '\r']);
  let text = ['name', 'mail', 'id'].join(separator);
  for (let line = chance.below(12); line > 0; line--) {
    text += chance.below(15) === 0 ? chance.pick(['\n', '\r\n', '\r', '\n\n']) : ending;
    const isOdd = chance.below(40) === 0;
    const values = Array.from({ length: 1 + chance.below(4) }, () =>
      chance.pick(isOdd ? WRONG : chance.below(12) === 0 ? QUOTED : usual),
    );
    text += values.join(separator);
  }
  return chance.below(3) === 0 ? text : text + ending;
}

describe('rows of CSV', () => {
  it(`are those that the library reads, however the text comes: ${TEXTS} texts, seed ${SEED}`, async () => {
    let unreadable = 0;
    for (let n = 0; n < TEXTS; n++) {
      const seed = (SEED + n) % 2 ** 31;
      const chance = new Chance(seed);
      const separator = chance.pick([',', ';', '\t']);
      const text = randomText(chance, separator);
      const expected = expectedOf(text, separator);
      if (expected === 'unreadable') unreadable++;
      const rows = await rowsIn(inPieces(text, chance));
      assert.deepEqual(
        rows,
        expected,
        `SCIMCTL_TEST_SEED=${seed} SCIMCTL_TEST_CSV=1: ${JSON.stringify(text)}`,
      );
    }
    assert.ok(TEXTS === 1 || (unreadable > 0 && unreadable < TEXTS / 2), `${unreadable} are unreadable`);
  });

  it('name the line of the file in an error, also far behind its beginning', async () => {
    async function* text() {
      yield `a,b\n${'"x",y\n'.repeat(20_000)}`;
      yield '1,2\n3,a"b\n';
    }
    await assert.rejects(() => allOf(text()), /at line 20003/);
  });

  for (const [what, line] of [
    ['a quote that is never closed', '"x\n'],
    ['no line break', 'xx'],
  ] as const) {
    it(`end at a record that is too long, with ${what}`, async () => {
      async function* text() {
        yield `a,b\n${line}`;
        for (let n = 0; n < 40; n++) yield line.replace('"', 'x').repeat(16_000);
      }
      await assert.rejects(() => allOf(text()), Unreadable);
    });
  }
});
