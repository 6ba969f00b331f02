import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCount, parseDuration, parseInstant, parseLifetime } from '../../src/cli/input/parse.js';
import { Problem } from '../../src/problem.js';
function refusal(parse) {
    try {
        parse();
    }
    catch (error) {
        if (error instanceof Problem && error.kind === 'usage')
            return error.code;
        throw error;
    }
    return 'nothing';
}
describe('a duration', () => {
    it('is a number and a unit, in milliseconds', () => {
        const cases = {
            '90d': 7_776_000_000,
            '12h': 43_200_000,
            '30m': 1_800_000,
            '45s': 45_000,
            '0s': 0,
            ' 1d ': 86_400_000,
        };
        for (const [text, milliseconds] of Object.entries(cases))
            assert.equal(parseDuration(text), milliseconds);
        assert.equal(parseDuration('999999d'), 999_999 * 86_400_000);
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
            '٣d',
            'P90D',
            'never',
        ]) {
            assert.equal(refusal(() => parseDuration(text)), 'duration-invalid', text);
        }
    });
    it('as a lifetime is at least a minute, or never', () => {
        assert.equal(parseLifetime('1m'), 60_000);
        assert.equal(parseLifetime('never'), null);
        for (const text of ['59s', '0d', 'Never', 'forever']) {
            assert.equal(refusal(() => parseLifetime(text)), 'duration-invalid', text);
        }
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
            '1769846400',
        ]) {
            assert.equal(refusal(() => parseInstant(text)), 'instant-invalid', text);
        }
    });
});
describe('a count', () => {
    it('is a whole number in digits, from the least one up', () => {
        assert.deepEqual(['0', '7', '250', ' 12 ', '999999999'].map(parseCount(0)), [0, 7, 250, 12, 999_999_999]);
        for (const text of ['', '-1', '1.5', '1e3', '0x10', 'many', '1000000000', 'Infinity']) {
            assert.equal(refusal(() => parseCount(0)(text)), 'number-invalid', text);
        }
        assert.equal(refusal(() => parseCount(1)('0')), 'number-invalid');
    });
});
