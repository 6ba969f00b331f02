import { withoutOuterSpace } from '../../../database/sql/outer-space.js';

/** Lists of users have no useful values below this depth. A hostile list may be nested without end. */
const DEEPEST = 3;

/** Lists with useful values: the kind of an entry, and its addresses. */
const SCALAR_LISTS = new Set(['objectclass', 'schemas', 'proxyaddresses']);

/**
 * A JSON entry as columns: `{profile: {login: 'a'}}` becomes `profile.login`. A null becomes an empty value, because
 * the entry has the column. The main address of SCIM and Google becomes `emails`.
 */
export function flatEntry(entry: unknown): { names: string[]; values: string[] } {
  const names: string[] = [];
  const values: string[] = [];
  const add = (name: string, value: string) => {
    names.push(name);
    values.push(withoutOuterSpace(value));
  };
  const walk = (value: unknown, path: string, depth: number): void => {
    if (Array.isArray(value)) {
      if (path === 'emails') add(path, mainAddress(value));
      else if (SCALAR_LISTS.has(path.toLowerCase())) add(path, value.filter(isScalar).join(';'));
    } else if (typeof value === 'object' && value !== null) {
      if (depth === DEEPEST) return;
      for (const [name, inner] of Object.entries(value)) {
        walk(inner, path === '' ? name : `${path}.${name}`, depth + 1);
      }
    } else if (path !== '') {
      add(path, value === null || value === undefined ? '' : String(value));
    }
  };
  walk(entry, '', 0);
  return { names, values };
}

const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'number';

/** RFC 7643, section 2.4: the `primary` address, otherwise the work address, otherwise the first. */
function mainAddress(emails: readonly unknown[]): string {
  const known = emails.filter((one) => typeof one === 'object' && one !== null) as Record<string, unknown>[];
  const main =
    known.find(({ primary }) => primary === true) ?? known.find(({ type }) => type === 'work') ?? known[0];
  // Google's directory calls it `address`.
  const address = main?.value ?? main?.address;
  return typeof address === 'string' ? address : '';
}
