import type { Unread } from '../exchange.js';
import { invalidSyntax, invalidValue, ScimError, shownValue } from '../scim-error.js';
import type { Budget } from './budget.js';

export interface Operation {
  op: 'add' | 'replace' | 'remove';
  /** Absent where the value is (part of) the resource itself. */
  path: string | undefined;
  value: unknown;
  /** Whether the operation has a value at all, be it null. */
  hasValue: boolean;
  /** That of the whole request; without one, nothing is refused for its work. */
  budget?: Budget;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const MAX_OPERATIONS = 1_000;
/** So many faults are kept: of more operations, one says no more. */
const MOST_FAULTS = 100;

/** A part of a request that cannot be done. */
export interface RefusedPart {
  /** Of the attribute; empty where that cannot be told. */
  path: string;
  error: ScimError;
}

/** What can be read of a PATCH body: its operations, and the faults of what cannot be. */
export interface ReadOperations {
  operations: Operation[];
  /** In the order in which they were found; a request that does not end a user's access is refused by the first. */
  faults: RefusedPart[];
}

/**
 * The operations of a PATCH body (RFC 7644 §3.5.2), whatever the case of their names, and what of it cannot be read:
 * where a user leaves, or members leave a group, the rest counts all the same.
 * @throws ScimError where nothing of it can be read.
 */
export function readWhatIsThere(body: unknown, unread: readonly Unread[] = []): ReadOperations {
  const { schemas, Operations: given } = lowerNames(body, 'The body of a PATCH');
  // Some clients send a list of one without its brackets.
  const Operations = isObject(given) ? [given] : given;
  const faults = unread.map(faultOf(Array.isArray(Operations) ? Operations : []));
  if (
    Array.isArray(schemas) &&
    !schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === PATCH_OP.toLowerCase())
  ) {
    faults.push({ path: 'schemas', error: invalidSyntax(`The schemas of a PATCH must have ${PATCH_OP}.`) });
  }
  if (!Array.isArray(Operations) || Operations.length === 0) {
    throw invalidSyntax('A PATCH must have Operations: a list that is not empty.');
  }
  if (Operations.length > MAX_OPERATIONS) {
    const error = new ScimError(413, 'tooMany', `A PATCH has at most ${MAX_OPERATIONS} operations.`);
    faults.push({ path: '', error });
  }
  const operations: Operation[] = [];
  for (const given of Operations) {
    const read = readOperation(given);
    if (typeof read !== 'function') operations.push(read);
    else if (faults.length < MOST_FAULTS) faults.push({ path: pathIn(given), error: read() });
  }
  return { operations, faults };
}

/** The path of an operation that cannot be read, where it has one. */
function pathIn(given: unknown): string {
  const { path } = isObject(given) ? lowerNames(given, '') : {};
  return typeof path === 'string' ? path.trim() : '';
}

/** Of what was left out of a PATCH body, by the attribute in whose value it was. */
const faultOf =
  (operations: readonly unknown[]) =>
  (one: Unread): RefusedPart => {
    const [list, at, value, ...inner] = one.path;
    const isIn = (name: string | number | undefined, wanted: string) =>
      typeof name === 'string' && name.toLowerCase() === wanted;
    if (!isIn(list, 'operations')) return unreadFault(one);
    const isOfValue = isIn(value, 'value');
    const names = isOfValue ? [pathIn(operations[Number(at)]), ...inner] : [value ?? ''];
    return unreadFault({ ...one, path: names });
  };

/** Of what was left out of a body that is a resource. */
export function unreadFault({ path, why }: Unread): RefusedPart {
  const detail =
    why === 'name' ? '"__proto__" is not the name of an attribute.' : 'The body is nested too deeply.';
  const names = path.filter((name) => typeof name === 'string' && name !== '');
  return { path: names.join('.'), error: invalidSyntax(detail) };
}

/** An operation, or what makes the fault of it: an error takes longer than to read a hundred operations. */
function readOperation(given: unknown): Operation | (() => ScimError) {
  if (!isObject(given)) return () => notAnObject(given, 'Each of the Operations');
  const operation = lowerNames(given, '');
  const op = typeof operation.op === 'string' ? operation.op.toLowerCase() : undefined;
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    return () =>
      invalidSyntax(`An op must be add, replace or remove, and was sent as ${shownValue(operation.op)}.`);
  }
  const path = operation.path ?? undefined;
  if (path !== undefined && typeof path !== 'string') {
    return () =>
      new ScimError(400, 'invalidPath', `A path must be text, and was sent as ${shownValue(path)}.`);
  }
  const named = path?.trim() || undefined;
  if (op === 'remove' && named === undefined) {
    return () => new ScimError(400, 'noTarget', 'A remove must have a path.');
  }
  const hasValue = 'value' in operation;
  if (op !== 'remove' && !hasValue) {
    return () => invalidValue(`An ${op} must have a value.`.replace('An r', 'A r'));
  }
  return { op, path: named, value: operation.value, hasValue };
}

interface Message {
  schemas?: unknown;
  Operations?: unknown;
  op?: unknown;
  path?: unknown;
  value?: unknown;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NAMES = new Map<string, keyof Message>(
  (['schemas', 'Operations', 'op', 'path', 'value'] as const).map((name) => [name.toLowerCase(), name]),
);

const notAnObject = (given: unknown, what: string) =>
  invalidSyntax(`${what} must be a JSON object, and was sent as ${shownValue(given)}.`);

/** An object by its names as RFC 7644 spells them; others are not read. */
function lowerNames(given: unknown, what: string): Message {
  if (!isObject(given)) throw notAnObject(given, what);
  const message: Message = {};
  for (const [name, value] of Object.entries(given)) {
    const known = NAMES.get(name.toLowerCase());
    if (known) message[known] = value;
  }
  return message;
}
