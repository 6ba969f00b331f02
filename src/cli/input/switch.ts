import { usageProblem } from '../../problem.js';

/**
 * A switch as people write it: `true`, `yes`, `on`, `1`, and their opposites.
 * @throws Problem `setting-invalid`.
 */
export function parseSwitch(value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw usageProblem('setting-invalid', `${JSON.stringify(value)} is neither true nor false.`, {
    hint: 'Write true or false.',
  });
}
