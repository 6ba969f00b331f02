import type { Core } from '../../core/core.js';
import type { Skipped } from '../../core/provisioning/skipped.js';
import type { Idp } from '../../core/provisioning/types.js';
import type { HostSaid } from '../../problem.js';

/** Where something of a body was left out when it was read. */
export interface Unread {
  /** Names and positions, from the body itself. */
  path: readonly (string | number)[];
  /** A name that no attribute can have, or more levels than are read. */
  why: 'name' | 'depth';
}

/** One request under `/scim/v2`, after transport, authentication and limits, before any meaning. */
export interface ScimRequest {
  /** In capitals. */
  method: string;
  /** Below `/scim/v2`, percent-encoded as it came: `/Users/2819c223…`, `/Users/.search`, `/Bulk`. */
  path: string;
  query: URLSearchParams;
  ifMatch?: string;
  ifNoneMatch?: string;
  /** The parsed JSON body; absent where there was none. */
  body?: unknown;
  /** What of it is left out there. It refuses the request, unless a user departs or members leave a group by it. */
  unread?: readonly Unread[];
  /** What the client calls this service: `https://app.example.com/scim/v2`. */
  baseUrl: string;
}

export interface ScimResponse {
  status: number;
  /** `Location`, `ETag`, `Retry-After` …; the content type is the server's business. */
  headers: Record<string, string>;
  /** To be sent as `application/scim+json`; nothing for 204 and 304. */
  body?: unknown;
  /** The text of a body that is too large for one piece, part by part; there is no `body` then. */
  parts?: () => AsyncGenerator<string>;
  /** The code of the Problem behind an error, for logs and metrics: `seats-exhausted`. */
  problem?: string;
  /** What of the request was left out although the answer says yes, for the log. */
  skipped?: Skipped;
  /** The credential has ended meanwhile: nothing else of the request is done. */
  endsRequest?: true;
  /** What the host application said, for the log. */
  host?: HostSaid;
}

/** Who asks, and what the answer is made with. The core's actor is the IdP: `idp:entra`. */
export interface ExchangeDoor {
  core: Core;
  idp: Idp;
  /** Waits, between the parts of a long piece of work, while the requests of others go before it. */
  giveWay?: () => Promise<void>;
}

/** Answers one request. Never throws: whatever goes wrong is a SCIM error body (RFC 7644 §3.12). */
export type ScimHandler = (request: ScimRequest, door: ExchangeDoor) => Promise<ScimResponse>;
