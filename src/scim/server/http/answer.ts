import type { ScimResponse } from '../../protocol/exchange.js';

/** What is sent back: a SCIM response, or, with `text`, something else with a content type of its own. */
export interface HttpAnswer extends ScimResponse {
  text?: string;
  contentType?: string;
}

/** Ends the work on a request with an answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly answer: HttpAnswer) {
    super(`answered with ${answer.status}`);
  }
}

export interface ErrorOptions {
  scimType?: string;
  headers?: Record<string, string>;
  /** For logs and metrics. */
  problem?: string;
}

/** A SCIM error body (RFC 7644 §3.12); `status` is text there. */
export const scimError = (status: number, detail: string, options: ErrorOptions = {}): HttpAnswer => ({
  status,
  headers: options.headers ?? {},
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(options.scimType && { scimType: options.scimType }),
    detail,
  },
  ...(options.problem && { problem: options.problem }),
});

export const refuse = (status: number, detail: string, options?: ErrorOptions): Refused =>
  new Refused(scimError(status, detail, options));

/** For a while; the client is to try again after so many seconds. */
export const unavailable = (detail: string, problem: string, retryAfter = 5): HttpAnswer =>
  scimError(503, detail, { problem, headers: { 'Retry-After': String(retryAfter) } });

/** A JSON document that is not SCIM. */
export const json = (
  status: number,
  document: unknown,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  status,
  headers,
  text: `${JSON.stringify(document)}\n`,
  contentType: 'application/json',
});
