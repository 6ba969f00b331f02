import type { StoredEvent } from '../../../database/queries/audit/events.js';
import type { AccountTrace } from '../../provisioning/account/account-trace.js';
import { daysBetween } from '../report/ageing.js';

/** What happened to a person, as people call it. */
export type LifeStep =
  | 'account created'
  | 'account matched'
  | 'linked by hand'
  | 'unlinked'
  | 'renamed'
  | 'changed'
  | 'left'
  | 'deleted'
  | 'missing from the list of the IdP'
  | 'found on the list of the IdP'
  | 'came back'
  | 'account disabled'
  | 'account disabled in the application'
  | 'account removed in the application'
  | 'account protected in the application'
  | 'account linked again';

/** One step in the life of a person across all IdPs, from the trail. */
export interface LifeEvent {
  at: Date;
  /** Of an end in the application itself: the last time the account was seen pending. It happened between the two. */
  notBefore: Date | null;
  /** By whom; null where that is not known, because it was done in the application. */
  by: string | null;
  step: LifeStep | string;
  /** The IdP that it is about, by its name then. */
  idp: string | null;
  /** How many whole days the account had been pending. */
  waitedDays: number | null;
  /** What the administrator gave as the reason. */
  remark: string | null;
  /** The account before and after, where the event holds them. */
  before: AccountTrace | null;
  after: AccountTrace | null;
}

const STEPS: Readonly<Record<string, LifeStep>> = {
  'user.create': 'account created',
  'user.match': 'account matched',
  'user.link': 'linked by hand',
  'user.unlink': 'unlinked',
  'user.deprovision': 'left',
  'user.delete': 'deleted',
  'user.missing': 'missing from the list of the IdP',
  'user.found': 'found on the list of the IdP',
  'user.enable': 'came back',
  'user.revive': 'came back',
  'user.disable': 'account disabled',
};

const ENDS: Readonly<Record<string, LifeStep>> = {
  disabled: 'account disabled in the application',
  gone: 'account removed in the application',
  protected: 'account protected in the application',
  linked: 'account linked again',
};

/** What an event says of a person, whatever a row that was tampered with holds. */
export function lifeEvent({ occurredAt: at, actor, action, details: text }: StoredEvent): LifeEvent {
  const details = parsed(text);
  const { before = null, after = null } = details as { before?: AccountTrace; after?: AccountTrace };
  const since = instantOf(details.since);
  const isSettled = action === 'user.settle';
  const waits = isSettled || action === 'user.disable';
  return {
    at,
    notBefore: isSettled ? (instantOf(details.lastSeen) ?? null) : null,
    by: isSettled && details.how !== 'linked' ? null : actor,
    step: isSettled ? (ENDS[String(details.how)] ?? action) : stepOf(action, before, after),
    idp: textOf(details.idp) ?? /^idp:(.+)$/.exec(actor)?.[1] ?? null,
    waitedDays: waits && since ? daysBetween(since, at) : null,
    remark: textOf(details.remark) ?? null,
    before,
    after,
  };
}

function stepOf(action: string, before: AccountTrace | null, after: AccountTrace | null): LifeStep | string {
  if (action !== 'user.update') return STEPS[action] ?? action;
  return before && after && before.loginName !== after.loginName ? 'renamed' : 'changed';
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function instantOf(value: unknown): Date | undefined {
  const at = new Date(String(value ?? ''));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
