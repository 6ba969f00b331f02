import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readLastEventSeq } from '../../../database/queries/audit/events.js';
import {
  insertReceiver,
  noteDelivered,
  noteFailure,
  type ReceiverRow,
  readReceiver,
  releaseReceiver,
  takeReceiver,
} from '../../../database/queries/audit/receivers.js';
import type { Core } from '../../core.js';
import { randomUuid } from '../../uuid.js';
import type { AuditEvent } from '../list.js';
import { newEvents } from './follow.js';
import { noticeOf, TELLS_OF_PENDING } from './notice.js';
import { isLasting, type ReceiverFailure } from './receiver-failure.js';
import type { WebhookMessage } from './webhook.js';

/** What came of a message that was sent. */
export type Posted =
  | { outcome: 'accepted'; status: number }
  | {
      outcome: 'failed';
      failure: ReceiverFailure;
      /** How long the receiver asks to be left alone, in milliseconds. */
      retryAfterMs?: number;
      error?: unknown;
    };

type Refused = Extract<Posted, { outcome: 'failed' }>;

/** What the deliverer tells of. */
export interface DeliveryNews {
  accepted(event: AuditEvent, status: number): void;
  /** @param tries how many attempts have failed in a row. @param nextMs when the next one is made. */
  failed(event: AuditEvent, posted: Refused, tries: number, nextMs: number): void;
  /** It is this process's turn, or no longer. */
  turn(isOurs: boolean): void;
  /** The database could not be asked; it is asked again. */
  broken(error: unknown): void;
}

export interface DeliveryTimes {
  /** How long the turn is kept by a process that no longer says so, in milliseconds. */
  turnMs: number;
  /** How long one attempt takes at most. */
  attemptMs: number;
  /** How long to wait between two looks at the trail. */
  everyMs: number;
  /** After the first failure, and at most; the wait doubles each time. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** After a failure that another attempt will not change soon. */
  lastingWaitMs: number;
}

export const DELIVERY_TIMES: DeliveryTimes = {
  turnMs: 45_000,
  attemptMs: 10_000,
  everyMs: 1000,
  firstWaitMs: 2000,
  longestWaitMs: 10 * 60_000,
  lastingWaitMs: 60 * 60_000,
};

/** A position that moved over events that tell nothing is stored so often, in milliseconds. */
const KEEP_EVERY_MS = 60_000;

/** By what a receiver is known in the database. Its path may hold a secret and is not stored. */
export const receiverOf = (url: URL): Pick<ReceiverRow, 'receiverId' | 'origin'> => ({
  receiverId: createHash('sha256').update(url.href).digest('hex'),
  origin: url.origin,
});

/**
 * Delivers the notices of one receiver: each event that tells of an account which became pending, in the order of the
 * trail. The trail is the outbox, and the position of the receiver is stored after it has accepted a notice: what happens
 * in between delivers it again, and nothing is lost. Of several processes with the same receiver, one delivers.
 */
export class Deliverer {
  readonly #holder: string;
  readonly #times: DeliveryTimes;
  /** Undefined while it is another process's turn. */
  #position: bigint | undefined;
  #stored = 0n;
  #storedAt = 0;
  #heldUntil = 0;
  #tries = 0;
  #notBefore = 0;

  constructor(
    private readonly core: Core,
    private readonly receiver: Pick<ReceiverRow, 'receiverId' | 'origin'>,
    private readonly post: (message: WebhookMessage) => Promise<Posted>,
    private readonly news: DeliveryNews,
    times: Partial<DeliveryTimes> = {},
    /** Where nothing is sealed, the database is asked whether a missing number may still come. */
    private readonly asks = false,
  ) {
    this.#holder = randomUuid(core.random);
    this.#times = { ...DELIVERY_TIMES, ...times };
  }

