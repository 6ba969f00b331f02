/**
 * What `String.prototype.trim` takes off, as code points: white space and line terminators of ECMAScript, which is
 * category Zs of Unicode, tab, line feed, vertical tab, form feed, carriage return, U+2028, U+2029 and U+FEFF. Engines
 * have other ideas of white space, or none.
 */
export const OUTER_SPACES: readonly number[] = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
];
