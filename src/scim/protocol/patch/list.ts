import type { Filter } from '../../../words/filter.js';
import { matches } from '../filter/matches.js';
import type { Attribute } from '../schemas/resource-type.js';
import { ScimError } from '../scim-error.js';
import { coerce, coerceOne, isNothing, type Parts, pruned } from '../values/coerce.js';
import type { Operation } from './operations.js';

type List = readonly unknown[];
type Selection = Filter | boolean;

/** The values of an attribute after a change; the same list where nothing changes, undefined for none. */
export function changeList(
  list: List,
  attribute: Attribute,
  filter: Selection | undefined,
  part: Attribute | undefined,
  operation: Operation,
): List | undefined {
  const selection = filter ?? (part ? true : undefined);
  if (selection === undefined) return changeWhole(list, attribute, operation);
  return operation.op === 'remove'
    ? removeFrom(list, selection, part)
    : changeSelected(list, attribute, selection, part, operation);
}

function changeWhole(list: List, attribute: Attribute, operation: Operation): List | undefined {
  const { op, value, hasValue } = operation;
  // Entra ID names the values to remove in the value, rather than in a filter.
  if (op === 'remove') return hasValue && !isNothing(value) ? without(list, attribute, value) : undefined;
  const given = coerce(attribute, value) as unknown[] | undefined;
  if (op === 'replace') return given && withOnePrimary(complete(given));
  const added = complete(given ?? []).filter((one) => !list.some((other) => includes(other, one)));
  return added.length > 0 ? withOnePrimary([...list, ...added]) : list;
}

function without(list: List, attribute: Attribute, value: unknown): List | undefined {
  const gone = (coerce(attribute, value) ?? []) as unknown[];
  const left = list.filter((one) => !gone.some((other) => includes(one, other)));
  return left.length === list.length ? list : left;
}

function removeFrom(list: List, selection: Selection, part: Attribute | undefined): List {
  if (!list.some((one) => selects(selection, one))) return list;
  if (!part) return list.filter((one) => !selects(selection, one));
  return complete(list.map((one) => (selects(selection, one) ? withPart(one, part, undefined) : one)));
}

function changeSelected(
  list: List,
  attribute: Attribute,
  selection: Selection,
  part: Attribute | undefined,
  { op, value }: Operation,
): List {
  const isThere = list.some((one) => selects(selection, one));
  if (op === 'replace' && !isThere && !isMadeByReplace(selection, part)) throw noTarget(attribute);
  const given = part ? coerce(part, value) : coerceOne(attribute, value);
  const change = (one: unknown, other: Parts): unknown => {
    if (part) return withPart(one, part, given);
    if (!isParts(given)) return given;
    return op === 'add' && isParts(one) ? { ...one, ...given } : { ...other, ...given };
  };
  const seed = equalities(selection);
  let primary: unknown;
  const changed = list.map((one) => {
    if (!selects(selection, one)) return one;
    const next = change(one, seed ?? {});
    if (isParts(next) && next.primary === true) primary = next;
    return next;
  });
  if (isThere) return withOnePrimary(complete(changed), primary);
  if (isNothing(given) || (isParts(given) && !pruned(given))) return list;
  if (!seed) throw noTarget(attribute);
  const made = change({ ...seed }, seed);
  return withOnePrimary(complete([...list, made]), made);
}

const noTarget = (attribute: Attribute) =>
  new ScimError(400, 'noTarget', `No value of ${attribute.label} meets the filter in the path.`);

/**
 * Entra ID replaces a part of a value that is not there yet, and expects it to be made (against RFC 7644 §3.5.2.3):
 * `emails[type eq "work"].value`, `roles[primary eq "True"].value`. Also without a filter, where there is no value.
 */
function isMadeByReplace(selection: Selection, part: Attribute | undefined): boolean {
  if (!part) return false;
  const names = Object.keys(equalities(selection) ?? { '': undefined });
  return names.every((name) => name === 'type' || name === 'primary');
}

const selects = (selection: Selection, one: unknown) =>
  typeof selection === 'boolean' ? selection : matches(selection, one);

/** What a value that is made must be like for the filter to select it, where the filter says it plainly. */
function equalities(selection: Selection): Parts | undefined {
  if (typeof selection === 'boolean') return selection ? {} : undefined;
  if (selection.kind === 'compare' && selection.operator === 'eq') {
    return { [selection.attribute.path.at(-1) ?? '']: selection.value };
  }
  if (selection.kind !== 'and') return undefined;
  const seed: Parts = {};
  for (const filter of selection.filters) {
    const equal = equalities(filter);
    if (!equal) return undefined;
    Object.assign(seed, equal);
  }
  return seed;
}

/** Without what has nothing in it. */
function complete(list: List): unknown[] {
  const left: unknown[] = [];
  for (const one of list) {
    const element = isParts(one) ? pruned(one) : one;
    if (element !== undefined) left.push(element);
  }
  return left;
}

/** At most one value is primary (RFC 7643 §2.4): the one that was made so last. */
function withOnePrimary(list: unknown[], chosen?: unknown): unknown[] {
  const primaries = list.filter((one) => isParts(one) && one.primary === true);
  if (primaries.length < 2) return list;
  const last = primaries.includes(chosen) ? chosen : primaries.at(-1);
  return list.map((one) =>
    one !== last && primaries.includes(one) ? { ...(one as Parts), primary: false } : one,
  );
}

function withPart(one: unknown, part: Attribute, value: unknown): unknown {
  return isParts(one) ? { ...one, [part.name]: value } : value;
}

/** Whether `one` has all that `other` says: adding `{value}` again changes nothing, though it has a type by now. */
function includes(one: unknown, other: unknown): boolean {
  if (!isParts(one) || !isParts(other)) return one === other;
  return Object.entries(other).every(([name, part]) => part === undefined || same(one[name], part));
}

const same = (one: unknown, other: unknown) =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((value, index) => value === other[index])
    : one === other;

const isParts = (value: unknown): value is Parts =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
