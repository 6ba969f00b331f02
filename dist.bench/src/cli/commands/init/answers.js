import { usageProblem } from '../../../problem.js';
/** Answers come from flags, else from a person; one that nobody can give is noted as missing. */
export class Answers {
    context;
    #missing = [];
    /** Whether a person can be asked. */
    interactive;
    constructor(context) {
        this.context = context;
        this.interactive = context.prompts.available;
    }
    /** @returns nothing where the answer is missing; `assertComplete` then says so. */
    async take({ what, flag, given, ask }) {
        if (given !== undefined)
            return given;
        if (this.interactive)
            return ask();
        this.#missing.push({ what, flag });
        return undefined;
    }
    /** With --yes, the default is the answer. */
    async yesNo(asked) {
        const { question, initial } = asked;
        const given = asked.given ?? (this.context.globals.yes ? initial : undefined);
        return this.take({ ...asked, given, ask: () => this.context.prompts.yesNo(question, initial) });
    }
    /** @throws Problem `answer-missing`, naming every flag that is needed. */
    assertComplete() {
        if (this.#missing.length === 0)
            return;
        const asked = this.#missing.map(({ what, flag }) => `${what} (${flag})`);
        throw usageProblem('answer-missing', `Answers are missing, and nobody can be asked here: ${asked.join(', ')}.`, {
            hint: 'Give these flags, or run it at a terminal without --no-input. Nothing was changed.',
        });
    }
}
