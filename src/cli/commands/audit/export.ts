import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Head } from '../../../core/audit/evidence/trail-head.js';
import { allAuditEvents } from '../../../core/audit/list.js';
import { Prunes } from '../../../core/audit/verify/prunes.js';
import type { Core } from '../../../core/core.js';
import { operationProblem, usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { OUT } from '../../input/list-options.js';
import { assertWindowsName } from '../../output/files/windows-name.js';
import { counted, progress } from '../../output/progress.js';
import { readSigningKey } from '../../settings/signing-key.js';
import { EVENT_COLUMNS, FILTER_OPTIONS, type FilterFlags, jsonLines } from './fields.js';
import { writeProof } from './proof.js';
import { currentHead, SIGNING_KEY } from './signing.js';

interface Options extends FilterFlags {
  format?: 'jsonl' | 'csv';
  headFile?: string;
  signingKey?: string;
  proof?: string;
}

export const auditExport: Command<Options> = {
  name: 'export',
  summary: 'Export the whole audit trail as JSON lines or CSV, oldest first',
  description:
    'Streams all matching events, oldest first: one JSON object per line (https://jsonlines.org), or CSV (RFC 4180) with the columns of `audit list`. There is no limit on the number of events. With --proof, it writes all sealed events of a period into a directory, in the form that is hashed, with their seals and the signed head, so that a third party can verify them with openssl.',
  options: [
    {
      flags: '--format <format>',
      description: 'jsonl or csv (default jsonl, or csv with -o csv)',
      choices: ['jsonl', 'csv'],
    },
    ...FILTER_OPTIONS,
    {
      flags: '--head-file <file>',
      writes: true,
      description: 'also write the newest seal to a new file, as `audit head` prints it',
    },
    SIGNING_KEY,
    {
      flags: '--proof <directory>',
      writes: true,
      description: 'write the events into this new directory instead, with what proves them to others',
    },
    OUT,
  ],
  examples: [
    { does: 'everything', command: 'audit export --out trail.jsonl' },
    {
      does: 'a year, for a spreadsheet',
      command: 'audit export --format csv --since 2025-01-01 --until 2026-01-01 --out 2025.csv',
    },
    {
      does: 'a year, with its proof',
      command: 'audit export --since 2025-01-01 --until 2026-01-01 --proof trail-2025',
    },
    {
      does: 'with the head that proves it later',
      command: 'audit export --head-file head.json --out trail.jsonl',
    },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT', event_prune: 'SELECT' },
  async run({ format, headFile, signingKey, proof, ...filter }, context) {
    const core = await context.core();
    if (proof !== undefined) {
      const { since, until, actor, action, target, outcome } = filter;
      assertWhole({ actor, action, target, outcome, format, headFile });
      const period = { ...(since && { since }), ...(until && { until }) };
      return writeProof(core, { directory: proof, period, signingKey }, context);
    }
    // Before the events, so that all that it covers are among them.
    if (headFile !== undefined) {
      const key = await readSigningKey(context, signingKey);
      await writeHead(headFile, await currentHead(core, key), context);
    }
    await tellOfPrunes(core, context);
    const chosen = format ?? (context.output.format === 'csv' ? 'csv' : 'jsonl');
    const bar = progress(context, 'events exported');
    try {
      const pages = counted(allAuditEvents(core, filter), bar.show);
      if (chosen === 'csv') await context.output.csv(pages, EVENT_COLUMNS);
      else for await (const page of pages) if (!(await context.output.write(jsonLines(page)))) break;
    } finally {
      bar.end();
    }
  },
};

/**
 * A proof of a selection would hide the rest, and has a form and a head of its own.
 * @throws Problem `proof-selection`.
 */
function assertWhole(options: Readonly<Record<string, unknown>>): void {
  const [wrong] = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (wrong === undefined) return;
  const option = `--${wrong.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw usageProblem(
    'proof-selection',
    `A proof contains all events of a period, so it cannot be combined with ${option}.`,
    { hint: `Leave out ${option}, or export the selection without --proof.` },
  );
}

/** What is missing at the beginning was removed on purpose. */
async function tellOfPrunes({ database }: Core, { talk }: Context): Promise<void> {
  const { last } = await Prunes.read(database);
  if (!last) return;
  const { lastSeq, sealedAt, digest } = last;
  talk.note(
    `Events up to event ${lastSeq} may be missing: they were pruned, last at ${sealedAt.toISOString()}. The event audit.prune about ${digest.toString('hex')} says by whom.`,
  );
}

/** @throws Problem `head-file-unwritable`; a head that is there already is not written over. */
async function writeHead(name: string, head: Head, { world }: Context): Promise<void> {
  const path = resolve(world.cwd, name);
  try {
    assertWindowsName(path, world);
    const file = await open(path, 'wx');
    try {
      await file.writeFile(`${JSON.stringify(head, null, 2)}\n`);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw operationProblem('head-file-unwritable', `The head could not be written to ${path} (${code}).`, {
      hint: 'Name a file that does not exist yet, in a directory that you can write to.',
      cause,
    });
  }
}
