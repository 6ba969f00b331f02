import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type AdviceCase, runCommandsOf, type Scene, type Stage, stageOn } from './advice-case.js';

/**
 * A prerequisite that does not pass. The commands in its advice are run as they are written there, then what the advice
 * says besides is done by `follow`, and then the prerequisite must pass.
 */
export interface CheckCase extends Pick<AdviceCase, 'about' | 'fill' | 'choose' | 'reports' | 'says' | 'as'> {
  /** The name of the check. */
  check: string;
  words?: readonly string[];
  env?: (stage: Stage) => Record<string, string | undefined>;
  given?: (stage: Stage) => Promise<unknown>;
  follow?: (found: string[], stage: Stage) => Promise<unknown>;
}

interface Finding {
  name: string;
  status: string;
  summary: string;
  advice?: string;
}

export function playCheckCases(cases: readonly CheckCase[], scene: () => Scene): void {
  for (const one of cases) {
    it(`check ${one.check}${one.about === undefined ? '' : `: ${one.about}`}`, () => play(one, scene()));
  }
}

async function play(one: CheckCase, scene: Scene): Promise<void> {
  const stage = await stageOn(scene);
  await one.given?.(stage);
  const look = async (): Promise<Finding> => {
    const words = ['check', one.check, ...(one.words ?? [])];
    const { checks } = await stage.run<{ checks: Finding[] }>(words, one.env?.(stage), [0, 4]);
    const found = checks.find(({ name }) => name === one.check);
    assert.ok(found);
    return found;
  };

  const { status, summary, advice = '' } = await look();
  assert.ok(['warn', 'fail'].includes(status), summary);

  await runCommandsOf(advice, { as: () => one.env?.(stage), ...one }, stage);
  const found = one.says?.exec(advice);
  if (one.says) assert.ok(found, `${advice} does not say ${one.says}`);
  await one.follow?.(found ? [...found] : [], stage);
  const after = await look();
  assert.equal(after.status, 'pass', `after "${advice}": ${after.summary}`);
}
