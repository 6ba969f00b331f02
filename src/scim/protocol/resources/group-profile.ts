import type { DescribedGroup, GroupProfile } from '../../../core/provisioning/types.js';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import type { Document } from '../patch/apply.js';
import { invalidValue } from '../scim-error.js';

const MAX_DISPLAY_NAME = 255;
const MAX_EXTERNAL_ID = 255;

/** A group's attributes but its members, as a document that may be changed on its first level. */
export function groupDocumentOf({ displayName, externalId }: DescribedGroup): Document {
  return externalId === null ? { displayName } : { displayName, externalId };
}

/** What a document and its members say of a group. `invalidValue` names the attribute that cannot be. */
export const groupProfileOf = (document: Document, memberIds: Iterable<string>): GroupProfile => ({
  displayName: displayNameIn(document),
  externalId: externalIdIn(document),
  memberIds: [...memberIds],
});

/** Trimmed where it is compared and stored, so that a name from before names were trimmed is told apart. */
export function displayNameIn({ displayName }: Document): string {
  const name = displayName as string | undefined;
  const length = name === undefined ? 0 : withoutOuterSpace(name).length;
  if (name === undefined || length === 0) throw invalidValue('displayName is required.');
  if (length > MAX_DISPLAY_NAME) {
    throw invalidValue(`displayName is longer than ${MAX_DISPLAY_NAME} characters.`);
  }
  return name;
}

export function externalIdIn({ externalId }: Document): string | null {
  const id = externalId as string | undefined;
  if (id !== undefined && id.length > MAX_EXTERNAL_ID) {
    throw invalidValue(`externalId is longer than ${MAX_EXTERNAL_ID} characters.`);
  }
  return id ?? null;
}
