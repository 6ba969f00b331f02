import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { Interview, type InterviewQuestion } from './interview.js';

interface Wanted<T> {
  /** For the list of missing answers: `the database`. */
  what: string;
  /** The flags that answer it. */
  flag: string;
  /** The answer that a flag gave. */
  given: T | undefined;
}

/** Answers come from flags, else from a person; one that nobody can give is noted as missing. */
export class InitAnswers {
  readonly #missing: { what: string; flag: string }[] = [];
  /** The person, where there is one. */
  readonly interview: Interview;
  /** Whether a person can be asked. */
  readonly interactive: boolean;

  constructor(private readonly context: Pick<Context, 'prompts' | 'globals' | 'talk' | 'world'>) {
    this.interactive = context.prompts.available;
    this.interview = new Interview(context);
  }

  /** @returns nothing where the answer is missing; `assertComplete` then says so. */
  async take<T>({ what, flag, given, ask }: Wanted<T> & { ask: () => Promise<T> }): Promise<T | undefined> {
    if (given !== undefined) return given;
    if (this.interactive) return ask();
    this.#missing.push({ what, flag });
    return undefined;
  }

  /** With --yes, the default is the answer. */
  async yesNo(
    wanted: Wanted<boolean> & { ask: InterviewQuestion; initial: boolean },
  ): Promise<boolean | undefined> {
    const { ask, initial } = wanted;
    const given = wanted.given ?? (this.context.globals.yes ? initial : undefined);
    return this.take({ ...wanted, given, ask: () => this.interview.yesNo(ask, initial) });
  }

  /** @throws Problem `answer-missing`, naming every flag that is needed. */
  assertComplete(): void {
    if (this.#missing.length === 0) return;
    const asked = this.#missing.map(({ what, flag }) => `${what} (${flag})`);
    throw usageProblem(
      'answer-missing',
      `Answers are missing, and this session cannot ask for them: ${asked.join(', ')}.`,
      {
        hint: 'Add these options, or run the command in a terminal without --no-input. Nothing was changed.',
      },
    );
  }
}
