import { Problem } from '../../../problem.js';
import type { Context } from '../../context.js';

/** The first signal asks for an end; the second, for one at once. */
export function watchSignals({ world }: Context): {
  first: Promise<string>;
  second: Promise<never>;
  stop: () => void;
} {
  let ask = (_signal: string): void => {};
  const first = new Promise<string>((resolve) => {
    ask = resolve;
  });
  let stopSecond = () => {};
  let stopFirst = () => {};
  const second = new Promise<never>((_, reject) => {
    stopFirst = world.onInterrupt((signal) => {
      stopSecond = world.onInterrupt(() =>
        reject(
          new Problem('interrupted', 'interrupted', 'Interrupted while stopping.', {
            hint: 'Each open change was applied completely or not at all.',
          }),
        ),
      );
      ask(signal);
    });
  });
  second.catch(() => undefined);
  return {
    first,
    second,
    stop: () => {
      stopFirst();
      stopSecond();
    },
  };
}
