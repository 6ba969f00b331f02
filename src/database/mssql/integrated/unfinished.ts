/** For each call that is under way: ends the process at once. */
const exits = new Set<(code: number) => void>();

/**
 * Says that a call into a library has begun that cannot be cut short. Node waits for it at the end of the process, even
 * in `process.exit`.
 * @param exit ends the process without waiting for anything.
 * @returns what is called when the call has ended.
 */
export function beginUnfinished(exit: (code: number) => void): () => void {
  exits.add(exit);
  process.on('exit', exit);
  return () => {
    exits.delete(exit);
    process.off('exit', exit);
  };
}

/** Ends the process if such a call is under way, when all that was written has gone out. Else it does nothing. */
export async function leaveUnfinished(
  code: number,
  streams: readonly NodeJS.WritableStream[],
): Promise<void> {
  if (exits.size === 0) return;
  const written = (stream: NodeJS.WritableStream) =>
    new Promise<void>((resolve) => {
      if (stream.writable) stream.write('', () => resolve());
      else resolve();
    });
  await Promise.all(streams.map(written));
  process.exit(code);
}
