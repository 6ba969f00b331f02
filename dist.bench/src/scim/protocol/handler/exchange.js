import { invalidSyntax, shown } from '../scim-error.js';
/** A resource as the response to a request that made, read or changed it. */
export function resourceResponse(status, resource, sent) {
    const { location, version } = resource.meta;
    return {
        status,
        headers: {
            ...(location ? { Location: location } : {}),
            ...(version ? { ETag: version } : {}),
        },
        body: sent,
    };
}
export const noContent = (headers = {}) => ({ status: 204, headers });
export function bodyOf({ body }, what) {
    if (body === null || typeof body !== 'object' || Array.isArray(body)) {
        throw invalidSyntax(body === undefined
            ? `The request must have a body: ${what}.`
            : `The body must be a JSON object, and was sent as ${shown(body)}.`);
    }
    return body;
}
/** Whether the body says anything of an attribute, be it that it has no value. */
export const mentions = (body, name) => name in body || Object.keys(body).some((key) => key.toLowerCase() === name.toLowerCase());
