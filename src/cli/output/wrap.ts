import { displayWidth } from './width.js';

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
