import { createHash } from 'node:crypto';

/**
 * Names for statements that a connection is asked again and again, so that the server parses and plans each
 * once (the extended protocol's named statements). Bounded: texts beyond the limit stay unnamed, because every
 * name is kept by every connection for as long as it lives.
 *
 * A name is made from the text alone. Behind a pooler that hands one server connection to several of us and keeps
 * no names, two processes that counted theirs would run each other's statements under the same name; so they find
 * the name missing, or there already, and both are noticed.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  #off = false;

  /** A name for this text; undefined where it is not worth one, or names do not work here. */
  of(text: string): string | undefined {
    if (this.#off) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_NAMES || !REPEATED.test(text)) return known;
    const name = `scimctl_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }

  /** Gives names up: somebody between us and the server, such as a pooler, does not keep them. */
  giveUp(): void {
    this.#off = true;
  }
}

const MAX_NAMES = 200;

/** Statements with values to bind; not BEGIN, SET and the like. */
const REPEATED = /^\s*(?:select|insert|update|delete|with)\b[\s\S]*\$1/i;

/** SQLSTATE of a named statement that the server does not know, or knows already: it was another connection's. */
const MISLAID = ['26000', '42P05'];

/** SQLSTATE and text of a statement whose tables have changed since it was planned. */
const OUTDATED = '0A000';

export const isMislaid = (error: unknown): boolean => MISLAID.includes(String(codeOf(error)));

export const isOutdatedPlan = (error: unknown): boolean =>
  codeOf(error) === OUTDATED && /cached plan must not change result type/.test((error as Error).message);

const codeOf = (error: unknown) => (error as { code?: unknown } | null)?.code;
