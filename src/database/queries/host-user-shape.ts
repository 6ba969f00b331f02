import type { Session } from '../database.js';
import type { HostKeyType } from '../dialect.js';
import { describeHostViews, HOST_VIEWS, type HostView } from './host-views.js';

/** What the host's DBA made of `host_user`: optional columns may be missing, and types vary. */
export interface HostUserShape {
  /** Columns of the contract that are there. */
  columns: ReadonlySet<string>;
  userId: HostKeyType;
  /** Whether `is_enabled` takes true and false; if not, it takes 1 and 0. */
  hasBoolean: boolean;
}

/** The three host views as they were not long ago: too dear to ask for at every request. */
export const rememberedHostViews = (session: Session): Promise<HostView[]> =>
  session.memory.recall(
    'host views',
    () => describeHostViews(session),
    // Somebody is about to mend them.
    (views) => views.every(({ missing }) => missing.length === 0),
  );

export async function hostUserShape(session: Session): Promise<HostUserShape> {
  const { required, optional } = HOST_VIEWS.host_user;
  const found = (await rememberedHostViews(session)).find(({ name }) => name === 'host_user')?.columns ?? [];
  const column = (wanted: string) => found.find(({ name }) => name === wanted);
  return {
    columns: new Set([...required, ...optional].filter((name) => column(name))),
    userId: column('user_id') ?? { dataType: 'unknown', collation: null, collationSchema: null },
    hasBoolean: column('is_enabled')?.dataType === 'boolean',
  };
}

/** The columns of the contract that are there, each as `h.name as h_name`. */
export const hostUserColumns = ({ columns }: HostUserShape): string[] =>
  [...columns].map((name) => `h.${name} as h_${name}`);

/** A condition: the host user `h` is the one whose id is in an own column. Uses the host's index. */
export function isHostUser({ dialect }: Session, shape: HostUserShape, ownColumn: string): string {
  const { hostId, hostKey } = dialect.expressions;
  const exact = `${hostId('h.user_id')} = ${ownColumn}`;
  const key = hostKey(ownColumn, shape.userId);
  return key === undefined ? exact : `h.user_id = ${key} and ${exact}`;
}
