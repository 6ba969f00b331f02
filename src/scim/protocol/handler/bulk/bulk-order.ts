/** What the order of an operation depends on. */
export interface Orderable {
  method: string;
  path: string;
  bulkId: string | undefined;
  data: unknown;
}

/** An operation in its turn. */
export interface Turn<T> {
  operation: T;
  /** References to what is made only after it, since they refer to each other (RFC 7644 §3.7.1). */
  late: ReadonlySet<string>;
}

const REFERENCE = /^bulkId:(.+)$/;
const IN_PATH = /bulkId:([^/]+)/;

/** The `bulkId` that a text refers to. */
export const referenceIn = (text: string): string | undefined => REFERENCE.exec(text)?.[1];

/**
 * Operations in their order, but for those that refer to what a later one makes: that one comes first. Each reference
 * is looked at once. Where operations refer to each other, the first of them goes ahead of what it refers to.
 */
export function inOrder<T extends Orderable>(operations: readonly T[]): Turn<T>[] {
  const makers = new Map<string, number>();
  for (const [at, { method, bulkId }] of operations.entries()) {
    if (method === 'POST' && bulkId !== undefined && !makers.has(bulkId)) makers.set(bulkId, at);
  }
  const turns: Turn<T>[] = [];
  const states: ('waiting' | 'begun' | 'done')[] = operations.map(() => 'waiting');
  for (const at of operations.keys()) {
    // A stack and no recursion: a chain is as long as a request may have operations.
    const stack = states[at] === 'waiting' ? [visit(operations, at)] : [];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      states[top.at] = 'begun';
      const reference = top.references.next();
      if (reference.done) {
        states[top.at] = 'done';
        turns.push({ operation: top.operation, late: top.late });
        stack.pop();
        continue;
      }
      const maker = makers.get(reference.value);
      if (maker === undefined) continue;
      if (states[maker] === 'begun') top.late.add(reference.value);
      else if (states[maker] === 'waiting') stack.push(visit(operations, maker));
    }
  }
  return turns;
}

interface Visit<T> {
  at: number;
  operation: T;
  references: IterableIterator<string>;
  late: Set<string>;
}

function visit<T extends Orderable>(operations: readonly T[], at: number): Visit<T> {
  const operation = operations[at] as T;
  return { at, operation, references: referencesOf(operation).values(), late: new Set() };
}

function referencesOf({ path, data }: Orderable): Set<string> {
  const found = new Set<string>();
  const inPath = IN_PATH.exec(path)?.[1];
  if (inPath !== undefined) found.add(inPath);
  const rest: unknown[] = [data];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string') {
      const bulkId = referenceIn(value);
      if (bulkId !== undefined) found.add(bulkId);
    } else if (value !== null && typeof value === 'object') {
      // Not spread: there may be more values than a call takes arguments.
      for (const one of Object.values(value)) rest.push(one);
    }
  }
  return found;
}
