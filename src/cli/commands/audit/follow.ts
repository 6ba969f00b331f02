import { followEvents, lastEventSeq, newEvents } from '../../../core/audit/follow.js';
import { type AuditEvent, auditEvents, toAuditEvent } from '../../../core/audit/list.js';
import type { Core } from '../../../core/core.js';
import { printable, printableJson } from '../../../printable.js';
import { operationProblem, usageProblem } from '../../../problem.js';
import type { EventOutcome } from '../../../words/event.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { duration } from '../../input/quantity.js';
import { FILTER_OPTIONS } from './fields.js';
import { readPosition } from './position.js';

interface Options {
  since?: Date;
  actor?: string;
  action?: string;
  target?: string;
  outcome?: EventOutcome;
  sinceLast?: string;
  every?: number;
}

const DEFAULT_EVERY_MS = 1000;

export const auditFollow: Command<Options> = {
  name: 'follow',
  summary: 'Print events as they are written, or those since the last run',
  description:
    'Prints each new event once, in the order of the numbers: on a terminal a line each, otherwise one JSON object per line (https://jsonlines.org). It begins with the next event, or with --since, and ends with Ctrl-C. With --since-last, it prints the events since the last run with the same file and ends; a script can mail or post them. The file is written after the events were printed, so after an interruption an event may be printed again, and none is lost. An event after a missing number waits until no change that may have the number is in progress.',
  options: [
    {
      flags: '--since-last <file>',
      description: 'print what came since the last run that used this file, then end',
    },
    {
      flags: '--every <duration>',
      description: 'how often to look for new events (default 1s)',
      parse: duration('1s', '1h'),
    },
    ...FILTER_OPTIONS.filter(({ flags }) => !flags.startsWith('--until')),
  ],
  examples: [
    { does: 'watch', command: 'audit follow' },
    {
      does: 'in a scheduled job, the departures since the last run',
      command: 'audit follow --since-last departures.json --action user.deprovision',
    },
    { does: 'what was refused, from now on', command: 'audit follow --outcome refused' },
  ],
  rights: { event: 'SELECT' },
  async run({ since, sinceLast, every, ...filter }, context) {
    if (sinceLast !== undefined && every !== undefined) {
      throw usageProblem('options-conflict', '--every has no meaning with --since-last.', {
        hint: 'Leave out --every: with --since-last, the command ends when everything is printed.',
      });
    }
    const core = await context.core();
    const print = printer(context, matching(filter));
    if (sinceLast === undefined) {
      const behind = await beginning(core, since);
      if (since === undefined) context.talk.note('Waiting for events. Ctrl-C ends this.');
      const signal = context.interrupted;
      for await (const page of followEvents(core, behind, { everyMs: every ?? DEFAULT_EVERY_MS, signal }))
        if (!(await print(page.map(toAuditEvent)))) return;
      return;
    }
    const position = await readPosition(sinceLast, context);
    const behind = position.seq ?? (await beginning(core, since));
    const last = await lastEventSeq(core);
    if (behind > last) throw positionAhead(behind, last);
    let upTo = behind;
    for await (const page of newEvents(core, behind)) {
      if (!(await print(page.map(toAuditEvent)))) return;
      upTo = page.at(-1)?.seq ?? upTo;
    }
    await position.keep(upTo);
  },
};

/** Behind which event to begin: the last one there is, or the last one before an instant. */
async function beginning(core: Core, since: Date | undefined): Promise<bigint> {
  const last = await lastEventSeq(core);
  if (since === undefined) return last;
  // Times of events may run backwards: from the first of them on, the filter decides.
  const [before] = await auditEvents(core, { until: since, limit: 1 });
  return before === undefined ? 0n : BigInt(before.seq);
}

const positionAhead = (behind: bigint, last: bigint) =>
  operationProblem(
    'position-ahead',
    `The file says that event ${behind} was printed, and the last event of this database is ${last}.`,
    {
      hint: 'The file belongs to another database, or the database was restored from a backup. Delete the file to begin with the events that come after it, or name another one.',
    },
  );

/** Whether an event is among those that the options choose; the same rules as in `audit list`. */
function matching({ actor, action, target, outcome }: Options): (event: AuditEvent) => boolean {
  const same = (one: string | null, other: string) => one?.toLowerCase() === other.toLowerCase();
  return (event) =>
    (actor === undefined || same(event.actor, actor)) &&
    (action === undefined ||
      (action.endsWith('*') ? event.action.startsWith(action.slice(0, -1)) : event.action === action)) &&
    (target === undefined || event.targetId === target || same(event.targetName, target)) &&
    (outcome === undefined || event.outcome === outcome);
}

/** Prints those that match; false where nobody reads any more. */
function printer({ output, world, globals }: Context, matches: (event: AuditEvent) => boolean) {
  const isForPeople = world.stdout.isTTY === true && globals.output === 'table';
  return async (events: readonly AuditEvent[]) => {
    const chosen = events.filter(matches);
    return chosen.length === 0 || output.write(chosen.map(isForPeople ? lineOf : jsonLineOf).join(''));
  };
}

const jsonLineOf = (event: AuditEvent) => `${printableJson(JSON.stringify(event))}\n`;

function lineOf({ at, actor, action, targetName, targetId, outcome }: AuditEvent): string {
  const when = at instanceof Date ? at.toISOString() : at;
  const refused = outcome === 'done' ? '' : `  ${outcome}`;
  return `${printable(`${when}  ${actor}  ${action}  ${targetName ?? targetId ?? ''}${refused}`)}\n`;
}
