import type { GroupDecision, PresentGroup } from '../../../core/provisioning/types.js';
import { displayNameIn, externalIdIn } from '../resources/group-profile.js';
import { find, isCoreSchema } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { ScimError } from '../scim-error.js';
import { entriesOf } from './apply.js';
import { Budget, MAX_NAMES, tooManyNames } from './budget.js';
import { applyToGroup, type GroupDraft } from './members.js';
import type { Operation, ReadOperations } from './operations.js';

/**
 * What operations make of a group. Of several that cannot be done the first is thrown; but where members leave, they
 * leave all the same, and what cannot be done is skipped: rights that are to end do not wait for the rest.
 */
export function groupRequestOf(
  type: ResourceType,
  current: PresentGroup,
  draft: GroupDraft,
  { operations, faults = [] }: Partial<ReadOperations> & Pick<ReadOperations, 'operations'>,
): GroupDecision {
  const refused = faults.map(({ path, error }) => ({ path: path ? nameIn(path) : '(unreadable)', error }));
  const attempt = (path: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      refused.push({ path, error });
    }
  };
  const budget = new Budget();
  const pieces: Piece[] = [];
  for (const operation of operations) for (const piece of piecesOf(type, operation)) pieces.push(piece);
  const isTooMuch = pieces.length > MAX_NAMES;
  if (isTooMuch) refused.push({ path: '(too many)', error: tooManyNames() });
  for (const piece of pieces) {
    // Of more than are taken, those by which members may leave.
    if (isTooMuch && !isOfMembers(type, piece)) continue;
    attempt(nameIn(piece.name), () => applyToGroup(type, draft, { ...operationOf(piece), budget }));
  }
  const { displayName, externalId } = current;
  const names = { displayName, externalId };
  attempt('displayName', () => {
    names.displayName = displayNameIn(draft.document);
  });
  attempt('externalId', () => {
    names.externalId = externalIdIn(draft.document);
  });
  const [first] = refused;
  if (first && draft.members.leaving().length === 0) throw first.error;
  return {
    ...names,
    members: draft.members,
    skipped: { members: [...draft.strangers.values()], attributes: refused.map(({ path }) => path) },
  };
}

/**
 * Whether operations may change who is in a group. They may also turn out not to, but an operation that does is never
 * missed: its path, or the name in its body, contains the name of the attribute.
 */
export const touchesMembers = (type: ResourceType, operations: readonly Operation[]): boolean =>
  operations.some((operation) =>
    piecesOf(type, operation).some(
      ({ name, isOfWhole }) => /members/i.test(name) && (!isOfWhole || /members/i.test(nameIn(name))),
    ),
  );

/** An operation, or what an operation on the whole group says of one name. */
interface Piece {
  name: string;
  operation: Operation;
  isOfWhole: boolean;
  value: unknown;
}

/** An operation without a path is one for each attribute, of which each may be refused by itself. */
function piecesOf(type: ResourceType, operation: Operation): Piece[] {
  const { path, op, value } = operation;
  const isWhole = path === undefined || (op !== 'remove' && isCoreSchema(type, path));
  const entries = isWhole ? readableEntries(type, value) : undefined;
  if (!entries) return [{ name: path ?? 'value', operation, isOfWhole: false, value }];
  return entries.map(([name, one]) => ({ name, operation, isOfWhole: true, value: one }));
}

const operationOf = ({ name, operation, isOfWhole, value }: Piece): Operation =>
  isOfWhole ? { ...operation, path: undefined, value: { [name]: value } } : operation;

function isOfMembers(type: ResourceType, { name }: Piece): boolean {
  if (!/members/i.test(name)) return false;
  const bracket = name.indexOf('[');
  const found = find(type, bracket < 0 ? name : name.slice(0, bracket).trim());
  return found.kind === 'attribute' && (found.attribute.parent ?? found.attribute).label === 'members';
}

function readableEntries(type: ResourceType, value: unknown) {
  try {
    return entriesOf(type, value);
  } catch {
    return undefined;
  }
}

/** A path as it may be named: without a filter, whose values may be anybody's. */
const nameIn = (path: string): string => /^[\w$:.-]*/.exec(path)?.[0] || 'path';
