import type { ProvisionedUser, Wanted } from '../../../core/provisioning/types.js';
import { applyOperation, type Document } from '../patch/apply.js';
import { Budget } from '../patch/budget.js';
import { namesNotTaken } from '../patch/not-taken.js';
import type { Operation, ReadOperations } from '../patch/operations.js';
import { emailsOf } from '../resources/emails.js';
import { documentOf, namesOf, profileOf } from '../resources/user-profile.js';
import { find, isCoreSchema } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { ScimError } from '../scim-error.js';
import { coerceOne } from '../values/coerce.js';

/** More paths than this are not named in one event. */
const MAX_SKIPPED = 20;

/**
 * What a PATCH or PUT makes of a user. A departure comes first: where the request says `active: false`, whatever else
 * of it is refused is skipped and named by its path (a deliberate deviation from the atomicity of RFC 7644 §3.5.2).
 * @param start what the operations are applied to; without `active`, so that it is there only if the request says it.
 * @throws ScimError the first fault, where it is no departure.
 */
export function wantedUser(
  type: ResourceType,
  current: ProvisionedUser,
  start: Document,
  { operations, faults }: ReadOperations,
): Wanted {
  const document: Document = { ...start };
  // A PUT starts from nothing, and what it leaves out it says to be nothing.
  const stated: Document = start.userName === undefined ? {} : unsaid(current);
  const skipped = faults.map(({ path }) => path);
  const refused = faults.map(({ error }) => error);
  const budget = new Budget();
  const parts = operations.flatMap((one) => partsOf(type, { ...one, budget }));
  for (const { name, operation } of parts) {
    const before = { ...document };
    try {
      applyOperation(type, document, operation);
      attempt(type, stated, operation);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      restore(document, before);
      refused.push(error);
      skipped.push(name);
    }
  }
  const says = saidActive(type, document);
  if (says !== false) {
    if (refused[0]) throw refused[0];
    const profile = profileOf(type, document, current.active);
    return { ...profile, ...(says !== undefined && { says }), states: statesOf(stated) };
  }
  for (const { name, operation } of parts) skipped.push(...namesNotTaken(type, name, operation));
  return { ...departing(type, current, document, skipped), states: statesOf(stated) };
}

/** No request says this. */
const NOT_SAID = '\u0000';

/**
 * A user of whom neither names are known nor the address that the application has: what is different afterwards, the
 * request has said.
 */
const unsaid = ({ attributes }: ProvisionedUser): Document => ({
  displayName: NOT_SAID,
  name: { givenName: NOT_SAID, familyName: NOT_SAID },
  emails: emailsOf({ email: NOT_SAID, attributes }),
});

/** What a user of whom nothing is known cannot have done to it is not said of it. */
function attempt(type: ResourceType, document: Document, operation: Operation): void {
  try {
    applyOperation(type, document, operation);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
  }
}

const statesOf = (stated: Document): Wanted['states'] =>
  Object.fromEntries(Object.entries(namesOf(stated)).filter(([, value]) => value !== NOT_SAID));

interface Part {
  /** As the request has it. */
  name: string;
  operation: Operation;
}

/** An operation on the whole user by its names, one by one, so that one that is refused does not take others with it. */
function partsOf(type: ResourceType, operation: Operation): Part[] {
  const { op, path, value } = operation;
  const isWhole = path === undefined || (op !== 'remove' && isCoreSchema(type, path));
  if (!isWhole || !isObject(value)) return [{ name: path ?? '', operation }];
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] =>
    isCoreSchema(type, name) && isObject(one)
      ? Object.entries(one).filter(([inner]) => !isCoreSchema(type, inner))
      : [[name, one]],
  );
  return entries.map(([name, one]) => ({
    name,
    operation: { ...operation, path: undefined, value: { [name]: one } },
  }));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function restore(document: Document, before: Document): void {
  for (const name of Object.keys(document)) delete document[name];
  Object.assign(document, before);
}

function saidActive(type: ResourceType, document: Document): boolean | undefined {
  const attribute = type.byName.get('active');
  return attribute && (coerceOne(attribute, document.active) as boolean | undefined);
}

/** What can be had of the rest, attribute by attribute. */
function departing(
  type: ResourceType,
  current: ProvisionedUser,
  wanted: Document,
  refused: readonly string[],
): Wanted {
  const kept: Document = { ...documentOf(current), active: false };
  const skipped = [...refused];
  // What a PUT says and cannot be had is not what it leaves out, and stays as it was.
  const unread = new Set(refused.map((path) => rootOf(type, path)));
  for (const name of new Set([...Object.keys(kept), ...Object.keys(wanted)])) {
    if (name === 'active' || kept[name] === wanted[name]) continue;
    if (wanted[name] === undefined && unread.has(name)) continue;
    const next = { ...kept, [name]: wanted[name] };
    if (wanted[name] === undefined) delete next[name];
    try {
      profileOf(type, next, false);
      restore(kept, next);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      skipped.push(name);
    }
  }
  const paths = [...new Set(skipped.map(nameable))].slice(0, MAX_SKIPPED);
  return { ...profileOf(type, kept, false), says: false, ...(paths.length > 0 && { skipped: paths }) };
}

/** Under which name a document has what a path is about. */
function rootOf(type: ResourceType, path: string): string {
  const found = find(type, path.replace(/\[.*$/s, ''));
  if (found.kind === 'extension') return found.extension.urn;
  if (found.kind !== 'attribute') return '';
  const { extension, parent, name } = found.attribute;
  return extension ?? parent?.name ?? name;
}

/** The attribute alone: a filter in brackets may hold a value. */
const nameable = (path: string): string =>
  path
    .replace(/\[.*$/s, '')
    .replace(/[^A-Za-z0-9_$.:-]/g, '')
    .slice(0, 100) || '(unreadable)';
