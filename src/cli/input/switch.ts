import { usageProblem } from '../../problem.js';

/** A switch as people write it: `true`, `yes`, `on`, `1`, and their opposites; undefined for anything else. */
export function switchOf(value: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  return /^(0|false|no|off)$/i.test(value) ? false : undefined;
}

/**
 * The same of a setting.
 * @throws Problem `setting-invalid`.
 */
export function parseSwitch(value: string): boolean {
  const found = switchOf(value);
  if (found !== undefined) return found;
  throw usageProblem('setting-invalid', `${JSON.stringify(value)} is neither true nor false.`, {
    hint: 'Write true or false.',
  });
}
