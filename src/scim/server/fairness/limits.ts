/** What one client, or all of them together, may take. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Of a request's body. */
  maxBody: number;
  /** How deep arrays and objects of a body may be nested. */
  maxDepth: number;
  /** All headers of a request together. */
  maxHeader: number;
  /** Requests that are worked on at once. */
  maxConcurrency: number;
  /** Requests that wait for their turn; any more are sent away with 503. */
  maxQueue: number;
  maxConnections: number;
  /** From one address; 0 for no limit. Not for this machine, or behind a proxy. */
  maxConnectionsPerAddress: number;
  /** After so many requests a connection is closed. */
  maxRequestsPerConnection: number;
  /** Until the headers of a request are there. */
  headersMs: number;
  /** Until a request is there, with its body. */
  requestMs: number;
  /** Until an answer is there; then it is 503, and what is under way is cancelled. */
  handlerMs: number;
  /** How long an idle connection is kept; longer than proxies keep theirs, so that they are who closes it. */
  keepAliveMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxBody: 1024 * 1024,
  maxDepth: 32,
  maxHeader: 16 * 1024,
  maxConcurrency: 32,
  maxQueue: 512,
  maxConnections: 1024,
  maxConnectionsPerAddress: 128,
  maxRequestsPerConnection: 1000,
  headersMs: 10_000,
  requestMs: 30_000,
  handlerMs: 30_000,
  keepAliveMs: 75_000,
};

/** How long a request waits for its turn at most. */
export const maxWaitMs = ({ handlerMs }: Limits): number => Math.ceil(handlerMs / 3);
