/**
 * White space that may surround a name without being part of it, as code points: what Unicode calls white space
 * (property White_Space), and U+FEFF, which editors leave behind. `String.prototype.trim` takes off the same but for
 * U+0085. Engines have other ideas of white space, or none.
 */
export const OUTER_SPACES: readonly number[] = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
];

const OUTER = new Set(OUTER_SPACES);

/** The text without the white space around it. */
export function withoutOuterSpace(text: string): string {
  const trimmed = text.trim();
  // Seldom. By a scan: an expression for white space at the end looks on from each white space within a text.
  if (!trimmed.startsWith('\u0085') && !trimmed.endsWith('\u0085')) return trimmed;
  let [start, end] = [0, trimmed.length];
  while (start < end && OUTER.has(trimmed.charCodeAt(start))) start++;
  while (end > start && OUTER.has(trimmed.charCodeAt(end - 1))) end--;
  return trimmed.slice(start, end);
}
