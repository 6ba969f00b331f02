/** Every exit code there is; `help exit-codes` prints this table. */
export const EXIT_CODES = {
    done: { code: 0, meaning: 'done; an empty list is also 0' },
    operation: { code: 1, meaning: 'the operation was refused or failed' },
    usage: { code: 2, meaning: 'wrong flags or arguments, or an answer is missing and nobody can be asked' },
    configuration: { code: 3, meaning: 'settings are wrong, or the database cannot be reached or used' },
    prerequisite: { code: 4, meaning: 'a prerequisite or a verification failed' },
    findings: { code: 5, meaning: 'something was found, with --fail-on-findings' },
    interrupted: { code: 130, meaning: 'interrupted by Ctrl-C or a signal' },
};
export const exitCodeOf = (kind) => EXIT_CODES[kind].code;
