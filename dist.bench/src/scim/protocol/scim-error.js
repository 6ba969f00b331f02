/** A request that the protocol itself refuses. What is wrong in the core's eyes is a Problem. */
export class ScimError extends Error {
    status;
    scimType;
    detail;
    headers;
    name = 'ScimError';
    constructor(status, scimType, 
    /** Shown to the administrator of the IdP; names the attribute where there is one. */
    detail, headers = {}) {
        super(detail);
        this.status = status;
        this.scimType = scimType;
        this.detail = detail;
        this.headers = headers;
    }
}
export const invalidFilter = (detail) => new ScimError(400, 'invalidFilter', detail);
export const invalidPath = (detail) => new ScimError(400, 'invalidPath', detail);
export const invalidSyntax = (detail) => new ScimError(400, 'invalidSyntax', detail);
export const invalidValue = (detail) => new ScimError(400, 'invalidValue', detail);
export const notFound = (detail) => new ScimError(404, undefined, detail);
/** What a client sent, in a sentence: short, and without what could break a line or a terminal. */
export function shown(value) {
    const text = typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
    return text.length > 80 ? `${text.slice(0, 76)}…"` : text;
}
function kindOf(value) {
    if (Array.isArray(value))
        return 'a list';
    if (value !== null && typeof value === 'object')
        return 'an object';
    return String(value);
}
