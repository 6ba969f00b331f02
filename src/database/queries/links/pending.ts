import type { Knex } from 'knex';
import type { PendingReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { padded } from '../../sql/fragment.js';
import { type HostUserShape, hostUserShape, isHostUser } from '../host/host-user-shape.js';
import { asInstant, asText, bind, ownTable } from '../rows.js';
import { agrees } from './agreement.js';

export interface PendingRow {
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
  idp: string;
  externalId: string | null;
  reason: PendingReason;
  /** When the link ended or was marked as missing; of a doubtful one that is in force, when it was last changed. */
  since: Date;
  licenceType: string | null;
  lastSignInAt: Date | null;
  /** Whether the limit of departures kept the account enabled. */
  heldBack: boolean;
}

export interface PendingFilter {
  /** Links of one of these, of which some may have been removed. */
  serviceAccountIds?: readonly string[];
  hostUserId?: string;
  reason?: PendingReason;
  /** Since then, or longer. */
  before?: Date;
  /** Only accounts on the list for this; any other reason than `doubtful` is `ended`. */
  only?: 'ended' | 'doubtful';
  /** Only these links that have ended, in the order of their ends. Their accounts are found by the host's index. */
  links?: readonly EndedLink[];
}

/** A link that has ended by the word of its IdP, or is in force and marked as missing. */
export interface EndedLink {
  identityId: string;
  endedAt: Date;
}

type Columns = Pick<HostUserShape, 'columns'>;

/**
 * A condition: the link `i` is the latest of its host user `h`, it ended by the IdP's word or is marked as missing, and
 * `h` is enabled at this moment and not protected. See core/users/pending.ts for the rule.
 */
export function isPending(session: Session, { columns }: Columns): string {
  return [
    '(i.deprovisioned_at is not null or i.missing_at is not null)',
    'i.unlinked_at is null',
    `${ofBoth(onFlag(columns))} = 1`,
    agrees(session, { columns }, 'i'),
    `not ${hasLaterLink(session, `${agrees(session, { columns }, 'later')} and not ${IS_UNUSED}`)}`,
    isUnprotected(columns),
  ].join(' and ');
}

/**
 * A condition: the link `later` was made by hand, and its IdP has said nothing of the user yet, nor that it has none: that
 * is no word against a departure that an IdP has told.
 */
const IS_UNUSED = `(cast(later.awaits_idp as int) = 1 and later.missing_at is null and coalesce(i.deprovision_reason, '') in ('disabled', 'deleted'))`;

/**
 * A condition: another link to the account of `i` is in force, or ended later.
 * @param counts which of those links count, as `later`.
 */
export const hasLaterLink = (session: Session, counts?: string): string =>
  `exists (select 1 from ${ownTable(session, 'identity')} later
      where later.host_user_id = i.host_user_id and later.identity_id <> i.identity_id
        and ${isLater}${counts === undefined ? '' : ` and ${counts}`})`;

/**
 * A condition over `i` and `h`, which may be gone: the link was made because the account is missing from an IdP's own
 * list, and no later link to the account has made the mark history. Where the account may be another person's by now,
 * any later link does.
 */
export const isMarkInEffect = (session: Session, { columns }: Columns): string =>
  `(i.deprovisioned_at is not null and i.deprovision_reason = 'missing' and i.unlinked_at is null and not ${hasLaterLink(
    session,
    `(h.user_id is null or ${agrees(session, { columns }, 'later')} or not (${agrees(session, { columns }, 'i')}))`,
  )})`;

/** The link is in force, or its time in force ended later, by whatever; both at once are told apart by their ids. */
const isLater = `(case
  when later.deprovisioned_at is null and later.unlinked_at is null then 1
  when later.deprovisioned_at is not null and later.unlinked_at is not null then 0
  when coalesce(later.deprovisioned_at, later.unlinked_at) > i.deprovisioned_at then 1
  when coalesce(later.deprovisioned_at, later.unlinked_at) = i.deprovisioned_at and later.identity_id > i.identity_id then 1
  else 0 end = 1)`;

/**
 * A condition: the link `i` may have been made for another person than the one whom its host user `h` is now, and no
 * other link knows `h`.
 */
export function isDoubtful(session: Session, { columns }: Columns): string {
  return [
    'i.unlinked_at is null',
    // Without what was noted of the account there is nothing to disagree with.
    'i.account_login is not null',
    'h.user_id is not null',
    `not (${agrees(session, { columns }, 'i')})`,
    `not exists (select 1 from ${ownTable(session, 'identity')} known
      where known.host_user_id = i.host_user_id and known.unlinked_at is null
        and ${agrees(session, { columns }, 'known')})`,
    `not (i.deprovisioned_at is not null and ${hasLaterLink(session)})`,
    isUnprotected(columns),
  ].join(' and ');
}

/** Whether the account lets its user in, if not at this moment: 1 or 0, or null where the application does not say. */
export const onFlag = (columns: ReadonlySet<string>): string =>
  columns.has('is_locked_temporarily')
    ? 'case when coalesce(cast(h.is_locked_temporarily as int), 0) = 1 then 1 else cast(h.is_enabled as int) end'
    : 'cast(h.is_enabled as int)';

/** A condition: the account `h` is not protected. */
export const isUnprotected = (columns: ReadonlySet<string>) =>
  columns.has('is_protected') ? `${ofBoth('coalesce(cast(h.is_protected as int), 0)')} = 0` : '1 = 1';

/**
 * The same expression, which depends on the link as well. PostgreSQL knows nothing of the values of a cast and takes
 * one row in 200 for fitting: said of the account alone, it would look a million accounts up one by one.
 */
const ofBoth = (expression: string) => `case when i.identity_id is null then -1 else ${expression} end`;

/** When a link ended, or was marked as missing. The mark of a link that has ended since counts for nothing. */
const LEFT_AT = 'coalesce(i.deprovisioned_at, i.missing_at)';

/** Since when an account is on the list. */
export const PENDING_SINCE = 'coalesce(i.deprovisioned_at, i.missing_at, i.updated_at)';

/** Why it is on the list, unless the link is doubtful. */
export const PENDING_REASON = "coalesce(i.deprovision_reason, 'missing')";

/**
 * Under which external id the user left. The IdP may have given the link another one since, and a link whose external
 * id another one has taken over has none of its own any more.
 */
export const PENDING_EXTERNAL_ID = 'coalesce(i.account_external_id, i.external_id)';

/** Pending accounts, longest waiting first, and behind them doubtful ones. */
export async function listPending(session: Session, filter: PendingFilter): Promise<PendingRow[]> {
  const shape = await hostUserShape(session);
  const isLast = `case when ${agrees(session, shape, 'i')} then 0 else 1 end`;
  const query = pendingQuery(session, shape, filter);
  // biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
  const rows: any[] = await query.orderByRaw(`${isLast}, ${PENDING_SINCE}, i.user_name`);
  return rows.map(toPendingRow);
}

/** The same without its order. */
export function pendingQuery(
  session: Session,
  shape: HostUserShape,
  filter: PendingFilter,
): Knex.QueryBuilder {
  const { knex, schema } = session;
  const { hostId } = session.dialect.expressions;
  const [pending, doubtful] = [isPending(session, shape), isDoubtful(session, shape)];
  const only = filter.only ?? (filter.reason && (filter.reason === 'doubtful' ? 'doubtful' : 'ended'));
  const since = only === 'ended' ? LEFT_AT : PENDING_SINCE;
  const optional = ['licence_type', 'last_sign_in_at']
    .filter((name) => shape.columns.has(name))
    .map((name) => `h.${name}`);
  const query = knex(`${schema}.identity as i`)
    .join(`${schema}.service_account as a`, 'a.service_account_id', 'i.service_account_id')
    .join(`${schema}.host_user as h`, (on) => {
      // Of a few links the accounts are looked up; of all of them, both tables are read.
      const few = filter.links !== undefined || filter.hostUserId !== undefined;
      on.on(
        knex.raw(
          few ? isHostUser(session, shape, 'i.host_user_id') : `i.host_user_id = ${hostId('h.user_id')}`,
        ),
      );
    })
    .whereRaw(
      only === undefined ? `((${pending}) or (${doubtful}))` : only === 'doubtful' ? doubtful : pending,
    )
    .select('i.host_user_id', 'h.login_name', 'h.email', 'h.display_name', 'a.name')
    .select(
      knex.raw(`${PENDING_EXTERNAL_ID} as external_id`),
      knex.raw(`${PENDING_REASON} as reason`),
      'i.held_back_at',
      ...optional,
    )
    .select(
      knex.raw(`${since} as since`),
      knex.raw(`case when ${agrees(session, shape, 'i')} then 1 else 0 end as agrees`),
    );
  if (filter.links) onlyLinks(session, query, filter.links);
  if (filter.serviceAccountIds) query.whereIn('i.service_account_id', [...filter.serviceAccountIds]);
  if (filter.hostUserId !== undefined) query.where('i.host_user_id', filter.hostUserId);
  if (filter.reason && filter.reason !== 'doubtful') query.whereRaw(`${PENDING_REASON} = ?`, [filter.reason]);
  if (filter.before) query.whereRaw(`${since} <= ?`, [bind(session, filter.before) as string]);
  return query;
}

/** By the stretch of time that they ended in as well, which the server finds by an index. */
function onlyLinks(session: Session, query: Knex.QueryBuilder, links: readonly EndedLink[]): void {
  const ids = links.map(({ identityId }) => identityId);
  const [first, last] = [links[0], links.at(-1)];
  query.whereIn('i.identity_id', padded(ids));
  if (!first || !last) return;
  const stretch = [bind(session, first.endedAt) as string, bind(session, last.endedAt) as string];
  query.whereRaw(
    '(i.deprovisioned_at between ? and ? or (i.deprovisioned_at is null and i.missing_at between ? and ?))',
    [...stretch, ...stretch],
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toPendingRow = (row: any): PendingRow => ({
  userId: String(row.host_user_id),
  loginName: String(row.login_name),
  email: asText(row.email),
  displayName: asText(row.display_name),
  idp: row.name,
  externalId: row.external_id,
  reason: Number(row.agrees) === 1 ? row.reason : 'doubtful',
  since: row.since,
  licenceType: asText(row.licence_type),
  lastSignInAt: asInstant(row.last_sign_in_at),
  heldBack: row.held_back_at !== null,
});
