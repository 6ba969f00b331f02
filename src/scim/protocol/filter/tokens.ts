export interface Token {
  /** `word` is anything without space, quote or bracket: names, operators, numbers, true, null. */
  kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** The text of a word or, without its quotes and escapes, of a string. */
  text: string;
  /** 1-based, for messages. */
  position: number;
}

/** Why a text is no filter or no path; the caller says which it was to be. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}

const SPACE = /\s/;
/** What is no part of a word. */
export const END_OF_WORD = /[\s"()[\]]/;
/** NUL is no character in PostgreSQL's text, and half of a pair is none anywhere. */
export const UNSTORABLE = /[\0\p{Cs}]/u;

/** Splits a filter or a path of RFC 7644 into its tokens, the last of them `end`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const char = text[index] ?? '';
    const position = index + 1;
    if (SPACE.test(char)) {
      index++;
    } else if (char === '(' || char === ')' || char === '[' || char === ']') {
      tokens.push({ kind: char, text: char, position });
      index++;
    } else if (char === '"') {
      const end = endOfString(text, index);
      tokens.push({ kind: 'string', text: unescaped(text.slice(index, end), position), position });
      index = end;
    } else {
      const end = endOfWord(text, index);
      tokens.push({ kind: 'word', text: text.slice(index, end), position });
      index = end;
    }
  }
  tokens.push({ kind: 'end', text: '', position: text.length + 1 });
  return tokens;
}

function endOfWord(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && !END_OF_WORD.test(text[end] ?? '')) end++;
  return end;
}

function endOfString(text: string, start: number): number {
  for (let end = start + 1; end < text.length; end++) {
    if (text[end] === '"') return end + 1;
    if (text[end] === '\\') end++;
  }
  throw new SyntaxFault(`the text that begins at character ${start + 1} has no closing quote`);
}

/** RFC 7644 §3.4.2.2: values are JSON. */
function unescaped(quoted: string, position: number): string {
  if (!quoted.includes('\\') && !UNSTORABLE.test(quoted)) return quoted.slice(1, -1);
  let text: string;
  try {
    text = JSON.parse(quoted);
  } catch {
    throw new SyntaxFault(`the text at character ${position} has an escape that JSON does not have`);
  }
  if (UNSTORABLE.test(text)) {
    throw new SyntaxFault(`the text at character ${position} has a character that no value has`);
  }
  return text;
}
