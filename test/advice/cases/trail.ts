import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdviceCase, Stage } from '../advice-case.js';

const VOID = ['audit', 'void', '--reason', 'incident 4711', '--dry-run'];

const prune = (before: string) => ['audit', 'prune', '--before', before, '--head', 'head.json', '--dry-run'];

/** A head that was kept, as it is or of another trail. */
async function keepHead(stage: Stage, change: Record<string, unknown> = {}): Promise<void> {
  await stage.run('audit seal --margin 0s');
  const head = await stage.run<Record<string, unknown>>('audit head');
  await writeFile(join(stage.directory, 'head.json'), JSON.stringify({ ...head, ...change }));
}

/** The audit trail. */
export const TRAIL: AdviceCase[] = [
  {
    code: 'seal-unknown',
    words: [...VOID, '--seal', '4711'],
    follow: () => ({ words: VOID }),
  },
  {
    code: 'event-unknown',
    words: [...VOID, '--event', '471100'],
    follow: () => ({ words: VOID }),
  },
  {
    code: 'event-sealed',
    given: async (stage) => void (await stage.run('audit seal')),
    words: [...VOID, '--event', '1'],
    says: /no seal covers/,
    follow: () => ({ words: VOID }),
  },
  {
    code: 'prune-too-recent',
    given: (stage) => keepHead(stage),
    words: prune('30d'),
    says: /\b90d\b/,
    follow: ([before = '']) => ({ words: prune(before) }),
  },
  ...(['position-invalid', 'position-ahead'] as const).map(
    (code): AdviceCase => ({
      code,
      given: (stage) =>
        writeFile(
          join(stage.directory, 'position.json'),
          code === 'position-ahead' ? '{"seq":"9000000000000000000"}' : 'seven',
        ),
      words: 'audit follow --since-last position.json',
      says: code === 'position-ahead' ? /Delete the file/ : /one that does not exist yet/,
      follow: async (_, stage) => {
        await rm(join(stage.directory, 'position.json'));
        return { words: 'audit follow --since-last position.json' };
      },
    }),
  ),
  {
    code: 'trail-tampered',
    given: (stage) => keepHead(stage, { digest: 'ab'.repeat(32) }),
    words: prune('90d'),
    fill: { FILE: 'head.json' },
    reports: [4],
    // The head was of another trail.
    follow: async (_, stage) => keepHead(stage),
  },
];
