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
}

/** Reads the checks that name this column and no other. */
export function checkedOf(checks: readonly string[], column: string): Checked {
  const found: Checked = {};
  for (const check of checks) {
    // A check with "or" may hold for another reason, but for a list of values.
    const plain = plainCheck(check, column);
    const values = valuesIn(plain);
    if (values) found.values = values;
    if (/\bor\b/i.test(plain)) continue;
    for (const part of plain.split(/\band\b/i)) Object.assign(found, ofPart(part.trim()));
  }
  return found;
}

/** `c` for the column, without casts, brackets around names, and spaces. */
function plainCheck(check: string, column: string): string {
  const name = column.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return check
    .replaceAll(/::(?:"[^"]+"|character varying|[\w ]+?)(?:\(\d+\))?(\[\])?(?=[\s),=<>~!\]]|$)/g, '')
    .replaceAll(/(?<![\w'])N'/g, "'")
    .replaceAll(/\s+collate\s+[\w".]+/gi, '')
    .replaceAll(
      new RegExp(`(?<![\\p{L}\\p{N}_'"])(?:"${name}"|\\[${name}\\]|${name})(?![\\p{L}\\p{N}_"'])`, 'gu'),
      C,
    )
    .replaceAll(`(${C})`, C)
    .replaceAll(/\((\d+)\)/g, '$1');
}

/** Stands for the column. */
const C = '\ue000';

/** `c = any array['a', 'b']`, `c in ('a', 'b')`, `c = 'a' or c = 'b'`. */
function valuesIn(plain: string): string[] | undefined {
  const bare = plain.replaceAll(/[()]/g, ' ').trim();
  const list = new RegExp(`^${C}\\s*(?:=\\s*any\\s*array\\s*\\[|in\\b)(.*?)\\]?\\s*$`, 'is').exec(bare)?.[1];
  const each = bare.split(/\s+or\s+/i);
  const isEach = each.every((one) => new RegExp(`^${C}\\s*=\\s*(?:${LITERAL})$`).test(one.trim()));
  const texts = list ?? (isEach ? bare : undefined);
  if (
    texts === undefined ||
    (list !== undefined && !new RegExp(`^[\\s,]*(?:(?:${LITERAL})[\\s,]*)+$`).test(list))
  )
    return undefined;
  return [...texts.matchAll(/'((?:[^']|'')*)'|(-?\d+)/g)].map(
    ([, text, number]) => text?.replaceAll("''", "'") ?? number ?? '',
  );
}

const LITERAL = "'(?:[^']|'')*'|-?\\d+";

function ofPart(part: string): Checked {
  const [, most, orLess] =
    new RegExp(`(?:char_length|character_length|length|len)\\(?${C}\\)?\\s*<(=?)\\s*(\\d+)`, 'i').exec(
      part,
    ) ?? [];
  if (orLess !== undefined) return { maxLength: most === '=' ? Number(orLess) : Number(orLess) - 1 };
  const [, letters] =
    new RegExp(`${C}\\s*=\\s*(lower|upper)\\(?${C}\\)?`, 'i').exec(part) ??
    new RegExp(`(lower|upper)\\(?${C}\\)?\\s*=\\s*${C}`, 'i').exec(part) ??
    [];
  if (letters !== undefined) return { letters: letters.toLowerCase() as 'lower' | 'upper' };
  const [, like, pattern] = new RegExp(`${C}\\s*(~\\*?)\\s*'((?:[^']|'')*)'`).exec(part) ?? [];
  if (like !== undefined && pattern !== undefined) return ofPattern(pattern, like === '~*');
  const [, not] =
    new RegExp(
      `not\\s+${C}\\s+like\\s+'%\\[\\^([^\\]]+)\\]%'|${C}\\s+not\\s+like\\s+'%\\[\\^([^\\]]+)\\]%'`,
      'i',
    ).exec(part) ?? [];
  return not === undefined ? {} : { allowed: not };
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
