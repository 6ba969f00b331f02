import { createHash } from 'node:crypto';
import type { Binding } from '../../binding/binding.js';

/** Raised when the generator writes other SQL for the same binding. */
export const GENERATOR = 1;

/** What an object of ours says of itself, in a comment. */
export interface Mark {
  generator: number;
  /** Of scimctl. */
  version: string;
  /** Digest of the binding that it was made of. */
  binding: string;
  /** Digest of all the SQL that was generated. */
  sql: string;
  /** Digest of its definition as it was made. */
  digest: string;
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The digest of a binding, in the order of its names; what the catalogue said is no part of it. */
export const bindingDigest = ({ catalogue: _, ...binding }: Binding): string =>
  sha256(JSON.stringify(binding));

const PREFIX = 'scimctl ';

export const markText = (mark: Mark): string => `${PREFIX}${JSON.stringify(mark)}`;

/** Reads what `markText` wrote; nothing of any other text. */
export function parseMark(text: string | null): Mark | undefined {
  if (!text?.startsWith(PREFIX)) return undefined;
  try {
    const found = JSON.parse(text.slice(PREFIX.length)) as Partial<Mark>;
    return typeof found.digest === 'string' && typeof found.binding === 'string'
      ? (found as Mark)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A host view, or a trigger or function that belongs to it. */
export interface HostObject {
  kind: 'view' | 'table' | 'trigger' | 'function';
  name: string;
  /** For a person to keep; empty where this login may not see it. */
  definition: string;
  owner: string;
  mark?: Mark;
  /** Whether it is ours and as we made it, ours and edited, or another's. */
  state: 'ours' | 'edited' | 'foreign';
}

/** The state of an object by its mark. */
export const stateOf = (mark: Mark | undefined, digest: string): HostObject['state'] =>
  mark === undefined ? 'foreign' : mark.digest === digest ? 'ours' : 'edited';
