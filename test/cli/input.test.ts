import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listOptions } from '../../src/cli/input/list-options.js';
import { parseInstant } from '../../src/cli/input/parse.js';
import { CENTURY, count, duration, durationOrNever, size } from '../../src/cli/input/quantity.js';
import { Problem } from '../../src/problem.js';

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof Problem && error.kind === 'usage') return error.code;
    throw error;
  }
  return 'nothing';
}

describe('a duration', () => {
  const parse = duration('0s', CENTURY);

  it('is a number and a unit, in milliseconds; zero needs no unit', () => {
    const cases = {
      '90d': 7_776_000_000,
      '12h': 43_200_000,
      '30m': 1_800_000,
      '45s': 45_000,
      '0s': 0,
      '0d': 0,
      '0': 0,
      ' 1d ': 86_400_000,
      '36500d': 36_500 * 86_400_000,
    };
    for (const [text, milliseconds] of Object.entries(cases)) assert.equal(parse(text), milliseconds);
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'd',
      '90',
      '90 d',
      '1.5h',
      '-1h',
      '+1h',
      '1w',
      '1y',
      '1D',
      '1h30m',
      '1e3s',
      '1000000d',
      '36501d',
      '٣d',
      'P90D',
      'never',
    ]) {
      assert.equal(
        refusal(() => parse(text)),
        'duration-invalid',
        text,
      );
    }
  });

  it('may have never beside its range, which is null', () => {
    const lifetime = durationOrNever('1m', CENTURY);
    assert.deepEqual(['1m', 'never', ' Never '].map(lifetime), [60_000, null, null]);
    for (const text of ['59s', '0d', '0', 'forever', '']) {
      assert.equal(
        refusal(() => lifetime(text)),
        'duration-invalid',
        text,
      );
    }
  });

  it('may have 0s below its range, and nothing between', () => {
    const every = duration('1m', '7d', '0s');
    assert.deepEqual(['0s', '0', '0d', '1m'].map(every), [0, 0, 0, 60_000]);
    assert.equal(
      refusal(() => every('59s')),
      'duration-invalid',
    );
  });
});

describe('an instant', () => {
  it('is a day, which begins at midnight UTC, or RFC 3339', () => {
    const cases = {
      '2026-01-31': '2026-01-31T00:00:00.000Z',
      '2024-02-29': '2024-02-29T00:00:00.000Z',
      '2026-01-31T08:00:00Z': '2026-01-31T08:00:00.000Z',
      '2026-01-31t08:00:00z': '2026-01-31T08:00:00.000Z',
      '2026-01-31 08:00Z': '2026-01-31T08:00:00.000Z',
      '2026-01-31 08:00 UTC': '2026-01-31T08:00:00.000Z',
      '2026-01-31T08:00:09 UTC': '2026-01-31T08:00:09.000Z',
      '2026-01-31T08:00:00.123456Z': '2026-01-31T08:00:00.123Z',
      '2026-01-31T00:30:00+01:00': '2026-01-30T23:30:00.000Z',
      '2026-12-31T23:59:59-12:00': '2027-01-01T11:59:59.000Z',
    };
    for (const [text, instant] of Object.entries(cases))
      assert.equal(parseInstant(text).toISOString(), instant);
  });

  it('is nothing else: no local time, no day that does not exist, no words', () => {
    for (const text of [
      '',
      '2026-01-31T08:00:00',
      '2026-02-29',
      '2026-02-30T00:00:00Z',
      '2026-13-01',
      '2026-00-10',
      '2026-01-32',
      '2026-01-31T24:00:00Z',
      '2026-01-31T08:60:00Z',
      '2026-01-31T08:00:00+25:00',
      '26-01-31',
      '31.01.2026',
      'yesterday',
      '2026-01-31T08:00:00Z ',
      '2026-01-31 UTC',
      '2026-01-31 08:00 CET',
      '1769846400',
    ]) {
      assert.equal(
        refusal(() => parseInstant(text)),
        'instant-invalid',
        text,
      );
    }
  });
});

describe('a count', () => {
  it('is a whole number in digits, within its range', () => {
    const parse = count(0, 999_999_999);
    assert.deepEqual(['0', '7', '250', ' 12 ', '999999999'].map(parse), [0, 7, 250, 12, 999_999_999]);
    for (const text of ['', '-1', '1.5', '1e3', '0x10', 'many', '1000000000', 'Infinity']) {
      assert.equal(
        refusal(() => parse(text)),
        'number-invalid',
        text,
      );
    }
    assert.equal(
      refusal(() => count(1, 5)('0')),
      'number-invalid',
    );
  });
});

describe('a size', () => {
  it('is bytes, or a number with k or m', () => {
    const parse = size('1k', '256m');
    assert.deepEqual(['1024', '1k', '4M', '512kb'].map(parse), [1024, 1024, 4 * 1024 * 1024, 512 * 1024]);
    for (const text of ['', '0', '1023', '257m', '1g', '-1k', '1.5m']) {
      assert.equal(
        refusal(() => parse(text)),
        'size-invalid',
        text,
      );
    }
  });
});

describe('a column of a list', () => {
  interface Row {
    id: string;
    detail: string;
    state: string;
    status: string;
  }
  const options = listOptions<Row>([
    { key: 'id', label: 'SCIM ID' },
    { key: 'detail', label: 'WHY' },
    { key: 'state', label: 'STATUS' },
    { key: 'status', label: 'RESULT' },
  ]);
  const parsing = (flag: string) => {
    const { parse } = options.find(({ flags }) => flags.startsWith(flag)) ?? {};
    return (parse ?? assert.fail(flag)) as (text: string) => unknown;
  };

  it('is called by its key, or by its heading, whatever the case; the key goes first', () => {
    assert.deepEqual(parsing('--columns')('Why, scim id,STATUS,result,id'), [
      'detail',
      'id',
      'status',
      'status',
      'id',
    ]);
    assert.deepEqual(parsing('--sort')('-WHY'), { key: 'detail', descending: true });
  });

  it('is called by nothing else, nor by a heading that two columns have', () => {
    const twins = listOptions<Row>([
      { key: 'id', label: 'NAME' },
      { key: 'detail', label: 'NAME' },
    ]);
    const { parse } = twins[0] ?? {};
    assert.equal(
      refusal(() => parsing('--columns')('reason')),
      'column-unknown',
    );
    assert.equal(
      refusal(() => parse?.('name')),
      'column-unknown',
    );
  });
});
