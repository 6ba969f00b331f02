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
    return row && (await withWaiting(session, [row]))[0];
  });

/** How several receivers stand. Each event is looked at once, wherever their positions are. */
export async function withWaiting(session: Session, rows: readonly ReceiverRow[]): Promise<ReceiverState[]> {
  const positions = [...new Set(rows.map(({ deliveredTo }) => deliveredTo))].sort((a, b) => (a < b ? 1 : -1));
  const waiting = new Map<bigint, number>();
  let [soFar, upTo]: [number, bigint | undefined] = [0, undefined];
  for (const after of positions) {
    const stretch = { after, ...(upTo !== undefined && { upTo }) };
    const filter = { action: 'user.*', outcome: 'done', saying: TELLS_OF_PENDING } as const;
    soFar += await countEvents(session, { ...filter, ...stretch });
    waiting.set(after, soFar);
    upTo = after;
  }
  return rows.map((row) => ({ ...row, waiting: waiting.get(row.deliveredTo) ?? 0 }));
}
