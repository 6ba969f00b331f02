import { followEvents, lastEventSeq, newEvents } from '../../../core/audit/follow/follow.js';
import type { AuditEvent } from '../../../core/audit/list.js';
import type { Core } from '../../../core/core.js';
import { printable } from '../../../printable.js';
import { operationProblem, usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { duration } from '../../input/quantity.js';
import { FILTER_OPTIONS, type FilterFlags, jsonLines } from './fields.js';
import { readPosition } from './position.js';

interface Options extends Omit<FilterFlags, 'until'> {
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
  async run({ sinceLast, every, ...filter }, context) {
    if (sinceLast !== undefined && every !== undefined) {
      throw usageProblem('options-conflict', '--every has no meaning with --since-last.', {
        hint: 'Leave out --every: with --since-last, the command ends when everything is printed.',
      });
    }
    const core = await context.core();
    const { interrupted: signal } = context;
    const position = sinceLast === undefined ? undefined : await readPosition(sinceLast, context);
    const behind = position?.seq ?? (await beginning(core, filter.since));
    if (position === undefined) {
      context.talk.note('Waiting for events. Ctrl-C ends this.');
      const followed = followEvents(core, behind, { filter, everyMs: every ?? DEFAULT_EVERY_MS, signal });
      for await (const { events } of followed) if (!(await print(events, context))) return;
      return;
    }
    const last = await lastEventSeq(core);
    if (behind > last) throw positionAhead(behind, last);
    let reached = behind;
    for await (const { events, upTo } of newEvents(core, behind, filter)) {
      if (!(await print(events, context))) return;
      reached = upTo;
    }
    await position.keep(reached);
  },
};

/** Behind which event to begin: the last one there is; with --since, which chooses among all, the first. */
async function beginning(core: Core, since: Date | undefined): Promise<bigint> {
  return since === undefined ? lastEventSeq(core) : 0n;
}

const positionAhead = (behind: bigint, last: bigint) =>
  operationProblem(
    'position-ahead',
    `The file says that event ${behind} was printed, and the last event of this database is ${last}.`,
    {
      hint: 'The file belongs to another database, or the database was restored from a backup. Delete the file to begin with the events that come after it, or name another one.',
    },
  );

/** Prints events as they come; false if the reader has closed the pipe. */
async function print(events: readonly AuditEvent[], { output, world, globals }: Context): Promise<boolean> {
  if (events.length === 0) return true;
  const isForPeople = world.stdout.isTTY === true && globals.output === 'table';
  return output.write(isForPeople ? events.map(lineOf).join('') : jsonLines(events));
}

function lineOf({ at, actor, action, targetName, targetId, outcome }: AuditEvent): string {
  const when = at instanceof Date ? at.toISOString() : at;
  const refused = outcome === 'done' ? '' : `  ${outcome}`;
  return `${printable(`${when}  ${actor}  ${action}  ${targetName ?? targetId ?? ''}${refused}`)}\n`;
}
