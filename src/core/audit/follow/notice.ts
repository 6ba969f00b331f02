import { instantIn, isInstant } from '../event-details.js';
import type { AuditEvent } from '../list.js';

/** What the details of every event contain that tells of an account which has come to be on the pending list. */
export const TELLS_OF_PENDING = '"pending":true';

/** What a receiver is told, as docs/notices.md describes it. */
export interface Notice {
  type: 'account.pending' | 'account.doubtful' | 'account.held_back';
  /** When the event was written: RFC 3339, UTC. */
  timestamp: string;
  data: {
    /** The number of the event in the audit trail. */
    event: string;
    /** The login name of the account; null where it was not known when the user left. */
    loginName: string | null;
    idp: string | null;
    reason: 'disabled' | 'deleted' | 'missing' | 'reopened' | 'doubtful';
    /** Since when the account is on the list, as `users pending` says. */
    since: string;
  };
}

const REASONS: Readonly<Record<string, Notice['data']['reason']>> = {
  'user.deprovision': 'disabled',
  'user.match': 'disabled',
  'user.revive': 'disabled',
  'user.delete': 'deleted',
  'user.missing': 'missing',
  'user.reopen': 'reopened',
  'user.doubt': 'doubtful',
};

/** What an event tells a receiver; nothing where no account became pending by it. Pure. */
export function noticeOf({
  seq,
  at,
  actor,
  action,
  outcome,
  targetName,
  details,
}: AuditEvent): Notice | undefined {
  const said = Object(details) as Record<string, unknown>;
  const reason = REASONS[action];
  if (outcome !== 'done' || said.pending !== true || reason === undefined) return undefined;
  const when = isInstant(at) ? at.toISOString() : String(at);
  const named =
    text(said.loginName) ?? (action === 'user.deprovision' || action === 'user.delete' ? null : targetName);
  return {
    type:
      action === 'user.doubt'
        ? 'account.doubtful'
        : said.heldBack === true
          ? 'account.held_back'
          : 'account.pending',
    timestamp: when,
    data: {
      event: String(seq),
      loginName: named,
      idp: text(said.idp) ?? /^idp:(.+)$/.exec(actor)?.[1] ?? null,
      reason,
      since: (instantIn(said.since) ?? instantIn(when))?.toISOString() ?? when,
    },
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
