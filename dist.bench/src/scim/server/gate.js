/** There is no room for one more, or no turn came in time. */
export class Overloaded extends Error {
    name = 'Overloaded';
}
/** Lets in so many at once; others wait in a queue that has an end, first come, first served. */
export class Gate {
    limits;
    #inside = 0;
    #queue = new Set();
    constructor(limits) {
        this.limits = limits;
    }
    get inside() {
        return this.#inside;
    }
    get waiting() {
        return this.#queue.size;
    }
    /** @throws Overloaded. Whoever was let in has to `leave`. */
    async enter() {
        const { maxInside, maxWaiting, maxWaitMs } = this.limits;
        if (this.#inside < maxInside) {
            this.#inside++;
            return;
        }
        if (this.#queue.size >= maxWaiting)
            throw new Overloaded('the queue is full');
        await new Promise((resolve, reject) => {
            const waiting = {
                enter: () => {
                    clearTimeout(waiting.timer);
                    resolve();
                },
                timer: setTimeout(() => {
                    this.#queue.delete(waiting);
                    reject(new Overloaded('no turn came in time'));
                }, maxWaitMs),
            };
            this.#queue.add(waiting);
        });
    }
    leave() {
        const [next] = this.#queue;
        if (!next) {
            this.#inside--;
            return;
        }
        // The place goes from hand to hand.
        this.#queue.delete(next);
        next.enter();
    }
}
