import { type ProofPart, proofPieces } from '../../../core/audit/evidence/proof.js';
import { type ProofPeriod, type ProofPlan, planProof } from '../../../core/audit/evidence/proof-plan.js';
import { signHead } from '../../../core/audit/evidence/signed-head.js';
import type { SignedHead } from '../../../core/audit/evidence/trail-head.js';
import { type ExactNumber, exactNumber } from '../../../core/audit/exact-number.js';
import type { Core } from '../../../core/core.js';
import { configurationProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import type { Column } from '../../output/column.js';
import { type NewDirectory, newDirectory } from '../../output/files/new-directory.js';
import { progress } from '../../output/progress.js';
import { readSigningKey } from '../../settings/signing-key.js';

/** What was written, as people and scripts see it. */
interface WrittenProof {
  directory: string;
  events: number;
  firstSeq: ExactNumber;
  lastSeq: ExactNumber;
  seals: number;
  sealedFrom: Date;
  sealedTo: Date;
  /** Events of the period that are not sealed yet. */
  unsealed: number;
  head: SignedHead;
}

const FIELDS: Column<WrittenProof>[] = [
  { key: 'directory', label: 'DIRECTORY' },
  { key: 'events', label: 'EVENTS' },
  { key: 'firstSeq', label: 'FROM EVENT' },
  { key: 'lastSeq', label: 'TO EVENT' },
  { key: 'seals', label: 'SEALS' },
  { key: 'sealedFrom', label: 'SEALED FROM' },
  { key: 'sealedTo', label: 'SEALED TO' },
  { key: 'unsealed', label: 'NOT YET SEALED' },
  { key: 'head', label: 'HEAD', show: ({ head }) => `${head.sealNo} (event ${head.lastSeq}) ${head.digest}` },
];

/** The files of a proof, as docs/verify-export.md names them; `head.json` is the last, so a proof that has it is whole. */
const FILES: Record<ProofPart, string> = {
  events: 'events.jsonl',
  seals: 'seals.jsonl',
  laterSeals: 'later-seals.jsonl',
};
const PUBLIC_KEY_FILE = 'public-key.pem';
const HEAD_FILE = 'head.json';

export interface ProofWish {
  directory: string;
  period: ProofPeriod;
  /** The file of --signing-key. */
  signingKey: string | undefined;
}

/**
 * Writes events of a period with what proves them.
 * @throws Problem `signing-key-missing`, and what the parts throw.
 */
export async function writeProof(
  core: Core,
  { directory: name, period, signingKey }: ProofWish,
  context: Context,
): Promise<void> {
  const key = await readSigningKey(context, signingKey);
  if (!key) throw keyMissing();
  const plan = await planProof(core, period);
  const directory = await newDirectory(name, context.world);
  const bar = progress(context, 'events exported');
  try {
    const counts = await writePieces(core, plan, directory, bar.show);
    const head = signHead(plan.head, key, core.clock());
    await directory.write(PUBLIC_KEY_FILE, key.publicKey.pem);
    await directory.write(HEAD_FILE, `${JSON.stringify(head, null, 2)}\n`);
    await directory.keep();
    await print({ directory: directory.path, ...counts, ...shown(plan), head }, context);
  } catch (error) {
    await directory.discard();
    throw error;
  } finally {
    bar.end();
  }
  warn(plan, context);
}

async function writePieces(
  core: Core,
  plan: ProofPlan,
  directory: NewDirectory,
  onEvents: (count: number) => void,
): Promise<Pick<WrittenProof, 'events' | 'seals'>> {
  const counts: Record<ProofPart, number> = { events: 0, seals: 0, laterSeals: 0 };
  for (const file of Object.values(FILES)) await directory.write(file, '');
  for await (const { part, lines } of proofPieces(core, plan)) {
    await directory.write(FILES[part], lines.map((line) => `${line}\n`).join(''));
    counts[part] += lines.length;
    onEvents(counts.events);
  }
  return { events: counts.events, seals: counts.seals };
}

const shown = ({ firstSeq, lastSeq, sealedFrom, sealedTo, unsealed }: ProofPlan) => ({
  firstSeq: exactNumber(firstSeq),
  lastSeq: exactNumber(lastSeq),
  sealedFrom,
  sealedTo,
  unsealed,
});

async function print(written: WrittenProof, { output, talk }: Context): Promise<void> {
  await output.one(written, FIELDS);
  talk.done(
    'Send the directory to the people who verify it, with docs/verify-export.md, and the public key in another way.',
  );
}

function warn({ unsealed, planted }: ProofPlan, { talk }: Context): void {
  if (unsealed > 0) {
    talk.warn(
      `${unsealed} events of this period are not sealed yet, and not in the proof. Run \`scimctl audit seal\` first.`,
    );
  }
  if (planted > 0) {
    talk.warn(`${planted} seals were changed or planted, and skipped. Run \`scimctl audit verify\`.`);
  }
}

const keyMissing = () =>
  configurationProblem('signing-key-missing', 'A proof is signed, and no signing key is configured.', {
    hint: 'Name a key with --signing-key or signingKeyFile. `scimctl audit new-key --key-file FILE` creates one.',
  });
