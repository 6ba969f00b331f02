import { anyEventExists, type EventRow, insertEvents } from '../../database/queries/audit/events.js';
import { slices } from '../../database/sql/slices.js';
import type { Problem } from '../../problem.js';
import type { Core } from '../core.js';
import { randomUuid } from '../uuid.js';
import { eventOf, kept } from './change.js';
import type { EventTarget, Intent, RefusalCounter } from './intent.js';

export interface RefusalLimits {
  /** So long, in milliseconds, a refusal that comes again is counted before it is written. */
  windowMs: number;
  /** Of so many targets of one actor the refusals are told apart; those of further ones are counted together. */
  targets: number;
}

/** With the minute between two flushes, nothing is counted for longer than 15 minutes. */
export const REFUSAL_LIMITS: RefusalLimits = { windowMs: 13 * 60_000, targets: 1000 };

interface Kind {
  actor: string;
  action: string;
  code: string;
  target: EventTarget;
  /** Stands for all further targets. */
  isRest: boolean;
  /** Since it was last written. */
  began: number;
  /** How often it was refused since then, and when first and last. */
  count: number;
  first: number;
  last: number;
  /** What the event of the last one would hold beside its code. */
  trail: Problem['trail'];
}

/**
 * Keeps the refusals of an IdP, however many requests it sends, from growing the trail without bound. The first of a
 * kind (actor, action, target, code) is written at once. Those that follow are counted, and become one event with their
 * number. A process that is killed loses what it has counted, and no first refusal; each of several processes counts by
 * itself.
 */
export class Refusals implements RefusalCounter {
  readonly #kinds = new Map<string, Kind>();
  /** For each actor, how many targets are told apart. */
  readonly #targets = new Map<string, number>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly core: Pick<Core, 'database' | 'clock' | 'random'>,
    private readonly limits: RefusalLimits = REFUSAL_LIMITS,
  ) {}

  /** How many kinds are remembered. */
  get size(): number {
    return this.#kinds.size;
  }

  /**
   * Writes the first of a kind, and counts those that follow.
   * @param write writes the event of this refusal; what it throws is thrown, and the next one counts as the first.
   */
  async note(
    actor: string,
    { action, target }: Intent,
    { code, trail }: Pick<Problem, 'code' | 'trail'>,
    write: () => Promise<void>,
  ): Promise<void> {
    const now = this.core.clock().getTime();
    const bounded = {
      type: target.type,
      id: kept(target.id, 128) ?? undefined,
      name: kept(target.name, 320) ?? undefined,
    };
    const key = JSON.stringify([actor, action, code, bounded.type, bounded.id ?? null, bounded.name ?? null]);
    const known = this.#kinds.get(key);
    if (known) return countOne(known, now, trail);
    const told = this.#targets.get(actor) ?? 0;
    const kind = { actor, action, code, began: now, count: 0, first: now, last: now, trail };
    if (told >= this.limits.targets) {
      const restKey = JSON.stringify([actor, action, code, bounded.type]);
      const rest = this.#kinds.get(restKey) ?? { ...kind, target: { type: bounded.type }, isRest: true };
      this.#kinds.set(restKey, rest);
      return countOne(rest, now, {});
    }
    const made: Kind = { ...kind, target: bounded, isRest: false };
    this.#kinds.set(key, made);
    this.#targets.set(actor, told + 1);
    try {
      await write();
    } catch (error) {
      // Those that were counted meanwhile are written in time all the same.
      if (made.count === 0) this.#forget(key, made);
      throw error;
    }
  }

  /** Writes what is due; with `all`, also what is not due yet. One flush at a time; what cannot be written is kept. */
  flush({ all = false } = {}): Promise<void> {
    const after = this.#flushing.catch(() => undefined).then(() => this.#write(all));
    this.#flushing = after;
    return after;
  }

  async #write(all: boolean): Promise<void> {
    const now = this.core.clock().getTime();
    const due: Kind[] = [];
    for (const [key, kind] of this.#kinds) {
      const isDue = now >= kind.began + this.limits.windowMs;
      if (kind.count > 0 && (isDue || all)) due.push(kind);
      else if (kind.count === 0 && isDue) this.#forget(key, kind);
    }
    for (const some of slices(due, WRITTEN_AT_ONCE)) await this.#writeSome(some, now);
  }

  async #writeSome(kinds: readonly Kind[], now: number): Promise<void> {
    const { database } = this.core;
    // More may be counted while this is under way.
    const written = kinds.map((kind) => ({ kind, count: kind.count, event: this.#eventOf(kind) }));
    const events = written.map(({ event }) => event);
    const ids = events.map(({ eventId }) => eventId);
    await database.transaction((session) => insertEvents(session, events), {
      arrived: (session) => anyEventExists(session, ids),
    });
    for (const { kind, count } of written) {
      kind.count -= count;
      kind.began = now;
      kind.first = kind.last;
    }
  }

  #eventOf({ actor, action, code, target, isRest, count, first, last, trail }: Kind): EventRow {
    const [from, to] = [new Date(first).toISOString(), new Date(last).toISOString()];
    const details = { code, ...trail, count, first: from, last: to, ...(isRest && { furtherTargets: true }) };
    const core = { ...this.core, actor };
    return eventOf(core, randomUuid(core.random), { action, target }, 'refused', details);
  }

  #forget(key: string, { actor, isRest }: Kind): void {
    this.#kinds.delete(key);
    if (isRest) return;
    const left = (this.#targets.get(actor) ?? 1) - 1;
    if (left > 0) this.#targets.set(actor, left);
    else this.#targets.delete(actor);
  }
}

const WRITTEN_AT_ONCE = 100;

function countOne(kind: Kind, now: number, trail: Kind['trail']): void {
  if (kind.count === 0) kind.first = now;
  kind.count++;
  kind.last = now;
  kind.trail = trail;
}
