import type { SealHead } from '../../../database/queries/audit/seals.js';
import { usageProblem } from '../../../problem.js';
import type { Core } from '../../core.js';
import { chainEnd } from '../chain-end.js';
import { NO_DIGEST } from '../digests.js';
import { type ExactNumber, exactNumber } from '../exact-number.js';
import { signatureIn } from './signed-head.js';
import type { Head, KeptHead } from './trail-head.js';

/** The head as the database has it; that it is honest, only `verifyTrail` says. */
export async function readHead({ database }: Core): Promise<Head> {
  const { last, events } = await chainEnd(database);
  return headOf(last, events);
}

export const headOf = (seal: SealHead | undefined, events: number): Head => ({
  sealNo: seal?.sealNo ?? 0,
  lastSeq: exactNumber(seal?.lastSeq ?? 0n),
  events,
  digest: (seal?.digest ?? NO_DIGEST).toString('hex'),
  sealedAt: seal?.sealedAt ?? null,
});

/**
 * Reads a kept head: what `audit head` printed, or the `head` in what `audit verify -o json` printed.
 * @throws Problem `head-invalid`, or `head-signature-invalid` where a signed head was changed.
 */
export function parseHead(text: string): KeptHead {
  const document = parseJson(text);
  const fields = (document?.head ?? document ?? {}) as Record<string, unknown>;
  const { sealNo, lastSeq, events, digest } = fields;
  const isSha256 = typeof digest === 'string' && /^[0-9a-f]{64}$/i.test(digest);
  if (isCount(sealNo) && isSeq(lastSeq) && isCount(events) && isSha256) {
    const head = { sealNo, lastSeq, events, digest: digest.toLowerCase() };
    const signature = signatureIn(head, fields);
    return { ...head, ...(signature && { signature }) };
  }
  throw usageProblem('head-invalid', 'The file does not contain a head of the audit trail.', {
    hint: 'Name a file with the output of `scimctl audit head`.',
  });
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Beyond 2^53 it was printed as text. */
const isSeq = (value: unknown): value is ExactNumber =>
  isCount(value) || (typeof value === 'string' && /^\d{16,19}$/.test(value));
