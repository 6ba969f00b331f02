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
  /** Whether one key goes before another, which waits then while the first has something inside, but only for a while. */
  goesBefore?: (one: string, other: string) => boolean;
  /** For how long, in milliseconds; 25 unless told otherwise. */
  patienceMs?: number;
}

/** Gives the place back. More than once does no harm. */
export type Leave = () => void;

interface Waiting {
  /** In milliseconds of `performance.now()`. */
  since: number;
  enter: () => void;
  refuse: (reason: string) => void;
}

/** A key without requests for so long is no longer counted among those that a place is kept for, in milliseconds. */
const KNOWN_MS = 60 * 60_000;

/** The longest that a key waits because another goes before it, in milliseconds: it is slowed down, and not stopped. */
const PATIENCE_MS = 25;

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
  /** The last two keys that asked, the latest first. Compared with any key, at least one of them is another key. */
  #latest: { key: string; at: number } | undefined;
  #other: { key: string; at: number } | undefined;
  /** When the last of each key left that others go before. */
  readonly #lastLeft = new Map<string, number>();
  #patience: NodeJS.Timeout | undefined;
  /** Called at the next change of who is inside. */
  readonly #watching = new Set<() => void>();
  readonly #patienceMs: number;
  #insideCount = 0;
  #waitingCount = 0;

  constructor(private readonly limits: GateLimits) {
    this.#patienceMs = limits.patienceMs ?? PATIENCE_MS;
  }

  get inside(): number {
    return this.#insideCount;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** @throws Overloaded. */
  async enter(key: string): Promise<Leave> {
    this.#note(key);
    const since = performance.now();
    if (!this.#queues.has(key) && this.#mayEnter(key, since)) return this.#take(key);
    if (this.#waitingCount >= this.limits.maxWaiting && !this.#displace(key)) {
      throw new Overloaded('the queue is full');
    }
    return new Promise<Leave>((resolve, reject) => {
      const waiting: Waiting = {
        since,
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

  /** Waits, in the middle of what a key does inside, while another goes before it. */
  async giveWay(key: string): Promise<void> {
    const until = performance.now() + this.#patienceMs;
    while (this.#yields(key) && performance.now() < until) {
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          this.#watching.delete(go);
          resolve();
        };
        const timer = setTimeout(go, until - performance.now());
        this.#watching.add(go);
      });
    }
  }

  /** Whether a key can wait on: since its first came, or since it had its last turn. */
  #isPatient(key: string, since: number): boolean {
    const left = Math.max(since, this.#lastLeft.get(key) ?? since) + this.#patienceMs - performance.now();
    if (left <= 0) return false;
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined;
      this.#letIn();
    }, left).unref();
    return true;
  }

  #yields(key: string): boolean {
    const { goesBefore } = this.limits;
    if (!goesBefore) return false;
    for (const other of this.#inside.keys()) if (other !== key && goesBefore(other, key)) return true;
    return false;
  }

  #note(key: string): void {
    const at = performance.now();
    if (this.#latest?.key === key) this.#latest.at = at;
    else [this.#latest, this.#other] = [{ key, at }, this.#latest];
  }

  /** Whether another key than the one that asked last has asked lately. */
  #hasOthers(): boolean {
    return this.#other !== undefined && performance.now() - this.#other.at <= KNOWN_MS;
  }

  #mayEnter(key: string, since: number): boolean {
    if (this.#yields(key) && this.#isPatient(key, since)) return false;
    const inside = this.#inside.get(key) ?? 0;
    const kept = inside > 0 && this.#hasOthers() ? 1 : 0;
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
      if (this.limits.goesBefore) this.#lastLeft.set(key, performance.now());
      for (const look of this.#watching) look();
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
    for (const [key, [first]] of this.#queues) {
      const inside = this.#inside.get(key) ?? 0;
      if (inside < fewest && first && this.#mayEnter(key, first.since)) [next, fewest] = [key, inside];
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
