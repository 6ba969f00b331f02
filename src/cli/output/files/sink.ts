import type { World } from '../../../world.js';

/** Where data goes: stdout, or a file that takes its place once all of it is written. */
export interface Sink {
  readonly isFile: boolean;
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Waits until the reader has caught up. False when nobody reads any more (`| head`). */
  write(text: string): Promise<boolean>;
  /** All is written. @throws Problem `out-unwritable`. */
  keep(): Promise<void>;
  /** Nothing is to be kept. */
  discard(): Promise<void>;
}

export function stdoutSink({ stdout }: World): Sink {
  return {
    isFile: false,
    isTerminal: stdout.isTTY === true,
    // A terminal that does not know its size says 0.
    width: stdout.columns || 80,
    write: (text) => {
      if (stdout.destroyed) return Promise.resolve(false);
      if (stdout.write(text)) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = () => {
          stdout.off('drain', settle).off('error', settle).off('close', settle);
          resolve(!stdout.destroyed);
        };
        stdout.on('drain', settle).on('error', settle).on('close', settle);
      });
    },
    keep: async () => undefined,
    discard: async () => undefined,
  };
}
