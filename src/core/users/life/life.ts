import { asBoolean } from '../../../database/queries/rows.js';
import { instantIn, isEndInApplication, isInstant } from '../../audit/event-details.js';
import type { AuditEvent } from '../../audit/list.js';
import type { AccountTrace } from '../../provisioning/account/account-trace.js';
import { daysBetween } from '../report/ageing.js';
import type { EndedHow } from './observe-ends.js';

/** One step in the life of a person across all IdPs, from the trail. */
export interface LifeEvent {
  /** Text where a row that was planted holds no instant. */
  at: Date | string;
  /** Of an end in the application itself: the last time the account was seen pending. It happened between the two. */
  notBefore: Date | null;
  /** By whom; null where that is not known, because it was done in the application. */
  by: string | null;
  /** What happened, as people call it; the action of the event where that is all there is to say. */
  step: string;
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

const STEPS: Readonly<Record<string, string>> = {
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
  'user.reopen': 'account enabled again in the application',
  'user.doubt': 'key possibly given to another person',
};

const ENDS: Readonly<Record<EndedHow, string>> = {
  disabled: 'account disabled in the application',
  gone: 'account removed in the application',
  protected: 'account protected in the application',
  linked: 'account linked again',
};

/** What an event says of a person, whatever a row that was tampered with holds. */
export function lifeEvent({ at, actor, action, details }: AuditEvent): LifeEvent {
  const said = Object(details) as Record<string, unknown>;
  const traces = tracesIn(details);
  const since = instantIn(said.since);
  const isEnd = isEndInApplication(action, details);
  return {
    at,
    notBefore: isEnd ? (instantIn(said.lastSeen) ?? null) : null,
    by: isEnd ? null : actor,
    step: stepOf(action, said.how, traces),
    idp: textOf(said.idp) ?? /^idp:(.+)$/.exec(actor)?.[1] ?? null,
    waitedDays: ENDS_WAIT.includes(action) && since && isInstant(at) ? daysBetween(since, at) : null,
    remark: textOf(said.remark) ?? null,
    ...traces,
  };
}

const ENDS_WAIT = ['user.settle', 'user.disable'];

/** The account before and after, where the details of an event hold them. */
export function tracesIn(details: unknown): { before: AccountTrace | null; after: AccountTrace | null } {
  const { before, after } = Object(details) as Record<'before' | 'after', unknown>;
  return { before: traceIn(before), after: traceIn(after) };
}

/** Nothing where a row that was planted holds something else. */
function traceIn(value: unknown): AccountTrace | null {
  const said = Object(value) as Record<keyof AccountTrace, unknown>;
  const loginName = textOf(said.loginName);
  if (loginName === undefined) return null;
  const subjects = SUBJECTS.filter((field) => Object.hasOwn(said, field));
  return {
    loginName,
    enabled: asBoolean(said.enabled),
    licenceType: textOf(said.licenceType) ?? null,
    ssoProviderId: textOf(said.ssoProviderId) ?? null,
    ...Object.fromEntries(subjects.map((field) => [field, textOf(said[field]) ?? null])),
  };
}

const SUBJECTS = ['ssoSubject', 'externalId'] as const;

function stepOf(action: string, how: unknown, { before, after }: ReturnType<typeof tracesIn>): string {
  if (action === 'user.settle') return wordFor(ENDS, how) ?? action;
  if (action !== 'user.update') return wordFor(STEPS, action) ?? action;
  return before && after && before.loginName !== after.loginName ? 'renamed' : 'changed';
}

/** Also where a row that was planted names something that every object has. */
const wordFor = (words: Readonly<Record<string, string>>, name: unknown): string | undefined =>
  typeof name === 'string' && Object.hasOwn(words, name) ? words[name] : undefined;

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
