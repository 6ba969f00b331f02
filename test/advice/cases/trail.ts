import type { AdviceCase } from '../advice-case.js';

const VOID = ['audit', 'void', '--reason', 'incident 4711', '--dry-run'];

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
];
