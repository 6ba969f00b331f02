import { routeOf, scimPathOf } from '../protocol/paths.js';

/** What a request is for. */
export type TargetDoor = 'scim' | 'oauth' | 'health' | 'ready' | 'metrics' | 'nothing';

export interface RequestTarget {
  door: TargetDoor;
  /** Below `/scim/v2`, percent-encoded as it came, without a trailing slash: `/Users/2819c223`; else empty. */
  path: string;
  query: string;
  /** For logs and metrics, of which there are only a few: `/scim/v2/Users/:id`. */
  route: string;
  /** Id of the one resource it is about, where it is a UUID. */
  id?: string;
}

const DOORS: Record<string, TargetDoor> = {
  '/oauth/token': 'oauth',
  '/healthz': 'health',
  '/readyz': 'ready',
  '/metrics': 'metrics',
};

/**
 * Takes a request's target apart (RFC 9112 §3.2), leniently: slashes may be doubled or trail, as they do when
 * somebody types a base URL, and the path of the base URL may be in front where a proxy leaves it there.
 * @param prefix path of the base URL in front of `/scim/v2`; empty for none.
 */
export function targetOf(url: string, prefix: string): RequestTarget {
  const text = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const [whole = '', ...rest] = (text.split('#')[0] ?? '').split('?');
  const query = rest.join('?');
  let path = whole.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  if (prefix !== '' && (path === prefix || path.startsWith(`${prefix}/`))) path = path.slice(prefix.length);
  const below = /^\/scim\/v2(?=\/|$)(.*)$/i.exec(path)?.[1];
  if (below !== undefined) return { door: 'scim', path: below, query, ...routed(below) };
  const door = DOORS[path.toLowerCase()] ?? 'nothing';
  return { door, path: '', query, route: door === 'nothing' ? 'other' : path.toLowerCase() };
}

function routed(below: string): Pick<RequestTarget, 'route' | 'id'> {
  const base = '/scim/v2';
  if (below === '') return { route: base };
  const path = scimPathOf(below);
  if (!path) return { route: 'other' };
  const id = UUID.test(path.id) ? { id: path.id.toLowerCase() } : {};
  return { route: `${base}${routeOf(path)}`, ...id };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
