import type { Client, Reply, Request } from './client.js';
import { type Deviation, type DeviationCode, deviation, saidBy } from './deviations/deviation.js';
import type { IdpName } from './names.js';
import { TransportFailure } from './transport-failure.js';

/** What one request was and what became of it. */
export interface ProbeExchange {
  method: string;
  path: string;
  status: number;
  ms: number;
}

/** What goes on for the whole run. */
export interface Run {
  client: Client;
  /** The IdPs that are played. */
  idps: readonly IdpName[];
  random: (bytes: number) => Uint8Array;
  /** Deviations that are said at the first answer only, and have been; see `saidBy`. */
  said: Set<string>;
}

/** A reply that was read: its body parsed, where it has one. */
export interface ScimReply extends Reply {
  /** Undefined where there is no body. */
  body: unknown;
}

/** Ends a step: what was found is on its list. */
export class Stopped extends Error {}

/** Slower than this is worth a word. Milliseconds. */
const SLOW_MS = 5000;

/** One step of the probe under way: what it sends, and what it finds. */
export class Scene {
  readonly deviations: Deviation[] = [];
  readonly exchanges: ProbeExchange[] = [];

  constructor(
    readonly run: Run,
    /** `entra`, `okta` or `any`. */
    private readonly idp: string,
  ) {}

  /** Notes that the endpoint deviates, and goes on. */
  deviates(code: DeviationCode, seen: string): void {
    const once = saidBy(code, this.idp);
    if (once !== undefined && this.run.said.has(once)) return;
    if (once !== undefined) this.run.said.add(once);
    if (this.deviations.some((each) => each.code === code && each.seen === seen)) return;
    this.deviations.push(deviation(code, seen, this.run.idps));
  }

  /** Notes that the endpoint deviates, and ends the step. */
  stop(code: DeviationCode, seen: string): never {
    this.deviates(code, seen);
    throw new Stopped();
  }

  /**
   * Sends one request as the IdP, and reads the reply as SCIM: a redirect, HTML and broken JSON end the step.
   */
  async send(request: Request): Promise<ScimReply> {
    const reply = await this.deliver(request);
    const { method, path, status, ms, headers, text } = reply;
    this.exchanges.push({ method, path, status, ms });
    if (ms > SLOW_MS)
      this.deviates('slow', `${method} ${request.path} took ${(ms / 1000).toFixed(1)} seconds`);
    if (status >= 300 && status < 400 && status !== 304) {
      const to = headers.location ? ` to ${headers.location}` : '';
      this.stop('redirect', `${method} ${request.path} was redirected with ${status}${to}`);
    }
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (text.trim() === '') return { ...reply, body: undefined };
    if (type === 'text/html' || /^\s*<(!doctype|html)/i.test(text)) {
      this.stop(
        'not-scim',
        `${method} ${request.path} was answered with ${status} and a web page${titleOf(text)}`,
      );
    }
    const body = parsed(text);
    if (body === undefined && status < 400) {
      this.stop('not-json', `${method} ${request.path} was answered with ${status} and no JSON`);
    }
    if (type !== 'application/scim+json') {
      this.deviates('content-type', `the content type is ${type || 'not given'}`);
    }
    return { ...reply, body };
  }

  private async deliver(request: Request): Promise<Reply> {
    try {
      return await this.run.client.send(request);
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      const { code, message: seen, advice: rule } = error;
      this.deviations.push({ code, status: 'fail', seen, rule, minds: {} });
      throw new Stopped();
    }
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

const titleOf = (html: string): string => {
  const title = /<title[^>]*>([^<]{1,100})/i.exec(html)?.[1]?.trim();
  return title ? `: ${title}` : '';
};
