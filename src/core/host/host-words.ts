import type { ServerWords } from '../../database/dialect/server-words.js';
import { printable } from '../../printable.js';
import { withoutTokens } from '../tokens/format.js';

/** What the host application said when it refused a write, fit for an answer and for the log. */
export interface HostWords {
  message: string;
  hint?: string;
  /** `SQLSTATE 23514`, `error 547`. */
  state: string;
  constraint?: string;
  column?: string;
}

/** Characters; a message that is longer is cut. */
const LONGEST = 1_000;
/** What stands behind is not even looked at. */
const LONGEST_READ = 10_000;

/**
 * The words of the host application's own trigger or constraint, bounded, on one line, without what looks like a
 * credential. They never hold PostgreSQL's DETAIL and CONTEXT, nor parameters, nor the value at which a cast failed: it
 * may be of a row that the IdP may not see.
 */
export function hostWords(words: ServerWords): HostWords {
  const { message, hint, state, constraint, column } = words;
  return {
    message: safeWords(isConversion(words) ? message.replace(QUOTED, '…') : message),
    ...(hint !== undefined && { hint: safeWords(hint) }),
    state,
    ...(constraint !== undefined && { constraint: safeWords(constraint) }),
    ...(column !== undefined && { column: safeWords(column) }),
  };
}

/** From the first quotation mark to the last, in any language of the server. */
const QUOTED = /["'«»„“”‚‘’]([\s\S]*)["'«»„“”‚‘’]/;

/** What a message quotes. */
export const quotedIn = (message: string): string | undefined => QUOTED.exec(message)?.[1]?.trim();

/**
 * A cast that fails. Our own statements write texts, flags and keys as the catalogue has them: a trigger that makes a
 * number or an instant of them is wrong about the application's data, and no value of the IdP is right for it. A text
 * that is too long (22001; 2628 and 8152) is another matter.
 */
export const isConversion = ({ state, message }: Pick<ServerWords, 'state' | 'message'>): boolean =>
  CONVERSIONS.includes(state) ||
  (state === BABELFISH && /invalid input syntax for|out of range/.test(message));

const CONVERSIONS: readonly string[] = [
  ...['22P02', '22P05', '22003', '22007', '22008', '22018'].map((state) => `SQLSTATE ${state}`),
  ...[241, 242, 244, 245, 248, 8114, 8115, 8169].map((number) => `error ${number}`),
];
/** Babelfish has one number for most errors of PostgreSQL. */
const BABELFISH = 'error 33557097';

/** `… (SQLSTATE 23514, constraint staff_name, column name). Hint: …` */
export function hostInWords({ message, hint, state, constraint, column }: HostWords): string {
  const where = [
    state,
    constraint !== undefined && !message.includes(constraint) && `constraint ${constraint}`,
    column !== undefined && !message.includes(column) && `column ${column}`,
  ].filter(Boolean);
  const said = `${message.replace(/\.$/, '') || 'without a message'} (${where.join(', ')}).`;
  return hint === undefined || hint === '' ? said : `${said} Hint: ${hint.replace(/\.$/, '')}.`;
}

/** Words of the server on one line, bounded, without control characters and what looks like a credential. */
export function safeWords(text: string): string {
  const start = withoutTokens(text.slice(0, LONGEST_READ));
  const safe = CREDENTIALS.reduce((left, [found, shown]) => left.replace(found, shown), start);
  const line = printable(safe.trim().replaceAll(/\s+/g, (space) => (space.includes('\n') ? '\\n' : space)));
  return line.length > LONGEST ? `${[...line].slice(0, LONGEST - 1).join('')}…` : line;
}

/** What a trigger may print of a row: JSON web tokens, bearer tokens, password hashes, keys. */
const CREDENTIALS: [RegExp, string][] = [
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '…'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 …'],
  [/\$[0-9a-z]{1,12}\$[^\s'"]{8,}/gi, '…'],
  [/\b(?:0x)?[0-9a-f]{32,}\b/gi, '…'],
  [/(?<![\w+/])(?=[\w+/]*\d)(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}/g, '…'],
];
