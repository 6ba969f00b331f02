import { displayWidth, padTo } from './width.js';

/** A text broken between its words into lines of so many columns; a word that is longer stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  const [, indent = '', words = ''] = /^( *)(.*)$/s.exec(text) ?? [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? (lines.length === 0 ? indent : '') + word : `${line} ${word}`;
    if (line === '' || displayWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Fewer columns than this are too narrow for a text beside its name. */
export const LEAST_BESIDE = 16;

/**
 * A name, and a text beside it that is broken between words; the text stands below the name where it has too few
 * columns, or has a word that is longer.
 * @param left columns of the name, with the gap behind it.
 */
export function besideName(name: string, text: string, left: number, width: number): string[] {
  const room = width - left;
  const beside = wrapped(text, room);
  if (room >= LEAST_BESIDE && beside.every((line) => displayWidth(line) <= room)) {
    return beside.map((line, at) => (at === 0 ? padTo(name, left) : ' '.repeat(left)) + line);
  }
  const margin = ' '.repeat(name.startsWith(' ') ? 6 : 2);
  return [name.trimEnd(), ...wrapped(text, width - margin.length).map((line) => margin + line)];
}

/**
 * Sentences as a terminal of so many columns shows them, broken between words. A line with a command stays whole, so
 * that it can be copied.
 */
export const sentences = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split('\n')
        .flatMap((line) => (/`|scimctl /.test(line) ? [line] : withIndent(line, columns)))
        .join('\n');

/** @param hanging how much further to the right the lines behind the first begin. */
export function withIndent(line: string, columns: number, hanging = 0): string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const margin = indent + ' '.repeat(hanging);
  const [first = '', ...more] = wrapped(line.slice(indent.length), columns - margin.length);
  return [indent + first, ...more.map((part) => margin + part)];
}
