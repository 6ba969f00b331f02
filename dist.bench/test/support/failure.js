/** What a command that was run with `-o json` said about its failure, on the last line of stderr. */
export function failureOf(stderr) {
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}
