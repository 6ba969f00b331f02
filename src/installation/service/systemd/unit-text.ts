import { markedText } from '../mark.js';

/** Lines of a unit file by section; a value that is undefined or false leaves its line out. */
export type Section = readonly [name: string, lines: readonly (string | undefined | false)[]];

/** What comes after the mark; people look here first. */
const NOTE = '# Written by scimctl service. Do not edit it: add settings with systemctl edit.\n';

/** A unit file. Its first line identifies it as ours and shows later whether it was edited (`markedText`). */
export function unitText(version: string, sections: readonly Section[]): string {
  const body = sections
    .map(([name, lines]) => [`[${name}]`, ...lines.filter(Boolean)].map((line) => `${line}\n`).join(''))
    .join('\n');
  return markedText(version, `${NOTE}\n${body}`);
}

/** Without what systemd would put in for `%`; see systemd.unit(5), "Specifiers". */
export const withoutSpecifiers = (text: string): string => text.replaceAll('%', '%%');

/** A word in quotes, if it needs any; see systemd.syntax(7), "Quoting". */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `"${word.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;
}

/** Words of a command line, which systemd is to pass on as they are. */
export const commandText = (words: readonly string[]): string =>
  words.map((word) => quoted(withoutSpecifiers(word).replaceAll('$', '$$$$'))).join(' ');

/** A variable. `value` is as systemd is to read it: with its specifiers. */
export const environmentLine = (name: string, value: string): string =>
  `Environment=${quoted(`${name}=${value}`)}`;
