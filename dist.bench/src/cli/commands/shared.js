export const DRY_RUN = { flags: '--dry-run', description: 'do everything but keep nothing' };
/** Says that something was done, or would have been. */
export function sayDone(context, { dryRun }, text) {
    context.talk.done(dryRun ? `Dry run, nothing was changed. ${text}` : text);
}
