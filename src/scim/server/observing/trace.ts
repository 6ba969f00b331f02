import type { Skipped } from '../../../core/provisioning/skipped.js';
import type { HostSaid } from '../../../problem.js';

/** What is known of one request, for its log line and the metrics. Filled as the work goes on. */
export interface Trace {
  requestId: string;
  method: string;
  /** Pattern, never the path itself. */
  route: string;
  /** The client's address. */
  source: string;
  /** Id of the resource it is about. */
  id?: string;
  /** Name of the service account. */
  idp?: string;
  /** Public id of the token. */
  token?: string;
  /** Why it was not let in. */
  auth?: string;
  /** Code of what went wrong. */
  problem?: string;
  /** What of the request was left out although the answer says yes. */
  skipped?: Skipped;
  /** What the host application said when it refused a write. */
  host?: HostSaid;
  /** What went wrong, where nobody expected it. */
  error?: unknown;
}

/** The client's own id for the request, where it is one that can be logged. */
export const requestIdOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(header) ? header : undefined;

/** New ids: random for the process, and counted within it. */
export function requestIds(random: (bytes: number) => Uint8Array): () => string {
  const process = Buffer.from(random(9)).toString('base64url');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}
