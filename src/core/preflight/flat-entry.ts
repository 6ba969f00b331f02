import { withoutOuterSpace } from '../../database/outer-space.js';

/** No list of users has what we look for further down; a hostile one may go down for ever. */
const DEEPEST = 3;

/** Lists that say something: what kind of object an entry is, and its addresses. */
const SCALAR_LISTS = new Set(['objectclass', 'schemas', 'proxyaddresses']);

/**
 * An entry of JSON as columns: `{profile: {login: 'a'}}` is `profile.login`. A null is an empty value: the entry has
 * the column. Of the addresses of SCIM and Google, the main one is kept as `emails`.
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

/** RFC 7643, section 2.4: `primary`; else the work address, as IdPs send it; else the first. */
function mainAddress(emails: readonly unknown[]): string {
  const known = emails.filter((one) => typeof one === 'object' && one !== null) as Record<string, unknown>[];
  const main =
    known.find(({ primary }) => primary === true) ?? known.find(({ type }) => type === 'work') ?? known[0];
  // Google's directory says `address`.
  const address = main?.value ?? main?.address;
  return typeof address === 'string' ? address : '';
}