  /** Works until the signal is given. Then it stores where it is, and gives up its turn. */
  async run(signal: AbortSignal): Promise<void> {
    const { everyMs, turnMs } = this.#times;
    while (!signal.aborted) {
      let pause = everyMs;
      try {
        if (!(await this.#keepTurn())) pause = turnMs / 5;
        else if (performance.now() >= this.#notBefore) await this.#deliver(signal);
      } catch (error) {
        this.news.broken(error);
        pause = Math.max(pause, 5 * everyMs);
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    if (this.#position === undefined) return;
    const { receiverId } = this.receiver;
    await this.core.database
      .transaction(async (session) => {
        await this.#store(session, 0);
        await releaseReceiver(session, receiverId, this.#holder);
      })
      .catch((error) => this.news.broken(error));
  }

  /** Makes sure that the turn lasts for another attempt. @returns whether it is ours. */
  async #keepTurn(): Promise<boolean> {
    const { turnMs, attemptMs } = this.#times;
    if (performance.now() + 2 * attemptMs < this.#heldUntil) return true;
    const { receiverId } = this.receiver;
    const heldUntil = performance.now() + turnMs;
    const row = await this.core.database.transaction(
      async (session) => {
        if (!(await readReceiver(session, receiverId)))
          await insertReceiver(session, this.receiver, await readLastEventSeq(session));
        await takeReceiver(session, receiverId, this.#holder, turnMs / 1000);
        return readReceiver(session, receiverId);
      },
      { locks: [{ name: 'event-receiver' }] },
    );
    const isOurs = row?.heldBy === this.#holder;
    if (isOurs !== (this.#position !== undefined)) this.news.turn(isOurs);
    if (!isOurs) {
      this.#position = undefined;
      return false;
    }
    this.#heldUntil = heldUntil;
    if (this.#position === undefined) {
      this.#position = row.deliveredTo;
      this.#stored = row.deliveredTo;
      this.#storedAt = performance.now();
    }
    return true;
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    const filter = { action: 'user.*', outcome: 'done', saying: TELLS_OF_PENDING } as const;
    const behind = this.#position ?? 0n;
    for await (const { events, upTo } of newEvents(this.core, behind, filter, { asks: this.asks })) {
      for (const event of events) {
        if (signal.aborted || !(await this.#tell(event))) return;
      }
      this.#position = upTo;
    }
    if (this.#position !== this.#stored && performance.now() >= this.#storedAt + KEEP_EVERY_MS)
      await this.core.database.transaction((session) => this.#store(session, 0));
  }

  /** @returns false where the receiver has not accepted it, or it is no longer our turn. */
  async #tell(event: AuditEvent): Promise<boolean> {
    const notice = noticeOf(event);
    if (!notice) return true;
    if (!(await this.#keepTurn())) return false;
    const body = JSON.stringify(notice);
    const posted = await this.post({ id: event.id, at: this.core.clock(), body });
    const { database } = this.core;
    const { receiverId } = this.receiver;
    if (posted.outcome === 'failed') {
      const wait = this.#nextWait(posted);
      this.#notBefore = performance.now() + wait;
      this.news.failed(event, posted, this.#tries, wait);
      await database.transaction((session) => noteFailure(session, receiverId, this.#holder, posted.failure));
      return false;
    }
    this.#tries = 0;
    this.#notBefore = 0;
    this.news.accepted(event, posted.status);
    this.#position = BigInt(event.seq);
    await database.transaction((session) => this.#store(session, 1));
    return true;
  }

  async #store(session: Parameters<typeof noteDelivered>[0], delivered: number): Promise<void> {
    const upTo = this.#position ?? 0n;
    if (upTo === this.#stored) return;
    await noteDelivered(session, this.receiver.receiverId, this.#holder, { upTo, delivered });
    this.#stored = upTo;
    this.#storedAt = performance.now();
  }

  /** Twice as long each time, and between half of it and all of it, so that not everything is tried at the same moment. */
  #nextWait({ failure, retryAfterMs = 0 }: Refused): number {
    const { firstWaitMs, longestWaitMs, lastingWaitMs } = this.#times;
    const doubled = Math.min(firstWaitMs * 2 ** this.#tries++, longestWaitMs);
    const whole = isLasting(failure) ? lastingWaitMs : doubled;
    const share = 0.5 + (this.core.random(1)[0] ?? 0) / 512;
    return Math.max(whole * share, Math.min(retryAfterMs, lastingWaitMs));
  }
}
