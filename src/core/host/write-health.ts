import type { Database, Session } from '../../database/database.js';

const FAILING = 'host writes fail';

/**
 * Notes whether the host application has taken a write, or cannot carry it out whatever it says: a broken trigger, a
 * column that is ignored, a missing right. That it refuses a value tells nothing of other writes.
 */
export function noteHostWrite({ memory }: Pick<Session, 'memory'>, holds: boolean): void {
  if (holds) memory.hints.delete(FAILING);
  else memory.hints.set(FAILING, true);
}

/** Whether the last write of this process through the host views failed. Makes no query. */
export const hostWritesFail = ({ memory }: Pick<Database, 'memory'>): boolean => memory.hints.has(FAILING);

const UNREADABLE = 'host views have unfit columns';

/** Notes whether our statements can read and compare the columns of the host views, by their types. */
export function noteHostViews({ memory }: Pick<Database, 'memory'>, fit: boolean): void {
  if (fit) memory.hints.delete(UNREADABLE);
  else memory.hints.set(UNREADABLE, true);
}

/** What works only in part, by the names that `/readyz` has for it. Makes no query. */
export const degradedParts = (database: Pick<Database, 'memory'>): string[] => [
  ...(hostWritesFail(database) ? ['host-writes'] : []),
  ...(database.memory.hints.has(UNREADABLE) ? ['host-views'] : []),
];
