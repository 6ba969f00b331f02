/** Facts about a database that are dear to ask for at every request and seldom change. */
export class Memory {
    #kept = new Map();
    #learnt = new Map();
    /** What is remembered under this name, or else what `ask` finds out now; kept if it is `worth` that. */
    recall(name, ask, worth) {
        const known = this.#kept.get(name);
        if (known && performance.now() - known.since < KEEP_MS)
            return known.value;
        const value = ask();
        const entry = { value, since: performance.now() };
        this.#kept.set(name, entry);
        const drop = () => this.#kept.get(name) === entry && this.#kept.delete(name);
        // Whoever asked hears of the error himself.
        value.then((found) => worth(found) || drop(), drop);
        return value;
    }
    /** What was learnt under this name, if that is not more than so many milliseconds ago. */
    lately(name, withinMs) {
        const known = this.#learnt.get(name);
        return known && performance.now() - known.at <= withinMs ? known.value : undefined;
    }
    /** Makes what learns something that is about to be asked for: it counts as of now, not of when it is answered. */
    learner(name) {
        const at = performance.now();
        return (value) => void this.#learnt.set(name, { value, at });
    }
    /** What was found last, to begin with what is likely; it decides nothing. */
    hints = new Map();
    /** Forgets all of it, since something turned out to have changed. @returns whether there was anything. */
    forget() {
        const some = this.#kept.size > 0;
        this.#kept.clear();
        this.#learnt.clear();
        return some;
    }
}
/** What a DBA adds to a host view is seen after so long; what is taken away, at the first error. */
const KEEP_MS = 30_000;
