import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CsvRecords } from '../../src/core/preflight/csv-records.js';

const TEXT = 'a,b\r\n"x, ""y""\r\nz" ,2\n\n"",  "q"\t,r\r"last';

const recordsIn = (...pieces: string[]) => {
  const records = new CsvRecords(',', 1);
  return [...pieces.flatMap((piece) => records.take(piece, false)), ...records.take('', true)].map(
    ({ line, cells }) => [line, ...cells.map((cell) => cell.trim())],
  );
};

describe('a CSV text', () => {
  const expected = [
    [1, 'a', 'b'],
    [2, 'x, "y"\r\nz', '2'],
    [4, ''],
    [5, '', 'q', 'r'],
    [6, 'last'],
  ];

  it('is split in the same way wherever its pieces end', () => {
    const text = `${TEXT}"`;
    assert.deepEqual(recordsIn(text), expected);
    for (let cut = 1; cut < text.length; cut++) {
      assert.deepEqual(recordsIn(text.slice(0, cut), text.slice(cut)), expected, `cut at ${cut}`);
    }
    assert.deepEqual(recordsIn(...text), expected);
  });

  const REFUSED: Record<string, [string, RegExp]> = {
    'a quote that is not closed': [TEXT, /a quote is not closed, in the record at line 6/],
    'a quote inside a value': ['a\nb "c"\n', /a quote is inside a value .* at line 2/],
    'text after a closing quote': ['a\n"b" c\n', /continues after its closing quote, .* at line 2/],
    'a record without an end': ['"a'.padEnd(1_000_001, 'b'), /more than 1000000 characters, .* at line 1/],
  };
  for (const [name, [text, message]] of Object.entries(REFUSED)) {
    it(`with ${name} is refused`, () => {
      assert.throws(() => recordsIn(text), message);
    });
  }
});
