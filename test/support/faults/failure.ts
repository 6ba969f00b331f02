/** What a command that was run with `-o json` said about its failure, on the last line of stderr. */
export function failureOf(stderr: string): { code: string; message: string; hint: string } {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}
