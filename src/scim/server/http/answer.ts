import type { ScimResponse } from '../../protocol/exchange.js';
import { errorBody, type ScimType } from '../../protocol/scim-error.js';

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
  scimType?: ScimType;
  headers?: Record<string, string>;
  /** For logs and metrics. */
  problem?: string;
}

/** A SCIM error, as the server itself answers it. */
export const scimError = (status: number, detail: string, options: ErrorOptions = {}): HttpAnswer => ({
  status,
  headers: options.headers ?? {},
  body: errorBody(status, detail, options.scimType),
  ...(options.problem && { problem: options.problem }),
});

export const refuse = (status: number, detail: string, options?: ErrorOptions): Refused =>
  new Refused(scimError(status, detail, options));

/** For a while; the client is to try again. */
export const unavailable = (detail: string, problem: string): HttpAnswer =>
  scimError(503, detail, { problem, headers: { 'Retry-After': '5' } });

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
