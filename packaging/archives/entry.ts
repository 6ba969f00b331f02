/** A file of an archive. */
export interface Entry {
  /** Relative, with `/`. */
  path: string;
  bytes: Buffer;
  /** Whether it is a program that may be started by its name. */
  isProgram?: boolean;
}

/** By path, by code unit: the same in every locale. */
export const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
