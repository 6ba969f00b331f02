import { invalidSyntax, invalidValue, ScimError, shown } from '../scim-error.js';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const MAX_OPERATIONS = 1_000;
/** The operations of a PATCH body (RFC 7644 §3.5.2), whatever the case of their names. */
export function readOperations(body) {
    const { schemas, Operations } = lowerNames(body, 'The body of a PATCH');
    if (Array.isArray(schemas) &&
        !schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === PATCH_OP.toLowerCase())) {
        throw invalidSyntax(`The schemas of a PATCH must have ${PATCH_OP}.`);
    }
    if (!Array.isArray(Operations) || Operations.length === 0) {
        throw invalidSyntax('A PATCH must have Operations: a list that is not empty.');
    }
    if (Operations.length > MAX_OPERATIONS) {
        throw new ScimError(413, 'tooMany', `A PATCH has at most ${MAX_OPERATIONS} operations.`);
    }
    return Operations.map(readOperation);
}
function readOperation(given) {
    const operation = lowerNames(given, 'Each of the Operations');
    const op = typeof operation.op === 'string' ? operation.op.toLowerCase() : undefined;
    if (op !== 'add' && op !== 'replace' && op !== 'remove') {
        throw invalidSyntax(`An op must be add, replace or remove, and was sent as ${shown(operation.op)}.`);
    }
    const path = operation.path ?? undefined;
    if (path !== undefined && typeof path !== 'string') {
        throw new ScimError(400, 'invalidPath', `A path must be text, and was sent as ${shown(path)}.`);
    }
    const named = path?.trim() || undefined;
    if (op === 'remove' && named === undefined) {
        throw new ScimError(400, 'noTarget', 'A remove must have a path.');
    }
    const hasValue = 'value' in operation;
    if (op !== 'remove' && !hasValue)
        throw invalidValue(`An ${op} must have a value.`.replace('An r', 'A r'));
    return { op, path: named, value: operation.value, hasValue };
}
const NAMES = new Map(['schemas', 'Operations', 'op', 'path', 'value'].map((name) => [name.toLowerCase(), name]));
/** An object by its names as RFC 7644 spells them; others are not read. */
function lowerNames(given, what) {
    if (given === null || typeof given !== 'object' || Array.isArray(given)) {
        throw invalidSyntax(`${what} must be a JSON object, and was sent as ${shown(given)}.`);
    }
    const message = {};
    for (const [name, value] of Object.entries(given)) {
        const known = NAMES.get(name.toLowerCase());
        if (known)
            message[known] = value;
    }
    return message;
}
