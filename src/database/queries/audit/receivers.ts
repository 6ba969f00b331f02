import type { Session } from '../../database.js';
import { asInstant, asText, own } from '../rows.js';

/** A receiver of notices, and how far it has been told. */
export interface ReceiverRow {
  receiverId: string;
  /** Scheme, host and port. */
  origin: string;
  /** The event up to which everything has been delivered. */
  deliveredTo: bigint;
  deliveredCount: number;
  deliveredAt: Date | null;
  /** Since when it has not accepted a notice; null while it accepts them. */
  failingSince: Date | null;
  /** Why, by the last attempt: a code of `receiver-failure.ts`. */
  failure: string | null;
  /** Whose turn it is to deliver, and until when. */
  heldBy: string | null;
  heldUntil: Date | null;
}

/**
 * The receivers of notices, those served last first.
 * @param most the maximum number of them.
 */
export async function listReceivers(session: Session, most: number): Promise<ReceiverRow[]> {
  const rows = await own(session, 'event_receiver')
    .orderByRaw('coalesce(held_until, created_at) desc, receiver_id')
    .limit(most)
    .select('*');
  return rows.map(toReceiver);
}

export async function readReceiver(session: Session, receiverId: string): Promise<ReceiverRow | undefined> {
  const [row] = await own(session, 'event_receiver').where({ receiver_id: receiverId }).select('*');
  return row && toReceiver(row);
}

/** Begins behind an event. */
export async function insertReceiver(
  session: Session,
  { receiverId, origin }: Pick<ReceiverRow, 'receiverId' | 'origin'>,
  deliveredTo: bigint,
): Promise<void> {
  await own(session, 'event_receiver').insert({
    receiver_id: receiverId,
    origin,
    delivered_to: String(deliveredTo),
    created_at: session.knex.raw(session.dialect.expressions.now),
  });
}

/**
 * Takes the turn to deliver or extends it, by the clock of the database, unless another process has it. A turn that ends
 * later than any process could have set was planted, and is ignored.
 * @param seconds how long it is kept without another word.
 */
export async function takeReceiver(
  session: Session,
  receiverId: string,
  holder: string,
  seconds: number,
): Promise<void> {
  const { now } = session.dialect.expressions;
  await own(session, 'event_receiver')
    .where({ receiver_id: receiverId })
    .whereRaw(
      `(held_by is null or held_by = ? or held_until is null or held_until < ${now} or held_until > ${laterBy(session, 2 * seconds)})`,
      [holder],
    )
    .update({ held_by: holder, held_until: session.knex.raw(laterBy(session, seconds)) });
}

/** Gives the turn up. */
export async function releaseReceiver(session: Session, receiverId: string, holder: string): Promise<void> {
  await own(session, 'event_receiver')
    .where({ receiver_id: receiverId, held_by: holder })
    .update({ held_by: null });
}

/**
 * Stores how far it has been told, never less than before.
 * @param delivered how many notices it has accepted since the last time.
 */
export async function noteDelivered(
  session: Session,
  receiverId: string,
  holder: string,
  { upTo, delivered }: { upTo: bigint; delivered: number },
): Promise<void> {
  const { knex, dialect } = session;
  const { now } = dialect.expressions;
  await own(session, 'event_receiver')
    .where({ receiver_id: receiverId, held_by: holder })
    .whereRaw('delivered_to < cast(? as bigint)', [String(upTo)])
    .update({
      delivered_to: String(upTo),
      ...(delivered > 0 && {
        // If the maximum was planted, every addition would overflow, and the position could not be stored.
        delivered_count: knex.raw(
          `case when delivered_count < ${FAR_TOO_MANY} then delivered_count else 0 end + cast(? as bigint)`,
          [delivered],
        ),
        delivered_at: knex.raw(now),
        failing_since: null,
        failure: null,
      }),
    });
}

/** Notes that the last attempt failed. */
export async function noteFailure(
  session: Session,
  receiverId: string,
  holder: string,
  failure: string,
): Promise<void> {
  const { knex, dialect } = session;
  await own(session, 'event_receiver')
    .where({ receiver_id: receiverId, held_by: holder })
    .update({ failure, failing_since: knex.raw(`coalesce(failing_since, ${dialect.expressions.now})`) });
}

/** A count above this one cannot be genuine. */
const FAR_TOO_MANY = '4611686018427387904';

const laterBy = ({ dialect }: Session, seconds: number): string =>
  dialect.expressions.later(Math.round(seconds));

const toReceiver = (row: Record<string, unknown>): ReceiverRow => ({
  receiverId: String(row.receiver_id),
  origin: String(row.origin),
  deliveredTo: BigInt(String(row.delivered_to)),
  deliveredCount: Number(row.delivered_count),
  deliveredAt: asInstant(row.delivered_at),
  failingSince: asInstant(row.failing_since),
  failure: asText(row.failure),
  heldBy: asText(row.held_by),
  heldUntil: asInstant(row.held_until),
});
