import type { Profile } from '../provisioning/types.js';
import type { ExportColumns, ExportTextField } from './export/columns.js';
import type { Entry } from './export/export-file.js';

/** A user that the IdP is about to provision. */
export interface Person {
  /** Line of a CSV file, or position in a JSON file. */
  at: number;
  /** The file, if there are several. */
  file?: string;
  profile: Profile;
  /** Why the entry of this user cannot be relied on. */
  invalid?: string;
  /** The export does not say whether the user needs a seat. Set only with `invalid`. */
  undecided?: true;
}

/** Reads a user from its columns. Without a user name, the e-mail address is the user name. */
export function personOf(entry: Entry, columns: ExportColumns): Person {
  const { at, values } = entry;
  const text = (field: ExportTextField): string | null => values[columns.texts[field]?.at ?? -1] || null;
  const email = columns.texts.email?.plain === 'proxyaddresses' ? primaryOf(text('email')) : text('email');
  const named = text('userName');
  // Entra's template for group members accepts an object id or a user name.
  const isId = named !== null && UUID.test(named);
  const userName = (isId ? null : named) ?? email ?? '';
  const state = stateOf(entry, columns);
  const profile: Profile = {
    userName,
    // They are usually the same, and one string takes less memory than two.
    email: email === userName ? userName : email,
    externalId: text('externalId') ?? (isId ? named : null),
    active: state === true,
    displayName: text('displayName'),
    givenName: text('givenName'),
    familyName: text('familyName'),
    attributes: NONE,
  };
  const invalid = faultOf(entry, profile) ?? (typeof state === 'string' ? state : undefined);
  if (invalid === undefined) return { at, profile };
  return { at, profile, invalid, ...(state !== false && { undecided: true }) };
}

const NONE = {};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The address that Exchange sends from, out of several: `SMTP:a@b.example+smtp:c@b.example`. */
const primaryOf = (addresses: string | null): string | null =>
  /(?:^|[+;,\s])SMTP:([^+;,\s]+@[^+;,\s]+)/.exec(addresses ?? '')?.[1] ?? null;

/** Whether a user is active, or why the export does not say so. */
function stateOf({ values }: Entry, { states }: ExportColumns): boolean | string {
  const [first, ...others] = states;
  // The report warns that there is no such column.
  if (!first) return true;
  const answer = first.isActive(values[first.at] ?? '');
  if (others.some(({ at, isActive }) => isActive(values[at] ?? '') === false)) return false;
  if (answer !== undefined) return answer;
  const value = values[first.at] ?? '';
  const what = value === '' ? 'is empty' : `is ${JSON.stringify(value.slice(0, 100))}`;
  return `${first.name} ${what}, which does not say whether the user is active.`;
}

function faultOf({ names, values }: Entry, { userName }: Profile): string | undefined {
  const more = values.slice(names.length).some((value) => value !== '');
  if (more)
    return `The row has ${values.length} values for ${names.length} columns: a value contains a separator but is not quoted.`;
  return userName === '' ? 'The entry has neither a user name nor an e-mail address.' : undefined;
}
