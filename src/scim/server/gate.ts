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
  /** The most that one key may have inside, where that is less. */
  mostOf?: (key: string) => number;
}

/** Gives the place back. More than once does no harm. */
export type Leave = () => void;

interface Waiting {
  enter: () => void;
  refuse: (reason: string) => void;
}

/** A key without requests for so long is no longer counted among those that a place is kept for, in milliseconds. */
const KNOWN_MS = 60 * 60_000;

/**
 * Lets in so many at once, fairly by key; one key alone may have every place. A place goes to the waiting key with the
 * fewest inside; within a key, first come, first served. Nothing that is inside can be sent out, so as soon as there is
 * another key, each leaves one place to keys that have none inside. In a full queue, a key with fewer waiting takes the
 * last place of the key with the most.
 */
export class Gate {
  readonly #inside = new Map<string, number>();
  /** By key, in the order in which they are served next. */
  readonly #queues = new Map<string, Set<Waiting>>();
  /** When the two keys that asked last did, the older first: whoever asks, one of them is another. */
  readonly #known = new Map<string, number>();
  #insideCount = 0;
  #waitingCount = 0;

  constructor(private readonly limits: GateLimits) {}

  get inside(): number {
    return this.#insideCount;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** @throws Overloaded. */
  async enter(key: string): Promise<Leave> {
    this.#note(key);
    if (!this.#queues.has(key) && this.#mayEnter(key)) return this.#take(key);
    if (this.#waitingCount >= this.limits.maxWaiting && !this.#displace(key)) {
      throw new Overloaded('the queue is full');
    }
    return new Promise<Leave>((resolve, reject) => {
      const waiting: Waiting = {
        enter: () => {
          clearTimeout(timer);
          resolve(this.#take(key));
        },
        refuse: (reason) => {
          clearTimeout(timer);
          this.#unqueue(key, waiting);
          reject(new Overloaded(reason));
        },
      };
      const timer = setTimeout(() => waiting.refuse('no turn came in time'), this.limits.maxWaitMs);
      const queue = this.#queues.get(key) ?? new Set();
      this.#queues.set(key, queue.add(waiting));
      this.#waitingCount++;
    });
  }

  #note(key: string): void {
    const now = performance.now();
    this.#known.delete(key);
    this.#known.set(key, now);
    for (const [older, at] of this.#known) {
      if (this.#known.size > 2 || now - at > KNOWN_MS) this.#known.delete(older);
    }
  }

  #mayEnter(key: string): boolean {
    const inside = this.#inside.get(key) ?? 0;
    const kept = inside > 0 && this.#known.size > 1 ? 1 : 0;
    const most = this.limits.mostOf?.(key) ?? Number.POSITIVE_INFINITY;
    return inside < most && this.#insideCount + kept < this.limits.maxInside;
  }

  #take(key: string): Leave {
    this.#insideCount++;
    this.#inside.set(key, (this.#inside.get(key) ?? 0) + 1);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#insideCount--;
      const left = (this.#inside.get(key) ?? 0) - 1;
      if (left > 0) this.#inside.set(key, left);
      else this.#inside.delete(key);
      this.#letIn();
    };
  }

  #letIn(): void {
    for (let key = this.#next(); key !== undefined; key = this.#next()) {
      const queue = this.#queues.get(key) ?? new Set();
      const [waiting] = queue;
      if (!waiting) return;
      this.#unqueue(key, waiting);
      // Behind the others who have as many inside.
      if (queue.size > 0) {
        this.#queues.delete(key);
        this.#queues.set(key, queue);
      }
      waiting.enter();
    }
  }

  #next(): string | undefined {
    let next: string | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const key of this.#queues.keys()) {
      const inside = this.#inside.get(key) ?? 0;
      if (inside < fewest && this.#mayEnter(key)) [next, fewest] = [key, inside];
    }
    return next;
  }

  /** Makes room in the queue for one of this key, if another has more than one more than it. */
  #displace(key: string): boolean {
    let most = (this.#queues.get(key)?.size ?? 0) + 1;
    let last: Waiting | undefined;
    for (const queue of this.#queues.values()) {
      if (queue.size > most) {
        most = queue.size;
        last = [...queue].at(-1);
      }
    }
    last?.refuse('the queue is full');
    return last !== undefined;
  }

  #unqueue(key: string, waiting: Waiting): void {
    const queue = this.#queues.get(key);
    if (!queue?.delete(waiting)) return;
    this.#waitingCount--;
    if (queue.size === 0) this.#queues.delete(key);
  }
}
