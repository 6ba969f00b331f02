import type { Field } from '../../binding/binding.js';
import type { FieldName } from '../../binding/value.js';

/** What the checks of a table say of one of its columns, as far as it is understood. */
export interface Checked {
  /** The values that it may have. */
  values?: string[];
  maxLength?: number;
  /** As `Field.allowed`. */
  allowed?: string;
  letters?: 'lower' | 'upper';
  /** Whether it must have a value. */
  required?: true;
}

/** Reads what the checks require of this column in every row, and leaves what it does not understand. */
export function checkedOf(checks: readonly string[], column: string): Checked {
  const found: Checked = {};
  for (const check of checks) {
    const plain = plainCheck(check, column);
    for (const part of requirements(plain.text)) {
      const { values, maxLength, ...rest } = ofPart(part, plain.literals);
      Object.assign(found, rest);
      if (values) found.values = found.values?.filter((one) => values.includes(one)) ?? values;
      if (maxLength !== undefined) found.maxLength = Math.min(found.maxLength ?? maxLength, maxLength);
    }
  }
  return found;
}

/** Stands for the column. */
const C = '\ue000';
/** Stands for a literal, before its place among them: so no word of a text is a word of the check. */
const L = '\ue001';

interface PlainCheck {
  text: string;
  /** Without their quotes. */
  literals: string[];
}

/** The column and the literals as above, without casts, collations, brackets around names, and spaces. */
function plainCheck(check: string, column: string): PlainCheck {
  const name = column.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const literals: string[] = [];
  const text = check
    .replaceAll(/("(?:[^"]|"")*")|(?<![\w'])N?'((?:[^']|'')*)'/g, (whole, quoted, inside) => {
      if (quoted !== undefined) return whole;
      literals.push(inside.replaceAll("''", "'"));
      return `${L}${literals.length - 1} `;
    })
    .replaceAll(/\s*::\s*(?:"[^"]+"|character varying|[\w ]+?)(?:\(\d+\))?(\[\])?(?=[\s),=<>~!\]]|$)/g, ' ')
    .replaceAll(/\s+collate\s+[\w".]+/gi, ' ')
    .replaceAll(
      new RegExp(`(?<![\\p{L}\\p{N}_'"])(?:"${name}"|\\[${name}\\]|${name})(?![\\p{L}\\p{N}_"'])`, 'gu'),
      C,
    )
    .replaceAll(new RegExp(`\\(\\s*(${C}|-?\\d+|${L}\\d+)\\s*\\)`, 'g'), ' $1 ')
    .replaceAll(/\s+/g, ' ');
  return { text, literals };
}

/**
 * The parts that hold in every row: what AND joins, and no part of what OR, NOT or CASE make of others.
 */
function requirements(check: string): string[] {
  const text = unwrapped(check);
  if (/\b(case|between)\b/i.test(text) || splitOutside(text, 'or').length > 1) return [text];
  const parts = splitOutside(text, 'and');
  return parts.length > 1 ? parts.flatMap(requirements) : [text];
}

/** Without the brackets that are around all of it. */
function unwrapped(check: string): string {
  let text = check.trim();
  while (text.startsWith('(') && closing(text) === text.length - 1) text = text.slice(1, -1).trim();
  return text;
}

function closing(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] !== ')') continue;
    depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** The parts between a word, where it is in no brackets. */
function splitOutside(text: string, word: 'and' | 'or'): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/[()]|\b(?:and|or)\b/gi)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0 && token.toLowerCase() === word) {
      parts.push(text.slice(from, index));
      from = index + word.length;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim());
}

/** Of one requirement, all of it: what a regular expression finds only in a part of it may mean the opposite. */
function ofPart(part: string, literals: readonly string[]): Checked {
  const whole = (pattern: string) => new RegExp(`^${pattern}$`, 'i').exec(part);
  const values = valuesIn(part, literals);
  if (values) return { values };
  const own = `\\(? ?${C} ?\\)?`;
  if (whole(`${own} is not null`)) return { required: true };
  const length = whole(`(?:char_length|character_length|length|len) ?${own} ?<(=?) ?(\\d+)`);
  if (length) return { maxLength: Number(length[2]) - (length[1] === '=' ? 0 : 1) };
  const letters =
    whole(`${own} ?= ?(lower|upper) ?${own}`)?.[1] ?? whole(`(lower|upper) ?${own} ?= ?${own}`)?.[1];
  if (letters !== undefined) return { letters: letters.toLowerCase() as 'lower' | 'upper' };
  const [, like, at] = whole(`${own} ?(~\\*?) ?${L}(\\d+)`) ?? [];
  if (like !== undefined) return ofPattern(literals[Number(at)] ?? '', like === '~*');
  const [, not, other] = whole(`not ${own} like ${L}(\\d+)`) ?? whole(`${own} (not) like ${L}(\\d+)`) ?? [];
  const [, allowed] = /^%\[\^([^\]]+)\]%$/.exec(literals[Number(other ?? not)] ?? '') ?? [];
  return allowed === undefined ? {} : { allowed };
}

