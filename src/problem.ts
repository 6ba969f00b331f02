/**
 * What can go wrong in a way that the person at the prompt can act on.
 *
 * The kind decides the exit code (`cli/exit-codes.ts` is the only place that maps one to the other).
 */
export type ProblemKind =
  | 'operation'
  | 'usage'
  | 'configuration'
  | 'prerequisite'
  | 'findings'
  | 'interrupted';

/** The words of the host application about a write, by what they are: `message`, `hint`, `state`, `constraint`, `column`. */
export type HostSaid = Readonly<
  Partial<Record<'message' | 'hint' | 'state' | 'constraint' | 'column', string>>
>;

export interface ProblemOptions {
  /** What to do next, one sentence. */
  hint?: string;
  /** The error underneath; shown only with `--verbose`. */
  cause?: unknown;
  /** What the event of the refusal holds beside the code, and the client is not told: logins of other accounts. */
  trail?: Readonly<Record<string, unknown>>;
  /** What the host application said, for the endpoint's log: message, hint, state, constraint, column. */
  host?: HostSaid;
}

/**
 * An error that a user can meet: a stable code for scripts, one sentence of what happened, one of what
 * to do. Made where the fact is known, never wrapped in another Problem. Neither message nor hint ever
 * holds a secret.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly hint: string | undefined;
  readonly trail: Readonly<Record<string, unknown>>;
  readonly host: HostSaid | undefined;

  constructor(
    readonly kind: ProblemKind,
    /** Stable, lower-case, hyphenated: `idp-name-taken`. */
    readonly code: string,
    message: string,
    options: ProblemOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.trail = options.trail ?? {};
    this.host = options.host;
  }
}

/** The flags or arguments are wrong: exit 2. */
export const usageProblem = (code: string, message: string, options?: ProblemOptions) =>
  new Problem('usage', code, message, options);

/** Settings are wrong, or the database cannot be reached or used: exit 3. */
export const configurationProblem = (code: string, message: string, options?: ProblemOptions) =>
  new Problem('configuration', code, message, options);

/** A prerequisite or a verification failed: exit 4. */
export const prerequisiteProblem = (code: string, message: string, options?: ProblemOptions) =>
  new Problem('prerequisite', code, message, options);

/** The operation itself was refused or failed: exit 1. */
export const operationProblem = (code: string, message: string, options?: ProblemOptions) =>
  new Problem('operation', code, message, options);
