import type { HostViewName } from '../../../words/host-views.js';
import type { IdpKind } from '../../../words/idp.js';
import type { Session } from '../../database.js';
import { asBoolean, bind, own, ownTable, selectRaw } from '../rows.js';

/** How many rows an own table or a host view has. */
export async function countRows(session: Session, table: string): Promise<number> {
  const [row] = await own(session, table).count({ rows: '*' });
  return Number(row?.rows ?? 0);
}

/** Where a link stands: `marked-missing` is still in force. */
export type CountedState = 'in-force' | 'marked-missing' | 'disabled' | 'deleted' | 'missing' | 'unlinked';

export interface LinkCount {
  idp: string;
  kind: IdpKind;
  state: CountedState;
  links: number;
}

/** Links by IdP and state, those of removed IdPs included. */
export async function countLinksByState(session: Session): Promise<LinkCount[]> {
  const rows = await selectRaw<LinkCount>(
    session,
    `select x.idp, x.kind, x.state, count(*) as links
       from (select a.name as idp, a.kind,
                    case when i.unlinked_at is not null then 'unlinked'
                         when i.deprovision_reason is not null then i.deprovision_reason
                         when i.missing_at is not null then 'marked-missing'
                         else 'in-force' end as state
               from ${ownTable(session, 'identity')} i
               join ${ownTable(session, 'service_account')} a on a.service_account_id = i.service_account_id) x
      group by x.idp, x.kind, x.state
      order by x.idp, x.kind, x.state`,
  );
  return rows.map((row) => ({ ...row, links: Number(row.links) }));
}

/** How many accounts the application has that are enabled, and that are not. */
export async function countHostUsers(session: Session): Promise<{ enabled: number; disabled: number }> {
  const view: HostViewName = 'host_user';
  const rows: Record<string, unknown>[] = await own(session, view)
    .select('is_enabled')
    .count({ users: '*' })
    .groupBy('is_enabled');
  const of = (enabled: boolean) =>
    rows
      .filter((row) => asBoolean(row.is_enabled) === enabled)
      .reduce((sum, row) => sum + Number(row.users), 0);
  return { enabled: of(true), disabled: of(false) };
}

/** A refusal in the trail, without its target and with only the beginning of its details. */
export interface RefusalRow {
  at: Date;
  actor: string;
  action: string;
  details: string;
}

/** The newest refusals from an instant on. */
export async function recentRefusals(session: Session, since: Date, limit: number): Promise<RefusalRow[]> {
  const rows = await selectRaw<Omit<RefusalRow, 'at'> & { at: Date | string }>(
    session,
    `select occurred_at as at, actor, action, substring(details, 1, 4000) as details
       from ${ownTable(session, 'event')}
      where occurred_at >= ? and outcome = 'refused'
      order by occurred_at desc, seq desc offset 0 rows fetch next ? rows only`,
    [bind(session, since) as string, limit],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
