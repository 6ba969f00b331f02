import { Problem, usageProblem } from '../../problem.js';
import { CENTURY, duration, howToWrite } from './quantity.js';

/** How long to wait for the database at most. */
export const TIMEOUT = duration('1s', '24h');

/**
 * The same in milliseconds.
 * @param source what the text comes from, as the person knows it.
 * @throws Problem `timeout-invalid`.
 */
export function parseTimeout(text: string, source = '--timeout'): number {
  try {
    return TIMEOUT(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw usageProblem('timeout-invalid', `${source} cannot be ${JSON.stringify(text)}.`, {
      hint: howToWrite(TIMEOUT.range).replace('.', ': 30s, 5m.'),
    });
  }
}

/** The number of an event, exact whatever it is. @throws Problem `number-invalid`. */
export function parseSeq(text: string): bigint {
  const word = text.trim();
  const number = /^-?\d{1,19}$/.test(word) ? BigInt(word) : undefined;
  if (number !== undefined && BigInt.asIntN(64, number) === number) return number;
  throw usageProblem('number-invalid', `${JSON.stringify(text)} is not a whole number.`, {
    hint: 'Use the number of an event, as `scimctl audit list` prints it.',
  });
}

/** An instant: RFC 3339, as our tables print it (`2026-01-31 08:00 UTC`), or a day, which begins at midnight UTC. @throws Problem `instant-invalid`. */
export function parseInstant(text: string): Date {
  const form =
    /^(\d{4}-\d{2}-\d{2})([Tt ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?([Zz]| ?UTC|[+-]\d{2}:\d{2}))?$/;
  const [, day, time] = form.exec(text) ?? [];
  // JavaScript takes the 30th of February for the 2nd of March.
  if (day !== undefined && startOf(day)?.toISOString().startsWith(day)) {
    const instant = time === undefined ? startOf(day) : valid(new Date(text.replace(/ ?UTC$/, 'Z')));
    if (instant) return instant;
  }
  throw usageProblem('instant-invalid', `${JSON.stringify(text)} is not a valid time.`, {
    hint: 'Write 2026-01-31, "2026-01-31 08:00 UTC" or 2026-01-31T08:00:00Z.',
  });
}

/** An instant, or how long ago: `2026-01-31`, `365d`. @throws Problem `instant-invalid`. */
export function parseBefore(text: string): (now: Date) => Date {
  if (/^\d+[dhms]$/.test(text)) {
    const ago = AGO(text);
    return (now) => new Date(now.getTime() - ago);
  }
  const instant = parseInstant(text);
  return () => instant;
}

const AGO = duration('1s', CENTURY);

const startOf = (day: string) => valid(new Date(`${day}T00:00:00Z`));

const valid = (instant: Date) => (Number.isNaN(instant.getTime()) ? undefined : instant);
