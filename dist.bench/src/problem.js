/**
 * An error that a user can meet: a stable code for scripts, one sentence of what happened, one of what
 * to do. Made where the fact is known, never wrapped in another Problem. Neither message nor hint ever
 * holds a secret.
 */
export class Problem extends Error {
    kind;
    code;
    name = 'Problem';
    hint;
    constructor(kind, 
    /** Stable, lower-case, hyphenated: `idp-name-taken`. */
    code, message, options = {}) {
        super(message, { cause: options.cause });
        this.kind = kind;
        this.code = code;
        this.hint = options.hint;
    }
}
/** The flags or arguments are wrong: exit 2. */
export const usageProblem = (code, message, options) => new Problem('usage', code, message, options);
/** Settings are wrong, or the database cannot be reached or used: exit 3. */
export const configurationProblem = (code, message, options) => new Problem('configuration', code, message, options);
/** A prerequisite or a verification failed: exit 4. */
export const prerequisiteProblem = (code, message, options) => new Problem('prerequisite', code, message, options);
/** The operation itself was refused or failed: exit 1. */
export const operationProblem = (code, message, options) => new Problem('operation', code, message, options);
