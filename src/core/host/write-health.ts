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
