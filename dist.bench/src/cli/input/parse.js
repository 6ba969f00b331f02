import { usageProblem } from '../../problem.js';
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
/** A duration such as `90d`, `12h`, `30m`, in milliseconds. @throws Problem `duration-invalid`. */
export function parseDuration(text) {
    const [, amount, unit] = /^(\d{1,6})([dhms])$/.exec(text.trim()) ?? [];
    if (amount && unit)
        return Number(amount) * (UNIT_MS[unit] ?? 0);
    throw usageProblem('duration-invalid', `${JSON.stringify(text)} is not a duration.`, {
        hint: 'Write a number and d, h, m or s: 90d, 12h, 30m.',
    });
}
const [LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS] = [1000, 86_400_000];
/**
 * How long to wait for the database at most, in milliseconds: a duration from a second to a day.
 * @param source what the text comes from, as the person knows it.
 * @throws Problem `timeout-invalid`.
 */
export function parseTimeout(text, source = '--timeout') {
    const [, amount, unit] = /^(\d{1,6})([dhms])$/.exec(text.trim()) ?? [];
    const milliseconds = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
    if (milliseconds >= LEAST_TIMEOUT_MS && milliseconds <= MOST_TIMEOUT_MS)
        return milliseconds;
    throw usageProblem('timeout-invalid', `${source} cannot be ${JSON.stringify(text)}.`, {
        hint: 'Write a number and s, m or h, from 1s to 24h: 30s, 5m.',
    });
}
/** A lifetime: a duration of at least a minute, or `never`, which is null. */
export function parseLifetime(text) {
    if (text.trim() === 'never')
        return null;
    const lifetime = parseDuration(text);
    if (lifetime >= 60_000)
        return lifetime;
    throw usageProblem('duration-invalid', 'A token has to live for at least a minute.', {
        hint: 'For example: 365d.',
    });
}
/** An instant: RFC 3339, or a day (`2026-01-31`), which begins at midnight UTC. @throws Problem `instant-invalid`. */
export function parseInstant(text) {
    const form = /^(\d{4}-\d{2}-\d{2})([Tt ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2}))?$/;
    const [, day, time] = form.exec(text) ?? [];
    // JavaScript takes the 30th of February for the 2nd of March.
    if (day !== undefined && startOf(day)?.toISOString().startsWith(day)) {
        const instant = time === undefined ? startOf(day) : valid(new Date(text));
        if (instant)
            return instant;
    }
    throw usageProblem('instant-invalid', `${JSON.stringify(text)} is not an instant.`, {
        hint: 'Write 2026-01-31 or 2026-01-31T08:00:00Z.',
    });
}
const startOf = (day) => valid(new Date(`${day}T00:00:00Z`));
const valid = (instant) => (Number.isNaN(instant.getTime()) ? undefined : instant);
/** A whole number from `least` up. @throws Problem `number-invalid`. */
export const parseCount = (least) => (text) => {
    const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= least)
        return value;
    throw usageProblem('number-invalid', `${JSON.stringify(text)} is not a whole number from ${least} up.`, {
        hint: 'Write it in digits.',
    });
};
