import { isUuid } from '../../../core/uuid.js';
import type { Filter } from '../../../words/filter.js';

/** The one member whom `value eq "…"` selects. */
export const idIn = (filter: Filter | boolean): string | undefined =>
  typeof filter === 'object' &&
  filter.kind === 'compare' &&
  filter.operator === 'eq' &&
  filter.attribute.path.at(-1) === 'value'
    ? String(filter.value).toLowerCase()
    : undefined;

/** Members as a request names them: ids as they are written here, with the same as they were sent. */
export interface NamedMembers {
  users: Map<string, string>;
  /** Groups, and ids that no user here can have. */
  strangers: Map<string, string>;
  /** How many say nobody. */
  unreadable: number;
}

/** Who is in `[{"value": "…"}]`, which may also be one object or plain ids. */
export function membersIn(value: unknown): NamedMembers {
  const named: NamedMembers = { users: new Map(), strangers: new Map(), unreadable: 0 };
  const given = value === null || value === '' ? [] : Array.isArray(value) ? value : [value];
  for (const member of given) {
    const { sent, isGroup } = readMember(member);
    if (sent === undefined) named.unreadable++;
    else if (isGroup || !isUuid(sent)) named.strangers.set(sent.toLowerCase(), sent);
    else named.users.set(sent.toLowerCase(), sent);
  }
  return named;
}

function readMember(member: unknown): { sent: string | undefined; isGroup: boolean } {
  const object =
    typeof member === 'object' && member !== null ? (member as Record<string, unknown>) : undefined;
  const id = object ? partOf(object, 'value') : member;
  const kind = object ? partOf(object, 'type') : undefined;
  return {
    sent: typeof id === 'string' && id !== '' ? id : undefined,
    isGroup: typeof kind === 'string' && kind.toLowerCase() === 'group',
  };
}

function partOf(object: Record<string, unknown>, name: string): unknown {
  if (name in object) return object[name];
  const other = Object.keys(object).find((key) => key.toLowerCase() === name);
  return other === undefined ? undefined : object[other];
}
