import { Problem } from '../../problem.js';
import { within } from '../../within.js';
import type { Command } from '../command.js';
import type { Context } from '../context.js';

/** A change is done, and is not to wait longer than this, in milliseconds, for the seal of its event. */
const MOST_MS = 5000;
/** Of these, for changes of others that are in progress. */
const WAIT_MS = 4000;

/**
 * Whether a command may have left events that it does not seal itself: each that has committed something, whatever it
 * says of its rights, so that no command can forget it.
 */
export const mayHaveWritten = ({ rights }: Command, context: Context): boolean =>
  context.hasCommitted() && rights?.event_seal?.includes('INSERT') !== true;

/** Seals what the command has written, and what scripts have written before it. Never fails: it warns. */
export async function sealAfter(context: Context): Promise<void> {
  const { talk } = context;
  try {
    const { ROWS_PLANTED, sealEvents } = await import('../../core/audit/seal.js');
    const work = async () => sealEvents(await context.core(), { waitMs: WAIT_MS });
    const sealing = await within(MOST_MS, work(), () => undefined);
    if (sealing === undefined) {
      await context.abandon();
      talk.warn(`The audit trail could not be sealed within 5 seconds. ${LATER}`);
    } else if (sealing.waiting > 0) talk.warn(`${waitingText(sealing.waiting)} ${LATER}`);
    else if (sealing.findingCount > 0)
      talk.warn(`${ROWS_PLANTED} Run \`scimctl audit verify\` to list them.`);
  } catch (error) {
    talk.detail(`The audit trail was not sealed: ${String(error)}`);
    // Without our tables there is no trail.
    if (!(error instanceof Problem && error.code === 'schema-missing'))
      talk.warn(`The audit trail could not be sealed. ${LATER}`);
  }
}

/** For a command that was interrupted: it opens nothing any more. */
export const warnOfUnsealed = ({ talk }: Context): void =>
  talk.warn(`The audit trail was not sealed. ${LATER}`);

const LATER = 'Run `scimctl audit seal` later.';

/** Why events are not sealed though they could be read. */
export const waitingText = (events: number): string =>
  `${events === 1 ? 'One event is' : `${events} events are`} not sealed yet, because a change with an earlier number is still in progress.`;
