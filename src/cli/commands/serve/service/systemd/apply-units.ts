import type { World } from '../../../../../world.js';
import { propertiesOf, type Systemctl } from './systemctl.js';
import type { UnitChange } from './unit-files.js';
import { writeUnits } from './write-units.js';

export interface Applied {
  /** Units that were enabled by this run. */
  enabled: string[];
  /** Units that were started or restarted by this run. */
  started: string[];
}

interface Wish {
  directory: string;
  changes: readonly UnitChange[];
  /** Units that are to start with the machine. */
  enable: readonly string[];
  /** Whether to start them now. */
  start: boolean;
  run: Systemctl;
  world: World;
}

/**
 * Puts the units into their places and starts them, all or nothing: after a failure the files, and what is enabled and
 * runs, are as before.
 * @throws Problem `service-units-unwritable`, `service-manager-failed`.
 */
export async function applyUnits(wish: Wish): Promise<Applied> {
  const { directory, enable, start, run, world } = wish;
  const changes = wish.changes.filter(({ change }) => change !== 'unchanged');
  const before = await propertiesOf([...new Set([...changes.map(({ unit }) => unit), ...enable])], run);
  const wasActive = (unit: string) => ['active', 'activating'].includes(before.get(unit)?.ActiveState ?? '');
  const wasEnabled = (unit: string) => before.get(unit)?.UnitFileState?.startsWith('enabled') === true;
  const removed = changes.filter(({ change }) => change === 'removed').map(({ unit }) => unit);
  const toEnable = enable.filter((unit) => !wasEnabled(unit));
  const toStart = enable.filter(
    (unit) => start && (!wasActive(unit) || changes.some((change) => change.unit === unit)),
  );
  const runAll = async (words: string[], units: readonly string[]): Promise<void> => {
    if (units.length > 0) await run(...words, ...units);
  };
  const begun: string[] = [];
  let restore: (() => Promise<void>) | undefined;
  try {
    // While their files are there: systemd reads in them what enabling them has made.
    await runAll(['disable'], removed.filter(wasEnabled));
    await runAll(['stop'], removed.filter(wasActive));
    if (changes.length > 0) {
      restore = await writeUnits(directory, changes, world);
      await run('daemon-reload');
    }
    await runAll(['enable'], toEnable);
    for (const unit of toStart) {
      begun.push(unit);
      await run(wasActive(unit) ? 'restart' : 'start', unit);
    }
  } catch (error) {
    const steps = [
      () =>
        runAll(
          ['stop'],
          begun.filter((unit) => !wasActive(unit)),
        ),
      () => runAll(['disable'], toEnable),
      async () => restore?.(),
      () => run('daemon-reload'),
      () => runAll(['enable'], removed.filter(wasEnabled)),
      () => runAll(['start'], removed.filter(wasActive)),
      () => runAll(['restart'], begun.filter(wasActive)),
    ];
    // Each of them is worth trying, whatever became of the one before.
    for (const step of steps) await Promise.resolve(step()).catch(() => undefined);
    throw error;
  }
  return { enabled: toEnable, started: toStart };
}
