import type { Context } from '../context.js';
import type { OptionSpec } from '../option.js';

export const DRY_RUN: OptionSpec = { flags: '--dry-run', description: 'do everything, then roll it back' };

/** Says that something was done, or would have been. */
export function sayDone(context: Context, { dryRun }: { dryRun?: boolean }, text: string): void {
  context.talk.done(dryRun ? `Dry run: nothing was changed. Result without --dry-run: ${text}` : text);
}
