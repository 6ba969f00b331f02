import { usageProblem } from '../../problem.js';

/**
 * What the value of an option for a duration, a count or a size may be: read by the parser, by the messages and by
 * the test that tries the ends of every range. All as a person types them.
 */
export interface Range {
  kind: 'duration' | 'count' | 'size';
  least: string;
  most: string;
  /** A word beside the range that means none: `never`, or `0s` where 0 is below the range. */
  none?: string;
}

/** Turns the text of an option into its value: milliseconds, a number, or bytes. @throws Problem. */
export interface Quantity<Value = number> {
  (text: string): Value;
  readonly range: Range;
}

const UNITS: Record<Range['kind'], Record<string, number>> = {
  duration: { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 },
  count: { '': 1 },
  size: { '': 1, k: 1024, m: 1024 * 1024 },
};

const FORMS: Record<Range['kind'], RegExp> = {
  duration: /^(\d{1,6})([dhms])$/,
  count: /^(\d{1,16})()$/,
  size: /^(\d{1,12})([km]?)b?$/i,
};

const WORDS: Record<Range['kind'], { noun: string; how: string; code: string }> = {
  duration: { noun: 'a duration', how: 'a number and d, h, m or s', code: 'duration-invalid' },
  count: { noun: 'a whole number', how: 'a whole number', code: 'number-invalid' },
  size: { noun: 'a size', how: 'bytes, or a number with k or m', code: 'size-invalid' },
};

/** The longest a token may live, or anything may be looked back for: 100 years stay within every engine's dates. */
export const CENTURY = '36500d';

/** A duration such as `90d`, `12h`, `30m`, in milliseconds. Where 0 is allowed, the range or `none` says `0s`. */
export const duration = (least: string, most: string, none?: '0s'): Quantity =>
  quantity({ kind: 'duration', least, most, ...(none && { none }) });

/** The same, or `never`, which is null. */
export function durationOrNever(least: string, most: string): Quantity<number | null> {
  const parse = quantity({ kind: 'duration', least, most, none: 'never' });
  const orNever = (text: string) => (isWord(text, 'never') ? null : parse(text));
  return Object.assign(orNever, { range: parse.range });
}

/** A whole number. */
export const count = (least: number, most: number): Quantity =>
  quantity({ kind: 'count', least: String(least), most: String(most) });

/** A size in bytes: `512k`, `4m`, `1048576`. */
export const size = (least: string, most: string): Quantity => quantity({ kind: 'size', least, most });

/** `1s to 24h`, `1m to 36500d, or never`. */
export const rangeInWords = ({ least, most, none }: Range): string =>
  `${least} to ${most}${none === undefined ? '' : `, or ${none}`}`;

/** How a value is written and from where to where it goes, for a hint. */
export const howToWrite = (range: Range): string =>
  `Use ${WORDS[range.kind].how}, from ${rangeInWords(range)}.`;

/** A value of the config file as a person would type it: there, a duration may be a bare number of seconds. */
export const asTyped = (value: unknown, parse: unknown): string =>
  typeof value === 'number' && (parse as Partial<Quantity>).range?.kind === 'duration'
    ? `${value}s`
    : String(value);

function quantity(range: Range): Quantity {
  const [least, most] = [amountOf(range.least, range), amountOf(range.most, range)];
  const parse = (text: string): number => {
    const amount = amountOf(text, range);
    if (amount === 0 && range.none === '0s') return 0;
    if (amount >= least && amount <= most) return amount;
    const { noun, code } = WORDS[range.kind];
    const what = Number.isNaN(amount) ? `not ${noun}` : 'out of range';
    throw usageProblem(code, `${JSON.stringify(text)} is ${what}.`, { hint: howToWrite(range) });
  };
  return Object.assign(parse, { range });
}

/** NaN for what has not the form. Zero needs no unit. */
function amountOf(text: string, { kind }: Range): number {
  const word = text.trim();
  if (word === '0') return 0;
  const [, amount, unit = ''] = FORMS[kind].exec(word) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * (UNITS[kind][unit.toLowerCase()] ?? Number.NaN);
}

const isWord = (text: string, word: string) => text.trim().toLowerCase() === word;
