import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Column } from '../../src/cli/output/column.js';
import { beginTable, renderFields, renderTable } from '../../src/cli/output/table.js';
import { cutTo, displayWidth, padTo } from '../../src/cli/output/width.js';
import { sentences } from '../../src/cli/output/wrap.js';

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

describe('the width of a text', () => {
  for (const [text, width] of [
    ['', 0],
    ['Anna', 4],
    ['Zoë', 3],
    ['Zoe\u0308', 3],
    ['김민수', 6],
    ['王小明', 6],
    ['ｱｲｳ', 3],
    ['ＡＢ', 4],
    ['👩🏽‍🔬', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['1️⃣', 2],
    ['©', 1],
    ['→', 1],
    ['ليلى', 4],
    ['\u200b', 0],
  ] as const) {
    it(`is ${width} for ${JSON.stringify(text)}`, () => {
      assert.equal(displayWidth(text), width);
      assert.equal(displayWidth(padTo(text, 10)), 10);
      assert.equal(displayWidth(padTo(text, 10, 'right')), 10);
    });
  }

  it('is kept to by cutting, without halving a character', () => {
    for (const text of [
      'sergej.ivanov@contoso.example',
      '김민수김민수',
      'a👩🏽‍🔬b👩🏽‍🔬c',
      'Zoe\u0308Zoe\u0308Zoe\u0308',
      '🇩🇪🇩🇪🇩🇪',
    ]) {
      for (let width = 1; width <= 12; width++) {
        const cut = cutTo(text, width);
        assert.ok(displayWidth(cut) <= width, `${cut} in ${width}`);
        if (cut === text) continue;
        assert.ok(cut.endsWith('…'));
        const kept = Array.from(new Intl.Segmenter('en').segment(cut.slice(0, -1)), ({ segment }) => segment);
        const whole = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
        assert.deepEqual(kept, whole.slice(0, kept.length));
      }
    }
  });
});

interface Person {
  id: string;
  name: string;
  since: Date;
  note: string;
}

const PEOPLE: Column<Person>[] = [
  { key: 'id', label: 'ID', whole: true, rank: 1 },
  { key: 'name', label: 'NAME', rank: 0 },
  { key: 'since', label: 'SINCE', whole: true, rank: 2 },
  { key: 'note', label: 'NOTE' },
];
const person = (n: number, more: Partial<Person> = {}): Person => ({
  id: `u-${n}`,
  name: `person.number.${n}@contoso.example`,
  since: new Date('2026-01-31T08:09:10Z'),
  note: 'left the company',
  ...more,
});

describe('a table on a terminal', () => {
  const draw = async (width: number, rows: Person[], view = {}, columns = PEOPLE) => {
    const style = { color: false, isTerminal: true, width };
    const table = await beginTable(rows, columns, style, view);
    return { ...table, lines: table.text.trimEnd().split('\n') };
  };

  for (const width of [20, 40, 60, 80, 100, 120, 200]) {
    it(`is no wider than ${width} columns, whatever is in it`, async () => {
      const rows = [
        person(1),
        person(2, { name: `${'x'.repeat(300)}@contoso.example` }),
        person(3, { name: '김민수'.repeat(30), note: '👩🏽‍🔬'.repeat(50) }),
      ];
      const { lines: drawn } = await draw(width, rows);
      for (const line of drawn) assert.ok(displayWidth(line) <= width, line);
    });
  }

  it('leaves out the least important columns first, and says which', async () => {
    const seen = await Promise.all([120, 70, 52, 35, 20].map((width) => draw(width, [person(1)])));
    assert.deepEqual(
      seen.map(({ dropped }) => dropped.map(({ label }) => label)),
      [[], [], ['NOTE'], ['SINCE', 'NOTE'], ['ID', 'SINCE', 'NOTE']],
    );
  });

  it('leaves out less important columns before it cuts a sentence to a few letters', async () => {
    const columns = PEOPLE.map((one) => (one.key === 'note' ? { ...one, rank: 1.5, least: 14 } : one));
    const { lines: drawn, dropped } = await draw(52, [person(1)], {}, columns);

    assert.deepEqual(
      dropped.map(({ label }) => label),
      ['SINCE'],
    );
    assert.match(drawn[1] ?? '', /left the comp/);
  });

  it('cuts one long name, and no other row is the wider for it', async () => {
    const rows = [...Array.from({ length: 20 }, (_, n) => person(n)), person(20, { name: 'x'.repeat(500) })];
    const { lines: drawn } = await draw(100, rows);

    assert.match(drawn.at(-1) ?? '', /x…/);
    assert.match(drawn[1] ?? '', /person\.number\.0@contoso\.example {2,}/);
    assert.ok(drawn.every((line) => displayWidth(line) <= 100));
  });

  it('never cuts an id or an instant', async () => {
    const guid = '8a6e0804-2bd0-4672-b79d-d97027f9071a';
    const { lines: drawn } = await draw(90, [person(1, { id: guid })]);
    assert.match(drawn[1] ?? '', new RegExp(`^${guid} {2}person`));
    assert.match(drawn[1] ?? '', /2026-01-31 08:09 UTC/);
  });

  it('that was asked for wide has every column, and nothing cut', async () => {
    const { lines: drawn, dropped } = await draw(40, [person(1)], { wide: true });
    assert.deepEqual(dropped, []);
    assert.match(drawn[1] ?? '', /^u-1 .*@contoso\.example .*UTC .*left the company$/);
  });

  it('whose columns were chosen leaves none of them out', async () => {
    const { lines: drawn, dropped } = await draw(60, [person(1)], { chosen: true });
    assert.deepEqual(dropped, []);
    assert.match(drawn[0] ?? '', /^ID +NAME +SINCE +NOTE$/);
    assert.ok(drawn.every((line) => displayWidth(line) <= 60));
  });

  it('goes on as it began, however many rows there are', async () => {
    const style = { color: false, isTerminal: true, width: 80 };
    const table = await beginTable([person(1)], PEOPLE, style, {}, false);
    const more = table.more([person(2, { name: 'y'.repeat(200) })]);

    assert.ok(displayWidth(more.trimEnd()) <= 80);
    assert.equal(more.indexOf('2026'), table.text.split('\n')[1]?.indexOf('2026'));
  });
});

describe('what no option would show in full', () => {
  interface Write {
    id: string;
    result: string;
    reason: string;
  }
  const write: Write = {
    id: 'fb396167-b8bf-47cf-8738-b4c5fc1d54cb',
    result: 'refused',
    reason: 'letters, digits and a dot are permitted, and 30 characters at most (SQLSTATE P0001)',
  };
  const columns: Column<Write>[] = [
    { key: 'result', label: 'RESULT' },
    { key: 'id', label: 'WRITE' },
    { key: 'reason', label: 'REASON' },
  ];
  const words = (text: string) => text.split(/[\s:]+/).filter((word) => word !== '');

  for (const [what, render] of [
    [
      'a table',
      (style: Parameters<typeof renderTable>[2]) =>
        renderTable([write, write], columns, style, { keeps: true }),
    ],
    ['a list of fields', (style: Parameters<typeof renderTable>[2]) => renderFields(write, columns, style)],
  ] as const) {
    for (const width of [40, 80, 200]) {
      it(`fits into ${width} columns, and loses no word: ${what}`, async () => {
        const style = { color: false, isTerminal: true, width };
        const text = await render(style);
        const tooLong = text.split('\n').filter((line) => displayWidth(line) > width);
        assert.deepEqual(tooLong, [], text);
        const shown = words(text.replaceAll(/[─│┌┐└┘├┤┬┴┼]/g, ' '));
        for (const word of words(Object.values(write).join(' ')))
          assert.ok(shown.includes(word), `${word}: ${text}`);
      });
    }
  }
});

describe('sentences on a terminal', () => {
  it('are broken between words, with their indent, and commands stay whole', () => {
    const text = '  The DBA defines the host views.\nThen run `scimctl host status` again.';
    assert.equal(
      sentences(text, 20),
      '  The DBA defines\n  the host views.\nThen run `scimctl host status` again.',
    );
    assert.equal(sentences(text, undefined), text);
  });
});
