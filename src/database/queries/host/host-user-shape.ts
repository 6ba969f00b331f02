import { HOST_VIEWS, NO_EMAIL_COLUMN } from '../../../words/host-views.js';
import type { Session } from '../../database.js';
import type { HostKeyType, HostViewColumn } from '../../dialect/host-column.js';
import { allOf, bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import { describeHostViews, type HostView } from './host-views.js';

/** What the host's DBA made of `host_user`: optional columns may be missing, and types vary. */
export interface HostUserShape {
  /** Columns of the contract that are there, and keep what they are given. */
  columns: ReadonlySet<string>;
  userId: HostKeyType;
  /** Of what type each of them is. */
  types: ReadonlyMap<string, HostViewColumn>;
  /** Whether `is_enabled` takes true and false; if not, it takes 1 and 0. */
  hasBoolean: boolean;
}

/** Of a host application that is not looked at. */
export const NO_SHAPE: HostUserShape = {
  columns: new Set(),
  types: new Map(),
  hasBoolean: true,
  userId: { dataType: 'unknown', collation: null, collationSchema: null },
};

/** The three host views as they were not long ago: too dear to ask for at every request. */
export const rememberedHostViews = (session: Session): Promise<HostView[]> =>
  session.memory.recall(
    'host views',
    () => describeHostViews(session),
    // Somebody is about to mend them.
    (views) => views.every(({ missing }) => missing.length === 0),
  );

const shapes = new WeakMap<readonly HostView[], HostUserShape>();

export async function hostUserShape(session: Session): Promise<HostUserShape> {
  const views = await rememberedHostViews(session);
  const known = shapes.get(views);
  if (known) return known;
  const shape = shapeOf(views);
  shapes.set(views, shape);
  return shape;
}

function shapeOf(views: readonly HostView[]): HostUserShape {
  const { required, optional } = HOST_VIEWS.host_user;
  const found = views.find(({ name }) => name === 'host_user')?.columns ?? [];
  const column = (wanted: string) => found.find(({ name }) => name === wanted);
  const isKept = (name: string) => name !== 'email' || !column(NO_EMAIL_COLUMN);
  return {
    columns: new Set([...required, ...optional].filter((name) => column(name) && isKept(name))),
    types: new Map(found.map((one) => [one.name, one])),
    userId: column('user_id') ?? { dataType: 'unknown', collation: null, collationSchema: null },
    hasBoolean: column('is_enabled')?.dataType === 'boolean',
  };
}

/** The columns of the contract that are there, `h.name` by the name of `h_name`. */
export const hostUserColumns = ({ columns }: HostUserShape): Record<string, string> =>
  Object.fromEntries([...columns].map((name) => [`h_${name}`, `h.${name}`]));

/**
 * The same but for the last sign-in, with ids as text whatever their type: JSON would have a GUID in capitals, and a
 * big number cut short.
 */
export function portableHostColumns(
  { dialect }: Session,
  { columns, types }: HostUserShape,
): Record<string, string> {
  const { hostId } = dialect.expressions;
  const wanted = [...columns].filter((name) => name !== 'last_sign_in_at');
  const isId = (name: string) =>
    name === 'user_id' ||
    name === 'sso_provider_id' ||
    // Of an IdP: longer than an id of the host application may be, where it is a text.
    (IDS_OF_IDP.includes(name) && !/char|text/i.test(types.get(name)?.dataType ?? ''));
  return Object.fromEntries(
    wanted.map((name) => [`h_${name}`, isId(name) ? hostId(`h.${name}`) : `h.${name}`]),
  );
}

const IDS_OF_IDP: readonly string[] = ['external_id', 'sso_subject'];

/** A condition: the host user `h` is the one whose id is in an own column. Uses the host's index. */
export function isHostUser({ dialect }: Session, shape: HostUserShape, ownColumn: string): string {
  const { hostId, hostKey } = dialect.expressions;
  const exact = `${hostId('h.user_id')} = ${ownColumn}`;
  const key = hostKey(ownColumn, shape.userId);
  return key === undefined ? exact : `h.user_id = ${key} and ${exact}`;
}

/**
 * A condition: the host user `h` has this text in a column, without regard to case. Uses the host's index,
 * over the folded column or, where its collation ignores case and the text is a value, over the column itself.
 */
export function hasText(
  { dialect }: Session,
  { types }: HostUserShape,
  column: 'login_name' | 'email',
  text: string | Fragment,
): Fragment {
  const { search } = dialect;
  const type = types.get(column);
  const [value, wanted] = typeof text === 'string' ? [text, bound(text)] : [undefined, text];
  const near = type && value !== undefined && search.hostTextCandidates(`h.${column}`, type, value);
  return allOf([
    ...(near ? [near] : []),
    sql`${search.folded(raw(`h.${column}`))} = ${search.folded(wanted)}`,
  ]);
}
