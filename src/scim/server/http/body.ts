import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Unread } from '../../protocol/exchange.js';
import type { Limits } from '../fairness/limits.js';
import { refuse } from './answer.js';

const JSON_TYPES = ['application/scim+json', 'application/json'];

const BYTE_ORDER_MARK = 0xfeff;

/** What is thrown away of a body that nobody wants, so that the client hears why, before it is cut off. */
const MAX_DISCARDED = 16 * 1024 * 1024;

/** Whether the request says that it has a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Asked each time that more of a body has come, with its bytes so far. While it makes nobody wait, nothing is returned. */
export type OnGrowth = (bytes: number) => Promise<void> | undefined;

/**
 * Reads the text of a JSON body (RFC 7644 §3.8), for `parseJson`.
 * @returns nothing where there is none.
 * @throws Refused 413, 415, or 400 `invalidSyntax`; what `onGrowth` throws.
 */
export async function readJsonText(
  request: IncomingMessage,
  limits: Limits,
  onGrowth?: OnGrowth,
): Promise<string | undefined> {
  if (!hasBody(request)) return undefined;
  assertContentType(request, JSON_TYPES);
  const text = await readText(request, limits.maxBody, onGrowth);
  assertFewParts(text, limits.maxBody);
  return text.trim() === '' ? undefined : text;
}

/**
 * Bytes of the limit for each object or list in a body. Parsing the maximum takes 30 ms, and no other request is answered
 * meanwhile; without this limit, a mebibyte could hold five times as many. A group whose members have ids of the usual
 * length has at most a fifth of it.
 */
const BYTES_OF_PART = 10;

/** Before it is parsed, and so also by what stands in strings. @throws Refused 413. */
function assertFewParts(text: string, maxBody: number): void {
  const most = Math.floor(maxBody / BYTES_OF_PART);
  let parts = 0;
  for (let at = 0; at < text.length && text.length > 2 * most; at++) {
    const code = text.charCodeAt(at);
    if ((code === 0x7b || code === 0x5b) && ++parts > most) {
      const said = `The body holds more than ${most} objects and lists, which is the most that is taken.`;
      throw refuse(413, said, { problem: 'body-too-large' });
    }
  }
}

/** @throws Refused 415. */
export function assertContentType({ headers }: IncomingMessage, types: readonly string[]): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? types[0] ?? '').toLowerCase().split(';');
  const charset = parameters
    .map((each) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(each)?.[1])
    .find(Boolean);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw refuse(415, `A body with the encoding ${quoted(encoding)} is not understood; send it as it is.`);
  }
  if (!types.includes(type.trim())) {
    throw refuse(
      415,
      `The content type ${quoted(type.trim())} is not understood; send ${types.join(' or ')}.`,
    );
  }
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/.test(charset)) {
    throw refuse(415, `The character set ${quoted(charset)} is not understood; send UTF-8.`);
  }
}

/** @throws Refused 413, or 400 `invalidSyntax` where it is not UTF-8. */
export async function readText(
  request: IncomingMessage,
  maxBytes: number,
  onGrowth?: OnGrowth,
): Promise<string> {
  assertNotTooLarge(request, maxBytes);
  const bytes = await collect(request, maxBytes, onGrowth);
  // Many times as fast as a TextDecoder that is fatal.
  if (!isUtf8(bytes)) throw invalidSyntax('The body is not UTF-8.');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** By what it says of itself. @throws Refused 413. */
export function assertNotTooLarge({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number) =>
  refuse(413, `The body is larger than ${maxBytes} bytes, which is the most that is taken.`, {
    problem: 'body-too-large',
  });

const aborted = () => refuse(400, 'The body ended before its time.', { problem: 'aborted' });

function collect(request: IncomingMessage, maxBytes: number, onGrowth?: OnGrowth): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Of one that has ended by now, nothing would ever be heard.
    if (request.destroyed) return reject(aborted());
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) return end(() => reject(tooLarge(maxBytes)));
      chunks.push(chunk);
      const waiting = onGrowth?.(size);
      if (!waiting) return;
      request.pause();
      waiting.then(
        () => request.resume(),
        (error) => end(() => reject(error)),
      );
    };
    const onEnd = () =>
      end(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onClose = () => end(() => reject(aborted()));
    request.on('data', onData).once('end', onEnd).once('close', onClose).once('error', onClose);
  });
}

/** Reads on, and throws away, what is left of a request that was answered before its end. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let discarded = 0;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED) request.destroy();
  });
  request.resume();
}

/**
 * The value of a JSON text, and where something of it was left out: a key that means something to JavaScript itself, and
 * what is nested deeper than `maxDepth`, in whose place is an empty object.
 * @throws Refused 400 `invalidSyntax`. The parser's own message quotes what was sent: it is not passed on.
 */
export function parseJson(text: string, maxDepth: number): { value: unknown; unread: Unread[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidSyntax('The body is not valid JSON.');
  }
  const unread: Unread[] = [];
  leaveOut(value, maxDepth, [], unread);
  return { value, unread };
}

/** So many places at most are told. */
const MOST_UNREAD = 100;

/**
 * Goes no deeper than so many levels, so that no body is too deep for the stack.
 * @param path where the value is; as it was when this returns.
 */
function leaveOut(value: unknown, levels: number, path: (string | number)[], unread: Unread[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let n = 0; n < value.length; n++) leaveOutBelow(value, n, levels, path, unread);
    return;
  }
  for (const name of Object.keys(value)) {
    if (name !== '__proto__') leaveOutBelow(value, name, levels, path, unread);
    else {
      note([...path, name], 'name', unread);
      Reflect.deleteProperty(value, name);
    }
  }
}

function leaveOutBelow(
  value: object,
  name: string | number,
  levels: number,
  path: (string | number)[],
  unread: Unread[],
): void {
  const members = value as Record<string | number, unknown>;
  const one = members[name];
  if (typeof one !== 'object' || one === null) return;
  if (levels > 1) {
    path.push(name);
    leaveOut(one, levels - 1, path, unread);
    path.pop();
  } else {
    note([...path, name], 'depth', unread);
    members[name] = {};
  }
}

function note(path: Unread['path'], why: Unread['why'], unread: Unread[]): void {
  if (unread.length < MOST_UNREAD) unread.push({ path, why });
}

const invalidSyntax = (detail: string) =>
  refuse(400, detail, { scimType: 'invalidSyntax', problem: 'invalid-syntax' });

const quoted = (text: string) => JSON.stringify(text.slice(0, 100));
