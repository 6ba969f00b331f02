import { adviceOf, type Deviation } from '../deviations/deviation.js';
import type { IdpName } from '../names.js';
import { type ProbeExchange, type Run, Scene, Stopped } from '../scene.js';

/** One thing that an IdP does, and what has to come of it. */
export interface Step {
  name: string;
  /** `any` for what both of them lean on. */
  idp: IdpName | 'any';
  /** Why it cannot be done now; nothing where it can. */
  obstacle?: () => string | undefined;
  /** Does it. @returns what is to be said where nothing deviates. */
  run: (scene: Scene) => Promise<string>;
}

export interface StepResult {
  name: string;
  idp: Step['idp'];
  status: 'pass' | 'warn' | 'fail' | 'skipped';
  /** One sentence of what is. */
  summary: string;
  /** What to do, where it is written and who would mind, for each deviation. */
  advice?: string;
  deviations?: Deviation[];
  /** For those who ask: what was sent, and how long it took. */
  details?: { ms: number; requests: ProbeExchange[] };
}

/**
 * Does one step. What the endpoint does wrong is a result; what is thrown is an interruption, or a mistake of
 * ours.
 */
export async function perform(step: Step, run: Run): Promise<StepResult> {
  const { name, idp } = step;
  const obstacle = step.obstacle?.();
  if (obstacle !== undefined) return { name, idp, status: 'skipped', summary: obstacle };
  const scene = new Scene(run, idp);
  const summary = await step.run(scene).catch((error: unknown) => {
    if (error instanceof Stopped) return '';
    throw error;
  });
  const { exchanges, deviations } = scene;
  // What breaks an IdP first; within that, in the order in which it was seen.
  const worst = [...deviations].sort((a, b) => Number(a.status === 'warn') - Number(b.status === 'warn'));
  const details = { ms: exchanges.reduce((sum, { ms }) => sum + ms, 0), requests: exchanges };
  const [first] = worst;
  if (!first) return { name, idp, status: 'pass', summary, details };
  return {
    name,
    idp,
    status: first.status,
    summary: worst.map(({ seen }) => seen).join('; '),
    advice: [...new Set(worst.map(adviceOf))].join(' '),
    deviations: worst,
    details,
  };
}
