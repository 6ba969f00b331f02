import type { Session } from '../../../database/database.js';
import { type ChangeOptions, change } from '../../audit/change.js';
import type { Done, Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import type { Held } from './held.js';
import { locksOf, MoreLocks } from './locks.js';

/**
 * `change`, under these locks, and under more if `work` needs them; in one transaction with others where the core
 * is `sharing` and that goes well, else in its own.
 */
export function changeUnder<T>(
  core: Core,
  intent: Intent,
  first: Held,
  work: (session: Session, held: Held) => Promise<Done<T>>,
  { dryRun }: Pick<ChangeOptions, 'dryRun'> = {},
): Promise<T> {
  const alone = () => changeAlone(core, intent, first, work, dryRun);
  if (!core.sharing || dryRun) return alone();
  return core.sharing.make({ core, intent, held: first, work: (session) => work(session, first), alone });
}

async function changeAlone<T>(
  core: Core,
  intent: Intent,
  first: Held,
  work: (session: Session, held: Held) => Promise<Done<T>>,
  dryRun?: boolean,
): Promise<T> {
  for (let held = first; ; ) {
    const [random = 0] = core.random(1);
    try {
      return await change(core, intent, (session) => work(session, held), {
        dryRun,
        locks: locksOf([held], random),
      });
    } catch (error) {
      if (!(error instanceof MoreLocks)) throw error;
      held = error.wanted;
    }
  }
}