/** `c = any array['a', 'b']`, `c in ('a', 'b')`, `c = 'a' or c = 'b'`; null, which a check never refuses, beside them. */
function valuesIn(part: string, literals: readonly string[]): string[] | undefined {
  const found = splitOutside(part, 'or').map((one) => listIn(unwrapped(one), literals));
  return found.every((one) => one !== undefined) && found.flat().length > 0 ? found.flat() : undefined;
}

/** No values for `c is null`; undefined for what is no list of them. */
function listIn(text: string, literals: readonly string[]): string[] | undefined {
  const bare = text.replaceAll(/[()]/g, ' ').trim();
  if (new RegExp(`^${C}\\s+is\\s+null$`, 'i').test(bare)) return [];
  const [, array, list, one] =
    new RegExp(`^${C}\\s*(?:=\\s*any\\s+array\\s*\\[([^\\]]*)\\]|in\\b(.*)|=(.*))$`, 'i').exec(bare) ?? [];
  const values = (array ?? list ?? one)?.split(',').map((value) => {
    const [, at, number] = new RegExp(`^(?:${L}(\\d+)|(-?\\d+))$`).exec(value.trim()) ?? [];
    return at === undefined ? number : literals[Number(at)];
  });
  return values?.every((value) => value !== undefined) ? values : undefined;
}

/** `^[a-z0-9_]+$`, `^[a-z][a-z0-9]{2,19}$`: classes of characters, one after the other. */
function ofPattern(pattern: string, ignoresCase: boolean): Checked {
  if (!/^\^(\[(?:[^\]\\]|\\.)+\]([+*]|\{\d+(,\d*)?\})?)+\$$/.test(pattern)) return {};
  const classes = [...pattern.matchAll(/\[((?:[^\]\\]|\\.)+)\]([+*]|\{(\d+)(?:(,)(\d*))?\})?/g)];
  if (classes.some(([, inside = '']) => inside.startsWith('^') || /\\[a-zA-Z]|\[:/.test(inside))) return {};
  const inside = classes.map(([, one = '']) => one.replaceAll(/\\(.)/g, '$1'));
  const hyphen = inside.some((one) => one.startsWith('-') || one.endsWith('-')) ? '-' : '';
  const joined = [...new Set(inside.map((one) => one.replaceAll(/^-|-$/g, '')))].join('');
  const lengths = classes.map(([, , times, least, comma, most]) =>
    times === undefined
      ? 1
      : least === undefined || (comma && !most)
        ? Number.POSITIVE_INFINITY
        : Number(most || least),
  );
  const maxLength = lengths.reduce((sum, one) => sum + one, 0);
  return {
    allowed: `${joined}${ignoresCase && !/A-Z/.test(joined) ? 'A-Z' : ''}${hyphen}`,
    ...(Number.isFinite(maxLength) && { maxLength }),
  };
}

/** What the checks add to a field that is in this column. */
export function heeding(field: Field, name: FieldName, { maxLength, allowed, letters }: Checked): Field {
  const length = Math.min(field.maxLength ?? Number.POSITIVE_INFINITY, maxLength ?? Number.POSITIVE_INFINITY);
  return {
    ...field,
    ...(letters &&
      field.write === undefined && {
        write: letters === 'lower' ? { lower: { field: name } } : { upper: { field: name } },
      }),
    ...(Number.isFinite(length) && { maxLength: length }),
    // What is written in small letters is judged as it comes.
    ...(allowed !== undefined && {
      allowed: letters === 'lower' && !/A-Z/.test(allowed) ? `A-Z${allowed}` : allowed,
    }),
  };
}
