import type { ProvisionedGroup } from '../../../core/provisioning/types.js';
import { isUuid } from '../../../core/uuid.js';
import type { Filter } from '../../../database/queries/filter.js';
import { matches } from '../filter/matches.js';
import { groupDocumentOf } from '../resources/group-profile.js';
import { find } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { invalidValue, ScimError, shown } from '../scim-error.js';
import { applyBody, applyOperation, type Document, entriesOf, ofResource } from './apply.js';
import type { Operation } from './operations.js';
import { parsePath } from './path.js';

const MAX_MEMBERS = 100_000;

/** A group while it is changed: members are a set, since groups are large and changes to them small. */
export interface GroupDraft {
  document: Document;
  members: Set<string>;
  /** Those it had before, for filters over more than the id. */
  before: ProvisionedGroup['members'];
}

/** A group as it is, to be changed; without one, a group that is to be made. */
export function draftOf(group?: ProvisionedGroup): GroupDraft {
  return {
    document: group ? groupDocumentOf(group) : {},
    members: new Set(group?.members.map(({ id }) => id)),
    before: group?.members ?? [],
  };
}

/** Applies one operation of a PATCH to a group. */
export function applyToGroup(type: ResourceType, draft: GroupDraft, operation: Operation): void {
  if (operation.path === undefined) {
    applyGroupBody(type, draft, operation);
    return;
  }
  const path = parsePath(type, operation.path);
  if (path.kind === 'core') {
    applyGroupBody(type, draft, ofResource(type, operation));
    return;
  }
  if (path.kind !== 'attribute' || path.attribute.name !== 'members') {
    applyOperation(type, draft.document, operation);
    return;
  }
  if (path.part && operation.op !== 'remove') {
    throw new ScimError(400, 'mutability', `${path.part.label} cannot be changed; add or remove the member.`);
  }
  if (path.filter !== undefined) changeSelected(draft, path.filter, operation);
  else changeMembers(draft, operation);
}

/** Who is to be in and who is not, where operations say that and nothing else; who is in is not needed then. */
export function memberChangeIn(
  type: ResourceType,
  operations: readonly Operation[],
): { add: string[]; remove: string[] } | undefined {
  const wanted = new Map<string, 'add' | 'remove'>();
  for (const { op, path: text, value, hasValue } of operations) {
    const path = text === undefined || op === 'replace' ? undefined : parsePath(type, text);
    if (path?.kind !== 'attribute' || path.attribute.name !== 'members' || path.part) return undefined;
    const chosen = path.filter === undefined ? undefined : idIn(path.filter);
    if (path.filter !== undefined && (op !== 'remove' || chosen === undefined)) return undefined;
    if (path.filter === undefined && !hasValue) return undefined;
    for (const id of chosen === undefined ? idsOf(value, op) : [chosen])
      wanted.set(id, op as 'add' | 'remove');
  }
  const those = (op: 'add' | 'remove') => [...wanted].filter(([, one]) => one === op).map(([id]) => id);
  return { add: those('add'), remove: those('remove') };
}

/** The one member whom `value eq "…"` selects. */
const idIn = (filter: Filter | boolean): string | undefined =>
  typeof filter === 'object' &&
  filter.kind === 'compare' &&
  filter.operator === 'eq' &&
  filter.attribute.path.at(-1) === 'value'
    ? String(filter.value).toLowerCase()
    : undefined;

/** Applies a body, or an operation without a path. */
export function applyGroupBody(type: ResourceType, draft: GroupDraft, operation: Operation): void {
  const others: Record<string, unknown> = {};
  for (const [name, one] of entriesOf(type, operation.value)) {
    if (isMembers(type, name)) changeMembers(draft, { ...operation, value: one, hasValue: true });
    else others[name] = one;
  }
  applyBody(type, draft.document, { ...operation, value: others });
}

function isMembers(type: ResourceType, name: string): boolean {
  const found = find(type, name);
  return found.kind === 'attribute' && found.attribute.label === 'members';
}

function changeMembers({ members }: GroupDraft, { op, value, hasValue }: Operation): void {
  if (op === 'remove') {
    if (!hasValue) members.clear();
    else for (const id of idsOf(value, op)) members.delete(id);
    return;
  }
  const ids = idsOf(value, op);
  if (op === 'replace') members.clear();
  for (const id of ids) members.add(id);
  if (members.size > MAX_MEMBERS) throw invalidValue(`A group has at most ${MAX_MEMBERS} members.`);
}

function changeSelected({ members, before }: GroupDraft, filter: Filter | boolean, { op }: Operation): void {
  const selected = selectedBy(filter, members, before);
  if (op === 'remove') {
    for (const id of selected) members.delete(id);
  } else if (selected.length === 0) {
    throw new ScimError(400, 'noTarget', 'No member of the group meets the filter in the path.');
  }
}

function selectedBy(
  filter: Filter | boolean,
  members: Set<string>,
  before: ProvisionedGroup['members'],
): string[] {
  if (typeof filter === 'boolean') return filter ? [...members] : [];
  const one = idIn(filter);
  if (one !== undefined) return members.has(one) ? [one] : [];
  const displays = new Map(before.map(({ id, display }) => [id, display]));
  return [...members].filter((id) => matches(filter, { value: id, type: 'User', display: displays.get(id) }));
}

/**
 * The ids in `[{"value": "…"}]`, which may also be one object or plain ids. What names nobody is refused
 * where it would remove: read as “no value”, it would remove everybody.
 */
function idsOf(value: unknown, op: Operation['op']): string[] {
  if (value === null && op === 'remove') {
    throw invalidValue('A remove of members with a value must say who; without a value it removes all.');
  }
  const given = value === null || value === '' ? [] : Array.isArray(value) ? value : [value];
  const ids = given.map(idOf);
  // Whoever cannot be a member is none already.
  const stranger = op === 'remove' ? undefined : ids.find((id) => !isUuid(id));
  if (stranger !== undefined)
    throw invalidValue(`members has ${shown(stranger)}, which is the id of no user here.`);
  return ids;
}

function idOf(member: unknown): string {
  const object =
    typeof member === 'object' && member !== null ? (member as Record<string, unknown>) : undefined;
  const id = object ? partOf(object, 'value') : member;
  const kind = object ? partOf(object, 'type') : undefined;
  if (typeof kind === 'string' && kind.toLowerCase() === 'group') {
    throw invalidValue('members must be users; groups within groups are not supported.');
  }
  if (typeof id !== 'string' || id === '')
    throw invalidValue('Each of members must have a value, the id of a user.');
  return id.toLowerCase();
}

function partOf(object: Record<string, unknown>, name: string): unknown {
  if (name in object) return object[name];
  const other = Object.keys(object).find((key) => key.toLowerCase() === name);
  return other === undefined ? undefined : object[other];
}
