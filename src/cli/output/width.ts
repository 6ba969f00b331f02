const ASCII = /^[\x20-\x7e]*$/;

/** Unicode's East Asian Width W and F (UAX #11), but for emoji. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cd5}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

/** Emoji by themselves, pictographs and digits that are made emoji, and flags. */
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}{2}/u;

/** Nothing but marks, joiners and format characters, which take no column of their own. */
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one character each. */
function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOf(character: string): number {
  if (WIDE.test(character) || EMOJI.test(character)) return 2;
  return INVISIBLE.test(character) ? 0 : 1;
}

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return charactersOf(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** A text in so many columns: what is too long ends in an ellipsis, and no character is cut in half. */
export function cutTo(text: string, width: number): string {
  if (ASCII.test(text)) return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let taken = 1;
  for (const character of charactersOf(text)) {
    taken += widthOf(character);
    if (taken > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A text filled up with blanks, behind it or before it. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
