import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Column } from '../../src/cli/output/column.js';
import { renderCsv } from '../../src/cli/output/csv.js';
import { renderFields, renderTable } from '../../src/cli/output/table.js';
import { printable, printableCell, printableJson } from '../../src/printable.js';

interface Row {
  name: unknown;
  at: Date | null;
}
const columns: Column<Row>[] = [
  { key: 'name', label: 'NAME' },
  { key: 'at', label: 'AT' },
];
const at = new Date('2026-01-31T08:09:10.123Z');

describe('CSV', () => {
  const cell = (name: unknown) =>
    renderCsv([{ name, at: null }], columns)
      .split('\r\n')
      .slice(1, -1)
      .join('\r\n')
      .replace(/,$/, '');

  it('has a head of JSON keys, CR LF after every record, and instants as in JSON', () => {
    assert.equal(renderCsv([{ name: 'Anna', at }], columns), 'name,at\r\nAnna,2026-01-31T08:09:10.123Z\r\n');
    assert.equal(renderCsv([], columns), 'name,at\r\n');
  });

  it('quotes what has to be quoted, and nothing else (RFC 4180)', () => {
    const cases: [unknown, string][] = [
      ['plain', 'plain'],
      ['', ''],
      [null, ''],
      [undefined, ''],
      ['Miller, James, Jr.', '"Miller, James, Jr."'],
      ['the "boss"', '"the ""boss"""'],
      ['two\nlines', '"two\nlines"'],
      ['two\r\nlines', '"two\r\nlines"'],
      [' blanks ', ' blanks '],
      ["O'Neill; x", "O'Neill; x"],
      ['王小明 🚀', '王小明 🚀'],
      [7, '7'],
      [-7, '-7'],
      [true, 'true'],
      [{ a: 'b,c' }, '"{""a"":""b,c""}"'],
    ];
    for (const [value, expected] of cases) assert.equal(cell(value), expected);
  });

  it('runs nothing in a spreadsheet', () => {
    const bad = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\tx',
      '\rx',
      '=HYPERLINK("http://x","y")',
      "-2+3+cmd|' /C calc'!A0",
    ];
    for (const text of bad) {
      const [inner = ''] = /^"(.*)"$/s.exec(cell(text))?.slice(1) ?? [cell(text)];
      assert.equal(inner.replaceAll('""', '"'), `'${text}`);
    }
    assert.equal(cell('a=b'), 'a=b');
  });
});

const HIDDEN_ONES = String.raw`\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe0f\ufeff\ufff9-\ufffb\u{e0000}-\u{e01ef}`;

describe('text for a terminal', () => {
  it('shows what would do something there as what it is', () => {
    const cases = {
      '\u001b[2J': '\\u{1b}[2J',
      '\u009b31m': '\\u{9b}31m',
      'a\u0007b\u0008c\u007f': 'a\\u{7}b\\u{8}c\\u{7f}',
      'line\rover': 'line\\u{d}over',
      '\u202egnp.exe': '\\u{202e}gnp.exe',
      '\u2066a\u2069\u200e\u200f\u061c': '\\u{2066}a\\u{2069}\\u{200e}\\u{200f}\\u{61c}',
      '\u0000': '\\u{0}',
      '\t': '\\u{9}',
      'an\u200bna': 'an\\u{200b}na',
      'an\u200c\u200d\u2060\ufeffna': 'an\\u{200c}\\u{200d}\\u{2060}\\u{feff}na',
      'soft\u00adhyphen\u3164': 'soft\\u{ad}hyphen\\u{3164}',
      'Anna\u{e0041}\u{e007f}': 'Anna\\u{e0041}\\u{e007f}',
      'Anna\ufe0f\u{e0100}1\ufe0f': 'Anna\\u{fe0f}\\u{e0100}1\\u{fe0f}',
      'علی\u200c': 'علی\\u{200c}',
      '👩\u200d': '👩\\u{200d}',
      '\ufff9a\ufffb\u2028': '\\u{fff9}a\\u{fffb}\\u{2028}',
    };
    for (const [text, shown] of Object.entries(cases)) {
      assert.equal(printable(text), shown);
      // Each of them in JSON too, which is none the less the same text.
      const json = printableJson(JSON.stringify({ text }, null, 2));
      assert.deepEqual(JSON.parse(json), { text });
      assert.doesNotMatch(json, new RegExp(`[${HIDDEN_ONES}]`, 'u'));
    }
  });

  it('keeps what people write', () => {
    for (const text of [
      'Zoë Müller',
      'Ελένη',
      'ليلى حداد',
      '王小明',
      '👩🏽‍🔬',
      '❤️‍🔥 1️⃣',
      'علی‌رضا',
      'क्‍ष',
      '葛󠄀城',
      "Siobhán O'Neill",
      'two\nlines',
    ]) {
      assert.equal(printable(text), text);
      const json = JSON.stringify(text);
      assert.equal(printableJson(json), json);
    }
    assert.equal(printableCell('two\nlines'), 'two lines');
  });

  it('is so in tables and fields, at a terminal and in a pipe', async () => {
    const row = { name: '\u001b]0;owned\u0007\nnext', at };
    for (const isTerminal of [true, false]) {
      const style = { color: false, isTerminal, width: 100 };
      const text = (await renderTable([row], columns, style)) + (await renderFields(row, columns, style));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      assert.match(text, /\\u\{1b\}\]0;owned\\u\{7\} next/);
    }
  });

  it('shows instants to the minute, in UTC, and says so', async () => {
    const style = { color: false, isTerminal: false, width: 100 };
    assert.equal(
      await renderFields({ name: 'Anna', at }, columns, style),
      'NAME:  Anna\nAT:    2026-01-31 08:09 UTC\n',
    );
    assert.equal(await renderTable([{ name: true, at: null }], columns, style), 'NAME  AT\nyes\n');
  });
});
