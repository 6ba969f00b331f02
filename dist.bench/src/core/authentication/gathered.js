/**
 * Looks things up by a key, once for all who ask within one turn of the event loop. The look-up begins when the
 * turn is over, so that nobody is answered with what was true before they asked. Nothing is kept.
 */
export class Gathered {
    lookUp;
    #waiting = new Map();
    constructor(lookUp) {
        this.lookUp = lookUp;
    }
    ask(key) {
        const known = this.#waiting.get(key);
        if (known)
            return known;
        const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
            this.#waiting.delete(key);
            return this.lookUp(key);
        });
        this.#waiting.set(key, answer);
        return answer;
    }
}
