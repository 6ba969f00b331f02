import type { Context } from '../../context.js';
import type { AnswerCheck, PromptChoice } from '../../input/prompts.js';
import { wrapped } from '../../output/wrap.js';

/** One thing that is asked. */
export interface InterviewQuestion {
  /** What the answer is, in a word or two; each question has its own. */
  label: string;
  question: string;
  /** Lines that explain it, printed whenever it is asked. */
  intro?: readonly string[];
}

export interface AnsweredQuestion {
  label: string;
  /** For people; never a secret. */
  shown: string;
}

interface Kept {
  /** The question with all that it offered: an answer holds only as long as this is the same. */
  asked: string;
  answer: string;
  shown: string;
}

/** Typed instead of an answer. */
const BACK = '<';
const GO_BACK = Symbol('back');

/** Thrown to put the questions from the start; those that have their answers are not asked again. */
class Again extends Error {}

/**
 * Asks one question after another, with a way back from each. Whoever asks is run from the start again whenever an
 * answer is taken back: what was answered is answered at once, so that any question may depend on any before it.
 */
export class Interview {
  readonly #kept = new Map<string, Kept>();
  /** Answers that were taken back, to be proposed. */
  readonly #former = new Map<string, string>();
  /** What this run has asked so far, in order. */
  #asked: string[] = [];
  /** The answer that is being changed, to be put back if the person goes back. */
  #changing: { label: string; kept: Kept } | undefined;
  readonly #said = new Set<string>();

  constructor(private readonly context: Pick<Context, 'prompts' | 'talk' | 'world'>) {}

  /** Runs what asks, again and again until it has all its answers. */
  async run<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      this.#asked = [];
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Again)) throw error;
      }
    }
  }

  /** What was asked of a person and answered, in order. */
  answers(): AnsweredQuestion[] {
    return this.#asked.flatMap((label) => {
      const kept = this.#kept.get(label);
      return kept ? [{ label, shown: kept.shown }] : [];
    });
  }

  /** Says something once, however often the questions are run through. */
  note(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#say(text);
  }

  /** Says what is wrong. */
  warn(text: string): void {
    this.context.talk.warn(this.#fitted(text, 'Warning: '.length));
  }

  #say = (text: string): void => this.context.talk.note(this.#fitted(text));

  /** Broken between words where the terminal ends. */
  #fitted(text: string, taken = 0): string {
    const columns = this.context.world.stdout.columns || 80;
    const [, indent = ''] = /^( *)/.exec(text) ?? [];
    const next = indent === '' ? '' : `${indent}  `;
    return wrapped(' '.repeat(taken) + text, columns - 1 - next.length)
      .join(`\n${next}`)
      .slice(taken);
  }

  /** Asks for a line of text. */
  async text(question: InterviewQuestion, { initial, check }: TextOptions = {}): Promise<string> {
    return this.#ask(question, `text ${initial ?? ''}`, async (former, canGoBack) => {
      const answer = await this.context.prompts.text(`${this.#worded(question)}:`, {
        initial: former ?? initial,
        check: (typed) => (isBack(typed) && canGoBack) || (check?.(typed.trim()) ?? true),
      });
      return isBack(answer) && canGoBack ? GO_BACK : { answer: answer.trim(), shown: answer || '(none)' };
    });
  }

  /** Asks for something that nobody may read. */
  async secret(question: InterviewQuestion): Promise<string> {
    return this.#ask(question, 'secret', async (_, canGoBack) => {
      const answer = await this.context.prompts.password(`${this.#worded(question)}:`);
      return isBack(answer) && canGoBack ? GO_BACK : { answer, shown: '(hidden)' };
    });
  }

  /** Asks for one of several. */
  async choose<T>(
    question: InterviewQuestion,
    choices: readonly PromptChoice<T>[],
    initial?: T,
    { goesBack = true } = {},
  ): Promise<T> {
    const names = choices.map(({ name }) => name);
    const proposed = initial === undefined ? undefined : choices.find(({ value }) => value === initial)?.name;
    const name = await this.#ask(question, [proposed, ...names].join('\n'), async (former, canGoBack) => {
      const offered: PromptChoice<string | typeof GO_BACK>[] = choices.map((choice) => ({
        ...choice,
        value: choice.name,
      }));
      if (canGoBack && goesBack) offered.push({ name: 'Back', value: GO_BACK });
      const at = names.includes(former ?? '') ? former : proposed;
      const answer = await this.context.prompts.choose(question.question, offered, at);
      return answer === GO_BACK ? GO_BACK : { answer: answer as string, shown: answer as string };
    });
    return (choices.find((choice) => choice.name === name) as PromptChoice<T>).value;
  }

  async yesNo(question: InterviewQuestion, initial: boolean): Promise<boolean> {
    const choices = [
      { name: 'Yes', value: true },
      { name: 'No', value: false },
    ];
    return this.choose(question, initial ? choices : choices.reverse(), initial);
  }

  /** The same, of a question whose answer does not last: it is asked whenever it comes up. */
  async chooseNow<T>(
    question: InterviewQuestion,
    choices: readonly PromptChoice<T>[],
    options?: { goesBack: boolean },
  ): Promise<T> {
    this.#kept.delete(question.label);
    const chosen = await this.choose(question, choices, undefined, options);
    this.#forget(question.label);
    this.#former.delete(question.label);
    this.#asked = this.#asked.filter((label) => label !== question.label);
    return chosen;
  }

  /** Takes an answer back and asks for it anew. */
  again(label: string): never {
    this.#forget(label);
    return this.replay();
  }

  /** Runs through all questions once more, with the answers that are there. */
  replay(): never {
    throw new Again();
  }

  /** The same, from the summary: going back from there leaves the answer as it was. */
  change(label: string): never {
    const kept = this.#kept.get(label);
    if (kept) this.#changing = { label, kept };
    this.again(label);
  }

  async #ask(
    { label, intro = [], question }: InterviewQuestion,
    offered: string,
    put: (former: string | undefined, canGoBack: boolean) => Promise<Given | typeof GO_BACK>,
  ): Promise<string> {
    const asked = `${question}\n${offered}`;
    const kept = this.#kept.get(label);
    if (kept?.asked === asked) {
      this.#asked.push(label);
      return kept.answer;
    }
    if (kept) this.#forget(label);
    for (const line of intro) this.#say(line);
    const given = await put(this.#former.get(label), this.#canGoBack());
    const changing = this.#changing;
    this.#changing = undefined;
    if (given === GO_BACK) return this.#back(label, changing);
    this.#kept.set(label, { asked, ...given });
    this.#asked.push(label);
    return given.answer;
  }

  #back(label: string, changing: { label: string; kept: Kept } | undefined): never {
    if (changing?.label === label) {
      this.#kept.set(label, changing.kept);
      return this.replay();
    }
    return this.again(this.#asked.at(-1) as string);
  }

  #canGoBack = () => this.#asked.length > 0 || this.#changing !== undefined;

  #worded = ({ question }: InterviewQuestion) =>
    this.#canGoBack() ? `${question} (${BACK} goes back)` : question;

  /** Secrets are not proposed again. */
  #forget(label: string): void {
    const kept = this.#kept.get(label);
    this.#kept.delete(label);
    if (kept && !kept.asked.endsWith('\nsecret')) this.#former.set(label, kept.answer);
  }
}

interface Given {
  answer: string;
  shown: string;
}

interface TextOptions {
  initial?: string;
  check?: AnswerCheck;
}

const isBack = (typed: string) => typed.trim() === BACK;
