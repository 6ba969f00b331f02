import type { DropReason } from '../http/connection-limits.js';
import type { Log } from '../observing/log.js';

/** Between two lines of one kind, in milliseconds: a flood of connections is no flood of the log. */
const EVERY_MS = 10_000;

const WHAT: Record<DropReason, string> = {
  address: 'too many connections from its address',
  total: 'too many connections in all',
  pipelining: 'too many requests without waiting for an answer',
};

/** Logs dropped connections: the first of a kind at once, then at most one line in ten seconds, with their number. */
export function logDrops(log: Log): (reason: DropReason, source: string) => void {
  const last = new Map<DropReason, { at: number; since: number }>();
  return (reason, source) => {
    const now = performance.now();
    const known = last.get(reason);
    const count = (known?.since ?? 0) + 1;
    if (known && now - known.at < EVERY_MS) {
      known.since = count;
      return;
    }
    last.set(reason, { at: now, since: 0 });
    const text = `${count} ${count === 1 ? 'connection was' : 'connections were'} dropped, the last from ${source}: ${WHAT[reason]}.`;
    log.line('warn', 'connections-dropped', { reason, source, count }, text);
  };
}
