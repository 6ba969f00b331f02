import { isNamed } from './columns.js';
import { unreadable } from './unreadable.js';

/** A part of a JSON text: an entry of a list, or the page after its last entry. */
export type JsonPart = { entry: unknown } | { page: JsonPage };

export interface JsonPage {
  entries: number;
  /** The other members of the object with the list; empty for a list without an object. */
  members: Readonly<Record<string, unknown>>;
}

/** The members that contain lists of users: Microsoft Graph, SCIM, Google, JumpCloud, OneLogin, Google's groups. */
const LISTS = new Set(['value', 'Resources', 'users', 'results', 'data', 'members']);

/** The maximum length of an entry, or of another member, in characters. */
const LONGEST_VALUE = 8_000_000;

/**
 * The entries of a JSON text, in batches. The text is a list, an object with a list, or several of these: in sequence,
 * as scripts append them, or in a list, as `jq -s` makes it. Several objects in sequence that name users are entries
 * (JSON lines, as `jq -c` prints them). Only the current piece of the text is kept.
 * @throws Unreadable
 */
export async function* jsonParts(text: AsyncIterable<string>): AsyncGenerator<JsonPart[]> {
  const scanner = new Scanner();
  for await (const piece of text) {
    const parts = scanner.partsOf(piece, false);
    if (parts.length > 0) yield parts;
  }
  const parts = scanner.partsOf('', true);
  if (parts.length > 0) yield parts;
}

type Place = 'outside' | 'object' | 'list';

class Scanner {
  #text = '';
  #at = 0;
  #place: Place = 'outside';
  /** The members of the object with the list. */
  #members: Record<string, unknown> | undefined;
  #hasList = false;
  #entries = 0;
  #entriesInAll = 0;
  /** The current list contains pages instead of entries. */
  #hasPages = false;
  /** JSON lines: how many there are, and the first one until a second follows. */
  #lines = 0;
  #firstLine: Readonly<Record<string, unknown>> | undefined;

