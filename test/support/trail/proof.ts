import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProofPeriod } from '../../../src/core/audit/evidence/proof-plan.js';
import type { Product } from '../databases/product.js';
import { type Heard, runHere } from '../processes/world.js';

/** A proof as `audit export --proof` wrote it, read as lines. */
export interface ReadProof {
  heard: Heard;
  /** The numbers of its events. */
  events: number[];
  seals: number[];
  later: number[];
}

/** Exports a proof into a new directory below `cwd`, with the key in `signing.key` there. */
export async function exportProof(
  product: Product,
  { cwd, name, since, until }: { cwd: string; name: string } & ProofPeriod,
): Promise<ReadProof> {
  const words = ['audit', 'export', '--proof', name, '--signing-key', 'signing.key', '-o', 'json'];
  if (since) words.push('--since', since.toISOString());
  if (until) words.push('--until', until.toISOString());
  const heard = await runHere(words, { cwd, env: { SCIMCTL_DATABASE: product.url } });
  const lines = async (file: string, at: number) => {
    const text = await readFile(join(cwd, name, file), 'utf8').catch(() => '');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => Number(JSON.parse(line)[at]));
  };
  return {
    heard,
    events: await lines('events.jsonl', 0),
    seals: await lines('seals.jsonl', 1),
    later: await lines('later-seals.jsonl', 1),
  };
}
