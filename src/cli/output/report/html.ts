import { printableCell } from '../../../printable.js';

/** Text of HTML that is ours, or was escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

/** HTML in which every value that is put in is text, unless it is HTML itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = texts[0] ?? '';
  for (const [at, part] of parts.entries()) text += textOf(part) + (texts[at + 1] ?? '');
  return new Html(text);
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also without what is not seen, or would reorder what is read. */
const escaped = (text: string): string =>
  printableCell(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export const embeddedJson = (document: unknown): string =>
  JSON.stringify(document).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