  partsOf(piece: string, isLast: boolean): JsonPart[] {
    this.#text = this.#text.slice(this.#at) + piece;
    this.#at = 0;
    const parts: JsonPart[] = [];
    while (this.#step(parts, isLast));
    if (isLast && this.#place !== 'outside') throw this.#broken('it ends in the middle');
    if (isLast && this.#firstLine) throw noList();
    if (isLast && this.#lines > 0) parts.push({ page: { entries: this.#lines, members: {} } });
    if (this.#text.length - this.#at > LONGEST_VALUE) throw noList();
    return parts;
  }

  /** Reads the next character or value. @returns false if the text ends before it is complete. */
  #step(parts: JsonPart[], isLast: boolean): boolean {
    this.#skip();
    const sign = this.#text[this.#at];
    if (sign === undefined) return false;
    if (this.#place === 'outside') return this.#open(sign);
    if (this.#place === 'list') {
      if (sign === ']') return this.#closeList(parts);
      const entry = this.#value(this.#at, isLast);
      if (entry === undefined) return false;
      this.#take(entry.value, parts);
      return this.#goTo(entry.end);
    }
    if (sign === '}') return this.#closeObject(parts);
    return this.#member(isLast);
  }

  #take(value: unknown, parts: JsonPart[]): void {
    const page = pageIn(value);
    const refusal = page ? undefined : refusalOf(Object(value));
    if (refusal && !isNamed(value)) throw refusal;
    const entries = page?.list ?? [value];
    this.#entriesInAll += entries.length;
    for (const entry of entries) parts.push({ entry });
    if (page) {
      this.#hasPages = true;
      parts.push({ page: { entries: entries.length, members: page.members } });
    } else {
      this.#entries++;
    }
  }

  #open(sign: string): boolean {
    if (sign !== '[' && sign !== '{')
      throw this.#broken('it contains something other than objects and lists');
    this.#place = sign === '[' ? 'list' : 'object';
    this.#members = sign === '[' ? undefined : {};
    this.#hasList = sign === '[';
    this.#entries = 0;
    this.#hasPages = false;
    return this.#goTo(this.#at + 1);
  }

  #closeList(parts: JsonPart[]): boolean {
    this.#place = this.#members ? 'object' : 'outside';
    const isPage = this.#entries > 0 || !this.#hasPages;
    if (!this.#members && isPage) parts.push({ page: { entries: this.#entries, members: {} } });
    return this.#goTo(this.#at + 1);
  }

  #closeObject(parts: JsonPart[]): boolean {
    const members = this.#members ?? {};
    if (this.#hasList) parts.push({ page: { entries: this.#entries, members } });
    else this.#takeLine(members, parts);
    this.#place = 'outside';
    return this.#goTo(this.#at + 1);
  }

  /** One object alone is more likely the answer about one user than a list of one. */
  #takeLine(members: Readonly<Record<string, unknown>>, parts: JsonPart[]): void {
    if (!isNamed(members)) throw refusalOf(members) ?? noList();
    this.#lines++;
    this.#entriesInAll++;
    if (this.#lines === 1) {
      this.#firstLine = members;
      return;
    }
    if (this.#firstLine) parts.push({ entry: this.#firstLine });
    this.#firstLine = undefined;
    parts.push({ entry: members });
  }

  #member(isLast: boolean): boolean {
    const key = this.#value(this.#at, isLast);
    if (key === undefined) return false;
    const colon = this.#past(key.end);
    if (this.#text[colon] === undefined) return false;
    if (typeof key.value !== 'string' || this.#text[colon] !== ':') throw this.#broken('a name is missing');
    const start = this.#past(colon + 1);
    if (this.#text[start] === undefined) return false;
    if (this.#text[start] === '[' && LISTS.has(key.value) && !this.#hasList) {
      this.#hasList = true;
      this.#place = 'list';
      return this.#goTo(start + 1);
    }
    const value = this.#value(start, isLast);
    if (value === undefined) return false;
    Object.defineProperty(this.#members, key.value, { value: value.value, enumerable: true });
    return this.#goTo(value.end);
  }

  #goTo(at: number): true {
    this.#at = at;
    return true;
  }

  #skip(): void {
    this.#at = this.#past(this.#at, /[\s,]*/y);
  }

  #past(from: number, blanks = /\s*/y): number {
    blanks.lastIndex = from;
    blanks.exec(this.#text);
    return blanks.lastIndex;
  }

  /** The value that begins here, or undefined if it is incomplete. */
  #value(from: number, isLast: boolean): { value: unknown; end: number } | undefined {
    const end = endOfValue(this.#text, from);
    if (end === undefined) {
      if (isLast) throw this.#broken('it ends in the middle');
      return undefined;
    }
    // A number or a word may continue in the next piece.
    if (end === this.#text.length && !isLast && !/["}\]]/.test(this.#text[end - 1] ?? '')) return undefined;
    try {
      return { value: JSON.parse(this.#text.slice(from, end)), end };
    } catch (error) {
      throw this.#broken(undefined, error);
    }
  }

  #broken(why?: string, cause?: unknown) {
    const place = `after ${this.#entriesInAll} ${this.#entriesInAll === 1 ? 'entry' : 'entries'}`;
    const reason = why === undefined ? '' : `: ${why}`;
    return unreadable(`it is not valid JSON ${place}${reason}`, undefined, cause);
  }
}

/** The end of the value that begins here; undefined if the text ends before it. */
function endOfValue(text: string, from: number): number | undefined {
  const sign = text[from];
  if (sign === '"') return endOfString(text, from);
  if (sign !== '{' && sign !== '[') {
    const end = /[\s,\]}:]/g;
    end.lastIndex = from;
    return end.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  // Character codes take a fraction of the time of a regular expression, for files of 100 MB.
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (code === BRACE || code === BRACKET) {
      depth++;
    } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** `indexOf` takes a fraction of the time of a look at each character. */
function endOfString(text: string, from: number): number | undefined {
  let quote = text.indexOf('"', from + 1);
  while (quote >= 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote < 0 ? undefined : quote + 1;
}

/** Whether an odd number of backslashes stands before. The string itself begins with a quote, so there is an end to them. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}

const codeOf = (sign: string): number => sign.charCodeAt(0);
const [QUOTE, BACKSLASH] = [codeOf('"'), codeOf('\\')];
const [BRACE, CLOSING_BRACE] = [codeOf('{'), codeOf('}')];
const [BRACKET, CLOSING_BRACKET] = [codeOf('['), codeOf(']')];

/** A page of a list, or a list, where a list has its entries. A group has a list of members too, and a name. */
function pageIn(value: unknown): { list: unknown[]; members: Record<string, unknown> } | undefined {
  if (Array.isArray(value)) return { list: value, members: {} };
  const [name] = Object.keys(Object(value)).filter(
    (one) => LISTS.has(one) && Array.isArray((value as Record<string, unknown>)[one]),
  );
  if (name === undefined || isNamed(value)) return undefined;
  const { [name]: list, ...members } = value as Record<string, unknown>;
  return { list: list as unknown[], members };
}

const noList = () => unreadable('its JSON contains no list of users');

/** The error that an API answered with instead of a list: Microsoft Graph, Google, Okta, SCIM. */
function refusalOf(members: Readonly<Record<string, unknown>>) {
  const { error, errorCode, errorSummary, status, detail } = members;
  const { code, message } = Object(error) as Record<string, unknown>;
  const said = [code, message, errorCode, errorSummary, typeof error === 'string' ? error : undefined];
  if (status !== undefined && detail !== undefined) said.push(status, detail);
  const words = said.filter((one) => typeof one === 'string' || typeof one === 'number').join(' ');
  if (words === '') return undefined;
  return unreadable(
    `it is an error response of the API (${words.slice(0, 200)})`,
    'Export the list again with an account or a token that may read users.',
  );
}
