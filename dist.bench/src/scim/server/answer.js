/** Ends the work on a request with an answer. */
export class Refused extends Error {
    answer;
    name = 'Refused';
    constructor(answer) {
        super(`answered with ${answer.status}`);
        this.answer = answer;
    }
}
/** A SCIM error body (RFC 7644 §3.12); `status` is text there. */
export const scimError = (status, detail, options = {}) => ({
    status,
    headers: options.headers ?? {},
    body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: String(status),
        ...(options.scimType && { scimType: options.scimType }),
        detail,
    },
    ...(options.problem && { problem: options.problem }),
});
export const refuse = (status, detail, options) => new Refused(scimError(status, detail, options));
/** For a while; the client is to try again after so many seconds. */
export const unavailable = (detail, problem, retryAfter = 5) => scimError(503, detail, { problem, headers: { 'Retry-After': String(retryAfter) } });
/** A JSON document that is not SCIM. */
export const json = (status, document, headers = {}) => ({
    status,
    headers,
    text: `${JSON.stringify(document)}\n`,
    contentType: 'application/json',
});
