import { createHash } from 'node:crypto';
import type { SortKeyValue } from '../../../database/queries/filters/sort.js';
import { usageProblem } from '../../../problem.js';
import type { ListQuery } from '../../../words/filter.js';

/** Where a page by cursor (RFC 9865) ended, and how many there were in all when the walk began. */
export interface Position {
  key: SortKeyValue;
  id: string;
  total: number;
}

/**
 * A cursor is the position itself, so that no server has to remember it. It holds nothing that the IdP was
 * not just given, and is taken back only for the same resources, filter and order. Whoever makes one up begins somewhere
 * else in what he may see anyway.
 */
export function encodeCursor(resource: string, query: ListQuery, { key, id, total }: Position): string {
  return Buffer.from(JSON.stringify([listOf(resource, query), key, id, total])).toString('base64url');
}

/** @throws Problem `cursor-invalid`. */
export function decodeCursor(resource: string, query: ListQuery, cursor: string): Position {
  const fields = parse(cursor);
  if (!fields || fields[0] !== listOf(resource, query)) throw cursorInvalid();
  const [, key, id, total] = fields;
  const isKey = key === null || typeof key === 'string' || typeof key === 'number';
  if (!isKey || typeof id !== 'string' || !Number.isSafeInteger(total) || (total as number) < 0) {
    throw cursorInvalid();
  }
  return { key, id, total: total as number };
}

export const cursorInvalid = () =>
  usageProblem('cursor-invalid', 'The cursor is not valid for this list.', {
    hint: 'Start again without a cursor, and use the same filter and order for every page.',
  });

const MAX_LENGTH = 8_000;

function parse(cursor: string): unknown[] | undefined {
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return undefined;
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(fields) && fields.length === 4 ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** What the pages of one walk have in common. */
function listOf(resource: string, { filter, sortBy, descending = false }: ListQuery): string {
  const list = JSON.stringify([resource, filter ?? null, sortBy?.path ?? null, descending]);
  return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}
