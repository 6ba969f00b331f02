/**
 * Text that cannot do anything to a terminal: control characters (ESC among them), and the invisible ones
 * that reorder what is read, become visible escapes. Names come from IdPs and may be hostile.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C\u2028\u2029]/gu, (character) =>
    character === '\n' ? '\n' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The same on one line. */
export const printableCell = (text: string): string => printable(text.replaceAll('\n', ' '));
