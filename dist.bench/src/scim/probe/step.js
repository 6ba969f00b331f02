import { adviceOf } from './deviations/deviation.js';
import { Scene, Stopped } from './scene.js';
/**
 * Does one step. What the endpoint does wrong is a result; what is thrown is an interruption, or a mistake of
 * ours.
 */
export async function perform(step, run) {
    const { name, idp } = step;
    const obstacle = step.obstacle?.();
    if (obstacle !== undefined)
        return { name, idp, status: 'skipped', summary: obstacle };
    const scene = new Scene(run, idp);
    const summary = await step.run(scene).catch((error) => {
        if (error instanceof Stopped)
            return '';
        throw error;
    });
    const { exchanges, deviations } = scene;
    // What breaks an IdP first; within that, in the order in which it was seen.
    const worst = [...deviations].sort((a, b) => Number(a.status === 'warn') - Number(b.status === 'warn'));
    const details = { ms: exchanges.reduce((sum, { ms }) => sum + ms, 0), requests: exchanges };
    const [first] = worst;
    if (!first)
        return { name, idp, status: 'pass', summary, details };
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
