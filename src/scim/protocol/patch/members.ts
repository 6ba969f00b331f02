import { GroupMembership } from '../../../core/provisioning/groups/group-membership.js';
import type { PresentGroup } from '../../../core/provisioning/types.js';
import type { Filter } from '../../../words/filter.js';
import { matches } from '../filter/matches.js';
import { groupDocumentOf } from '../resources/group-profile.js';
import { find } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { invalidPath, invalidValue, ScimError } from '../scim-error.js';
import { applyBody, applyOperation, type Document, entriesOf, ofResource } from './apply.js';
import { idIn, membersIn } from './named-members.js';
import type { Operation } from './operations.js';
import { parsePath } from './path.js';

const MAX_MEMBERS = 100_000;

/** A group while it is changed. */
export interface GroupDraft {
  document: Document;
  members: GroupMembership;
  /** Whoever was to be a member and cannot be one of any group here, as the IdP sent them. */
  strangers: Map<string, string>;
}

/** A group as it is, to be changed; without one, a group that is to be made. */
export const draftOf = (group?: PresentGroup): GroupDraft => ({
  document: group ? groupDocumentOf(group) : {},
  members: new GroupMembership(group?.members),
  strangers: new Map(),
});

/** Applies one operation of a PATCH to a group. */
export function applyToGroup(type: ResourceType, draft: GroupDraft, operation: Operation): void {
  if (operation.path === undefined) {
    applyGroupBody(type, draft, operation);
    return;
  }
  operation.budget?.path(operation.path);
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
  // Who is named by the id is looked up, and not compared.
  if (path.filter !== undefined && idIn(path.filter) === undefined) {
    // Those it had before are looked at as well, whoever has left by now.
    operation.budget?.compare(path.filter, Math.max(draft.members.size, draft.members.before.size));
  }
  if (path.filter !== undefined) changeSelected(draft, path.filter, operation);
  else changeMembers(draft, operation);
}

/** Who is to be in a group and who is not. */
export interface MemberChange {
  add: string[];
  remove: string[];
  /** Whoever cannot be a member of any group here, as the IdP sent them. */
  strangers: string[];
}

/** A change of members where operations say that and nothing else; who is in is not needed then. */
export function memberChangeIn(
  type: ResourceType,
  operations: readonly Operation[],
): MemberChange | undefined {
  const wanted = new Map<string, 'add' | 'remove'>();
  const strangers = new Map<string, string>();
  for (const { op, path: text, value, hasValue } of operations) {
    const path = text === undefined || op === 'replace' ? undefined : pathOf(type, text);
    if (path?.kind !== 'attribute' || path.attribute.name !== 'members' || path.part) return undefined;
    const chosen = path.filter === undefined ? undefined : idIn(path.filter);
    if (path.filter !== undefined && (op !== 'remove' || chosen === undefined)) return undefined;
    if (path.filter === undefined && (!hasValue || (op === 'remove' && value === null))) return undefined;
    const named = membersIn(chosen ?? value);
    if (named.unreadable > 0) return undefined;
    if (op === 'remove') {
      for (const [id] of [...named.users, ...named.strangers]) {
        wanted.set(id, 'remove');
        strangers.delete(id);
      }
    } else {
      for (const [id] of named.users) wanted.set(id, 'add');
      for (const [id, sent] of named.strangers) strangers.set(id, sent);
    }
  }
  const those = (op: 'add' | 'remove') => [...wanted].filter(([, one]) => one === op).map(([id]) => id);
  return { add: those('add'), remove: those('remove'), strangers: [...strangers.values()] };
}

/** What is wrong with a path is said where operations are applied one by one. */
function pathOf(type: ResourceType, text: string) {
  try {
    return parsePath(type, text);
  } catch {
    return undefined;
  }
}

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

/**
 * Who can be read, joins or leaves; who cannot be is skipped. But nobody joins or leaves because of a list in which
 * nobody can be read.
 */
function changeMembers({ members, strangers }: GroupDraft, { op, value, hasValue }: Operation): void {
  if (op === 'remove' && !hasValue) {
    members.clear();
    strangers.clear();
    return;
  }
  // Left out (against RFC 7643 §2.5, by which it removes all): a mapping without a value must not empty a group.
  if (op !== 'remove' && (value === null || value === '')) return;
  if (value === null) {
    throw invalidValue(
      'A remove of members with a value must name the members; without a value, it removes all members.',
    );
  }
  const named = membersIn(value);
  if (named.unreadable > 0 && named.users.size + named.strangers.size === 0) throw withoutId();
  if (op === 'remove') {
    for (const id of [...named.users.keys(), ...named.strangers.keys()]) {
      members.delete(id);
      strangers.delete(id);
    }
  } else {
    if (op === 'replace') {
      members.clear();
      strangers.clear();
    }
    for (const id of named.users.keys()) members.add(id);
    for (const [id, sent] of named.strangers) strangers.set(id, sent);
    if (named.unreadable > 0) strangers.set('', NOBODY);
  }
  if (members.size > MAX_MEMBERS) throw invalidValue(`A group has at most ${MAX_MEMBERS} members.`);
}

/** Who is selected leaves; with `replace`, whoever the value names takes their place. */
function changeSelected(
  draft: GroupDraft,
  filter: Filter | boolean,
  { op, value, hasValue }: Operation,
): void {
  const { members, strangers } = draft;
  const selected = selectedBy(filter, members);
  if (op === 'remove') {
    for (const id of selected) members.delete(id);
    strangers.delete(idIn(filter) ?? '');
  } else if (selected.length === 0) {
    throw new ScimError(400, 'noTarget', 'No member of the group meets the filter in the path.');
  } else if (op === 'replace') {
    if (value === null || value === '') throw withoutId();
    const others = new Set(selected);
    changeMembers(draft, { op: 'add', path: undefined, value, hasValue });
    const named = membersIn(value);
    for (const id of others) if (!named.users.has(id)) members.delete(id);
  }
}

function selectedBy(filter: Filter | boolean, members: GroupMembership): string[] {
  if (typeof filter === 'boolean') return filter ? [...members] : [];
  const one = idIn(filter);
  if (one !== undefined) return members.has(one) ? [one] : [];
  // Otherwise nobody would leave, or everybody, with an answer that says that it was done.
  if (asksForReference(filter)) throw invalidPath('A member cannot be selected by $ref; use its value.');
  return [...members].filter((id) =>
    matches(filter, { value: id, type: 'User', display: members.before.get(id) }),
  );
}

function asksForReference(filter: Filter): boolean {
  if ('filters' in filter) return filter.filters.some(asksForReference);
  if ('filter' in filter) return asksForReference(filter.filter);
  return filter.attribute.path.at(-1) === '$ref';
}

/** Stands for members without a usable value where the members that were skipped are named. */
const NOBODY = 'a member without a value';

const withoutId = () => invalidValue('Each of members must have a value, the id of a user.');
