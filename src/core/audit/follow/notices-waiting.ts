import type { Session } from '../../../database/database.js';
import { countEvents } from '../../../database/queries/audit/events.js';
import { type ReceiverRow, readReceiver } from '../../../database/queries/audit/receivers.js';
import type { Core } from '../../core.js';
import { TELLS_OF_PENDING } from './notice.js';

/** A receiver, and how many notices it has not accepted yet. */
export interface ReceiverState extends ReceiverRow {
  waiting: number;
}

/** How a receiver stands; nothing before anything was delivered to it. */
export const noticesWaiting = (
  { database }: Pick<Core, 'database'>,
  receiverId: string,
): Promise<ReceiverState | undefined> =>
  database.read(async (session) => {
    const row = await readReceiver(session, receiverId);
    return row && { ...row, waiting: await countWaiting(session, row) };
  });

/** How many events behind a position tell a receiver something. */
export const countWaiting = (session: Session, { deliveredTo }: ReceiverRow): Promise<number> =>
  countEvents(session, { action: 'user.*', outcome: 'done', saying: TELLS_OF_PENDING, after: deliveredTo });
