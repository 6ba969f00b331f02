import { usageProblem } from '../../problem.js';
import { decodeText } from '../../text-file.js';

/** One person of a file, as it has them. */
export interface ExportRecord {
  /** For people who look for it: the line of a CSV file, the how-manieth of a JSON one, from 1 on. */
  at: number;
  /** By the names of the columns, or of the JSON's fields (`profile.login`), as they stand there. */
  fields: Readonly<Record<string, string>>;
}

export interface ExportFile {
  format: 'csv' | 'json';
  records: ExportRecord[];
}

/**
 * Takes a file apart in which an IdP lists its users: CSV (RFC 4180, with commas, semicolons or tabs, as
 * spreadsheets and PowerShell write it), or JSON as Microsoft Graph, Okta's API or a SCIM endpoint answer. UTF-8, or
 * UTF-16 with a byte order mark.
 * @throws Problem `export-unreadable`.
 */
export async function readExport(bytes: Uint8Array): Promise<ExportFile> {
  const text = decode(bytes);
  if (text.trim() === '') throw unreadable('it is empty');
  if (/^\s*[[{]/.test(text)) return { format: 'json', records: recordsOfJson(text) };
  return { format: 'csv', records: await recordsOfCsv(text) };
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch {
    throw unreadable('it is not in UTF-8', 'In a spreadsheet, save it as "CSV UTF-8".');
  }
}

/** Of PowerShell's Export-Csv, of spreadsheets, and of Entra's own templates. */
const PREAMBLE = /^(?:#TYPE [^\n]*|sep=.|version:v[^\n]*)\r?\n/i;

async function recordsOfCsv(whole: string): Promise<ExportRecord[]> {
  const [preamble = ''] = PREAMBLE.exec(whole) ?? [];
  const text = whole.slice(preamble.length);
  const { parse, CsvError } = await import('csv-parse/sync');
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    // Not every writer ends a row with all its commas.
    const options = {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      trim: true,
    } as const;
    rows = parse(text, { ...options, skip_empty_lines: true }) as unknown as typeof rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(`it is no CSV: ${error.message}`, undefined, error);
  }
  const [head, ...rest] = rows;
  return rest.map(({ record, info }) => ({
    at: info.lines + (preamble === '' ? 0 : 1),
    fields: Object.fromEntries((head?.record ?? []).map((name, n) => [name, record[n] ?? ''])),
  }));
}

/** Whichever the head has most of: spreadsheets separate by what the country they are set to writes lists with. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: head.split(sign).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).sign;
}

function recordsOfJson(text: string): ExportRecord[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw unreadable('it is no JSON', undefined, error);
  }
  const list = listIn(document);
  if (!list) throw unreadable('its JSON holds no list of users');
  return list.map((one, n) => ({ at: n + 1, fields: flat(one) }));
}

/** A list itself, or what a list comes in: of Microsoft Graph, and of SCIM. */
function listIn(document: unknown): unknown[] | undefined {
  if (Array.isArray(document)) return document;
  const { value, Resources } = document as { value?: unknown; Resources?: unknown };
  return [value, Resources].find((one) => Array.isArray(one));
}

/** No list of users has what we look for further down; a hostile one may go down for ever. */
const DEEPEST = 3;

/** `{profile: {login: 'a'}}` is `profile.login`; of the e-mail addresses of SCIM, the one that is the main one. */
function flat(one: unknown, path = '', depth = 0): Record<string, string> {
  if (typeof one !== 'object' || one === null) {
    return path === '' || one === null || one === undefined ? {} : { [path]: String(one) };
  }
  if (Array.isArray(one)) return path === 'emails' ? { email: mainAddress(one) } : {};
  if (depth === DEEPEST) return {};
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, value]) =>
      Object.entries(flat(value, path === '' ? name : `${path}.${name}`, depth + 1)),
    ),
  );
}

/** RFC 7643, section 2.4: `primary`; else the work address, as both IdPs send it; else the first. */
function mainAddress(emails: readonly unknown[]): string {
  const known = emails.filter((one) => typeof one === 'object' && one !== null) as Record<string, unknown>[];
  const main =
    known.find(({ primary }) => primary === true) ?? known.find(({ type }) => type === 'work') ?? known[0];
  return typeof main?.value === 'string' ? main.value : '';
}

const unreadable = (why: string, hint?: string, cause?: unknown) =>
  usageProblem('export-unreadable', `The export cannot be read: ${why}.`, {
    hint:
      hint ??
      'Give the CSV file that Entra or Okta exports, or the JSON of Microsoft Graph, of the Okta API or of SCIM.',
    cause,
  });
