import type { ProblemKind } from '../problem.js';

/** Every exit code there is; `help exit-codes` prints this table. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done; an empty list is also 0' },
  operation: { code: 1, meaning: 'the operation was refused or failed' },
  usage: { code: 2, meaning: 'wrong options or arguments, or a required answer is missing' },
  configuration: { code: 3, meaning: 'wrong settings, or the database cannot be reached or used' },
  prerequisite: { code: 4, meaning: 'a prerequisite or a verification failed' },
  findings: { code: 5, meaning: 'there are findings, with --fail-on-findings' },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C or a signal' },
} as const satisfies Record<ProblemKind | 'done', { code: number; meaning: string }>;

export const exitCodeOf = (kind: ProblemKind): number => EXIT_CODES[kind].code;
