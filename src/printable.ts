/**
 * What does something to a terminal, or is not seen on it: control characters (ESC among them), line separators, and
 * what Unicode lets a font leave out, which are zero-width characters, tags, variation selectors and the controls that
 * reorder what is read.
 */
const HIDDEN = String.raw`[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]`;

/** Scripts whose letters a joiner or non-joiner between them gives another shape: it is part of how names are spelled. */
const JOINING = [
  'Arab',
  'Syrc',
  'Nkoo',
  'Mong',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
]
  .concat(['Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt'])
  .map((script) => String.raw`\p{scx=${script}}`)
  .join('');

/** What of it people write: in emoji, between letters that it joins or keeps apart, and behind an ideograph. */
const MEANT = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  `(?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}])`,
  String.raw`(?<=\p{Unified_Ideograph})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
].join('|');

const PLAIN = /^[\x20-\x7e\n]*$/;
const ANY_HIDDEN = new RegExp(HIDDEN, 'u');
/** Finds what is meant before what is hidden, which is in the group. */
const EACH = new RegExp(`${MEANT}|(${HIDDEN})`, 'gu');

/**
 * Text that cannot do anything to a terminal, and hides nothing from its reader: what would becomes a visible escape.
 * Names come from IdPs and may be hostile.
 */
export function printable(text: string): string {
  if (PLAIN.test(text) || !ANY_HIDDEN.test(text)) return text;
  return text.replace(EACH, (character, hidden?: string) =>
    hidden === undefined || hidden === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The same on one line. */
export const printableCell = (text: string): string => printable(text.replaceAll('\n', ' '));

/** The same of JSON, which means the same as before: what is hidden can only be within its texts. */
export function printableJson(json: string): string {
  if (PLAIN.test(json) || !ANY_HIDDEN.test(json)) return json;
  return json.replace(EACH, (character, hidden?: string) =>
    hidden === undefined || hidden === '\n' ? character : escapedJson(character),
  );
}

/** Beyond U+FFFF in two halves. */
const escapedJson = (character: string) =>
  Array.from({ length: character.length }, (_, at) => unitOf(character.charCodeAt(at))).join('');

const unitOf = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
