/** There is no room for one more, or no turn came in time. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

export interface GateLimits {
  /** So many are inside at once. */
  maxInside: number;
  /** So many wait at most. */
  maxWaiting: number;
  /** And so long, in milliseconds. */
  maxWaitMs: number;
}

interface Waiting {
  enter: () => void;
  timer: NodeJS.Timeout;
}

/** Lets in so many at once; others wait in a queue that has an end, first come, first served. */
export class Gate {
  #inside = 0;
  readonly #queue = new Set<Waiting>();

  constructor(private readonly limits: GateLimits) {}

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** @throws Overloaded. Whoever was let in has to `leave`. */
  async enter(): Promise<void> {
    const { maxInside, maxWaiting, maxWaitMs } = this.limits;
    if (this.#inside < maxInside) {
      this.#inside++;
      return;
    }
    if (this.#queue.size >= maxWaiting) throw new Overloaded('the queue is full');
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
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

  leave(): void {
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
