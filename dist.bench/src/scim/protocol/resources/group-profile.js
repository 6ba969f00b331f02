import { invalidValue } from '../scim-error.js';
const MAX_DISPLAY_NAME = 255;
const MAX_EXTERNAL_ID = 255;
/** A group's attributes but its members, as a document that may be changed on its first level. */
export function groupDocumentOf({ displayName, externalId }) {
    return externalId === null ? { displayName } : { displayName, externalId };
}
/** What a document and its members say of a group. `invalidValue` names the attribute that cannot be. */
export function groupProfileOf(document, memberIds) {
    const { displayName, externalId } = document;
    if (displayName === undefined || displayName.trim() === '')
        throw invalidValue('displayName is required.');
    if (displayName.length > MAX_DISPLAY_NAME) {
        throw invalidValue(`displayName is longer than ${MAX_DISPLAY_NAME} characters.`);
    }
    if (externalId !== undefined && externalId.length > MAX_EXTERNAL_ID) {
        throw invalidValue(`externalId is longer than ${MAX_EXTERNAL_ID} characters.`);
    }
    return { displayName, externalId: externalId ?? null, memberIds: [...memberIds] };
}
