import { noticesWaiting } from '../../../core/audit/follow/notices-waiting.js';
import {
  DELIVERY_TIMES,
  Deliverer,
  type DeliveryTimes,
  receiverOf,
} from '../../../core/audit/follow/receiver.js';
import { failureWords } from '../../../core/audit/follow/receiver-failure.js';
import type { WebhookSecret } from '../../../core/audit/follow/webhook.js';
import type { Core } from '../../../core/core.js';
import type { Log } from '../observing/log.js';
import type { Gauge } from '../observing/metrics.js';
import { Poster } from './post.js';

/** Where notices of accounts that become pending go. */
export interface NoticeOptions {
  url: URL;
  secrets: () => Promise<readonly WebhookSecret[]>;
  ca?: readonly string[];
  times?: Partial<DeliveryTimes>;
}

export interface Notices {
  gauges(): Promise<Gauge[]>;
  /** Ends after the attempt that is under way. */
  stop(): Promise<void>;
}

/** Delivers notices beside everything else, and tells the log of it. */
export function startNotices(
  core: Core,
  { url, secrets, ca, times }: NoticeOptions,
  { log, explain, asks }: { log: Log; explain: (error: unknown) => string; asks: boolean },
): Notices {
  const timeoutMs = times?.attemptMs ?? DELIVERY_TIMES.attemptMs;
  const poster = new Poster({ url, secrets, timeoutMs, ...(ca && { ca }) });
  const receiver = receiverOf(url);
  const { origin } = receiver;
  let isFailing = false;
  let isBroken = false;
  const deliverer = new Deliverer(
    core,
    receiver,
    (message) => poster.post(message),
    {
      accepted: ({ seq }, status) => {
        isBroken = false;
        if (isFailing) log.line('info', 'notices-recovered', { origin }, `${origin} accepts notices again.`);
        isFailing = false;
        log.line('info', 'notice-delivered', { seq, status }, `The notice of event ${seq} was delivered.`);
      },
      failed: ({ seq }, { failure, error }, tries, nextMs) => {
        isFailing = true;
        const known = { origin, seq, failure, tries, nextMs: Math.round(nextMs) };
        const fields = { ...known, ...(failure === 'failed' && { error: explain(error) }) };
        const text = `${origin} did not accept the notice of event ${seq}: ${failureWords(failure)}. The next attempt is in ${Math.round(nextMs / 1000)} s.`;
        log.line('warn', 'notice-failed', fields, text);
      },
      turn: (isOurs) => {
        if (isOurs) log.line('info', 'notices-begun', { origin }, `Notices are delivered to ${origin}.`);
        else
          log.line(
            'info',
            'notices-elsewhere',
            { origin },
            `Another endpoint delivers notices to ${origin}.`,
          );
      },
      broken: (error) => {
        if (isBroken) return;
        isBroken = true;
        const fields = { task: 'notices', error: explain(error) };
        log.line('warn', 'housekeeping-failed', fields, 'notices failed and will be retried.');
      },
    },
    times,
    asks,
  );
  const stopping = new AbortController();
  const running = deliverer.run(stopping.signal);
  return {
    gauges: async () => {
      const state = await noticesWaiting(core, receiver.receiverId).catch(() => undefined);
      if (!state) return [];
      const one = (name: string, help: string, value: number, type?: 'counter'): Gauge => ({
        name,
        help,
        ...(type && { type }),
        values: [{ value }],
      });
      const { deliveredCount, deliveredAt, failingSince, waiting } = state;
      return [
        one(
          'scimctl_notices_delivered_total',
          'Notices that the receiver accepted.',
          deliveredCount,
          'counter',
        ),
        one('scimctl_notices_waiting', 'Notices that the receiver has not accepted yet.', waiting),
        one('scimctl_notices_failing', 'Whether the last notice was not accepted.', failingSince ? 1 : 0),
        ...(deliveredAt
          ? [
              one(
                'scimctl_notices_last_delivered_timestamp_seconds',
                'When the receiver last accepted a notice.',
                deliveredAt.getTime() / 1000,
              ),
            ]
          : []),
      ];
    },
    stop: async () => {
      stopping.abort();
      await running;
      poster.close();
    },
  };
}
