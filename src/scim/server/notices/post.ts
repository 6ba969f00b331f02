import { lookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Posted } from '../../../core/audit/follow/receiver.js';
import type { ReceiverFailure } from '../../../core/audit/follow/receiver-failure.js';
import {
  type WebhookMessage,
  type WebhookSecret,
  webhookHeaders,
} from '../../../core/audit/follow/webhook.js';
import { codeOf, connectFailureOf, unfold } from '../../../database/settings/failure.js';
import { toolVersion } from '../../../installation/version.js';
import { isLoopback } from '../../../loopback.js';

export interface PostOptions {
  url: URL;
  /** Asked each time, so that a file can be changed while the endpoint runs. */
  secrets: () => Promise<readonly WebhookSecret[]>;
  /** Authorities to trust, PEM, in the place of Node's own. */
  ca?: readonly string[];
  /** For the whole of one attempt, in milliseconds. */
  timeoutMs: number;
}

/** More of an answer is not read. */
const MOST_BYTES = 64 * 1024;

/** Posts messages to a receiver, signed. TLS is verified, and no redirect is followed. */
export class Poster {
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(private readonly options: PostOptions) {
    const { url, ca } = options;
    // A connection for each message: they are few, and one that is kept may be closed by the other side at any moment.
    this.#agent =
      url.protocol === 'https:'
        ? new HttpsAgent({ ...(ca && { ca: [...ca] }), minVersion: 'TLSv1.2' })
        : new HttpAgent();
  }

  /** Sends one message. Never throws but where the secrets cannot be had. */
  async post(message: WebhookMessage): Promise<Posted> {
    const headers = webhookHeaders(message, await this.options.secrets());
    try {
      return outcomeOf(await this.#send(message.body, headers));
    } catch (error) {
      return { outcome: 'failed', failure: failureOf(error), error };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(body: string, headers: Record<string, string>): Promise<IncomingMessage> {
    const { url, timeoutMs } = this.options;
    const isPlain = url.protocol === 'http:';
    return new Promise((resolve, reject) => {
      const sent = (isPlain ? httpRequest : httpsRequest)(url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          ...headers,
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': `scimctl/${toolVersion()}`,
        },
        // A name below localhost is this machine's by its form; what it leads to is looked at too.
        ...(isPlain && { lookup: loopbackOnly }),
      });
      const limit = setTimeout(() => sent.destroy(new Failure('timed-out')), timeoutMs);
      const settle = (work: () => void) => {
        clearTimeout(limit);
        work();
      };
      sent.on('error', (error) => settle(() => reject(error)));
      sent.on('response', (response) => {
        drained(response).then(
          () => settle(() => resolve(response)),
          (error) => settle(() => reject(error)),
        );
      });
      sent.end(body);
    });
  }
}

class Failure extends Error {
  constructor(readonly failure: ReceiverFailure) {
    super(failure);
  }
}

/** Reads the answer to its end; what is longer than an answer needs to be is cut off, and the answer counts. */
async function drained(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) {
      response.destroy();
      return;
    }
  }
}

const loopbackOnly: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const foreign = error ? undefined : found.find(({ address }) => !isLoopback(address));
    if (error || foreign) return callback(error ?? new Failure('not-loopback'), []);
    if (options.all) return callback(null, found);
    const [first] = found;
    callback(null, first?.address ?? '', first?.family);
  });

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): Posted {
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'accepted', status: statusCode };
  const failure: ReceiverFailure =
    statusCode >= 300 && statusCode < 400
      ? 'redirected'
      : statusCode === 410
        ? 'gone'
        : `status-${statusCode}`;
  const seconds = Number(headers['retry-after']);
  return {
    outcome: 'failed',
    failure,
    ...(Number.isFinite(seconds) && seconds > 0 && { retryAfterMs: seconds * 1000 }),
  };
}

function failureOf(error: unknown): ReceiverFailure {
  if (error instanceof Failure) return error.failure;
  const errors = unfold(error);
  const told = errors.find((one) => one instanceof Failure || connectFailureOf(one)) ?? errors[0];
  if (told instanceof Failure) return told.failure;
  const text = `${codeOf(told) ?? ''} ${told?.message ?? ''}`.toUpperCase().replaceAll(' ', '_');
  if (/HPE_|WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|HTTP_REQUEST/.test(text))
    return 'not-http';
  return (told && connectFailureOf(told)) ?? 'failed';
}
