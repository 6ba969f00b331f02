import { createHash, randomBytes } from 'node:crypto';
import { digestForStorage } from '../../src/core/tokens/digest.js';
import { generateToken } from '../../src/core/tokens/format.js';
import { judge } from '../../src/core/tokens/judge.js';
import { NO_KEYS, parseTokenKeys } from '../../src/core/tokens/keys.js';
import { verifyOffline } from '../../src/core/tokens/verify.js';
import type { PresentedToken } from '../../src/database/queries/tokens.js';

// What verifying a token costs us beside the lookup, held against the bare hash of the same text in the same
// run: form, checksum, digest, constant-time comparison, status. Alternating, medians of many rounds.
const ROUNDS = 41;
const PER_ROUND = 5_000;
const now = new Date();

const keys = parseTokenKeys(`bench ${randomBytes(32).toString('base64')}`, 'this benchmark');

function presented(text: string, publicId: string, scheme: 'sha256' | 'hmac-sha256'): PresentedToken {
  return {
    ...digestForStorage(text, scheme === 'sha256' ? NO_KEYS : keys),
    publicId,
    serviceAccountId: '00000000-0000-4000-8000-000000000000',
    slot: 1,
    createdAt: now,
    createdBy: 'cli:bench@here',
    expiresAt: new Date(now.getTime() + 86_400_000),
    retiresAt: null,
    revokedAt: null,
    endedAt: null,
    lastUsedAt: null,
    replaces: null,
    idp: 'entra',
    isAccountEnabled: true,
    isAccountRemoved: false,
  };
}

/** Microseconds of this process's CPU for one call. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let call = 0; call < PER_ROUND; call++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / PER_ROUND;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const scheme of ['sha256', 'hmac-sha256'] as const) {
  const { text, publicId } = generateToken(randomBytes);
  const row = presented(text, publicId, scheme);
  const verify = () => {
    if ('valid' in verifyOffline(text) || !judge(text, row, keys, now).valid) throw new Error('not verified');
  };
  const bare = () => createHash('sha256').update(text, 'utf8').digest();
  const [ours, hash, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = [cost(verify), cost(bare)];
    ours.push(a);
    hash.push(b);
    ratios.push(a / b);
  }
  const figures = [median(ours), median(hash)].map((microseconds) => `${microseconds.toFixed(2)} µs`);
  console.log(
    `verify ${scheme}: ${figures[0]} CPU, bare SHA-256: ${figures[1]}, ratio ${median(ratios).toFixed(2)}`,
  );
}
