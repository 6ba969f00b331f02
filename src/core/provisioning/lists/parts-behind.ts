import type { Session } from '../../../database/database.js';
import type { Core } from '../../core.js';

/** How the parts of a long list are read that is in the order of its ids. */
export interface PartsBehind<T> {
  /** Reads the rows behind the one of an id, `size` of them at most. */
  read: (session: Session, behind: string) => Promise<T[]>;
  idOf: (one: T) => string;
  size: number;
}

/**
 * A list behind the row of an id, part by part, each as it is when it is read: whatever is in the list all the while is
 * there once. Nothing is held open between two parts, however slow the reader is.
 */
export async function* partsBehind<T>(
  core: Core,
  id: string,
  { read, idOf, size }: PartsBehind<T>,
): AsyncGenerator<T[]> {
  for (let next: string | undefined = id; next !== undefined; ) {
    const behind: string = next;
    const part: T[] = await core.database.read((session) => read(session, behind));
    if (part.length > 0) yield part;
    const last = part.at(-1);
    next = last === undefined || part.length < size ? undefined : idOf(last);
  }
}
