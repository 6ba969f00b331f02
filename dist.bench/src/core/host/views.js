import { rememberedHostViews } from '../../database/queries/host-user-shape.js';
import { prerequisiteProblem } from '../../problem.js';
/**
 * Makes sure that the views a command is about to read are there with their required columns.
 * @throws Problem `host-views-missing`.
 */
export async function assertHostViews(session, names) {
    const views = await rememberedHostViews(session);
    for (const { name, exists, missing } of views.filter((view) => names.includes(view.name))) {
        if (missing.length === 0)
            continue;
        const what = exists ? `lacks ${missing.join(', ')}` : 'does not exist';
        throw prerequisiteProblem('host-views-missing', `The host view ${session.schema}.${name} ${what}.`, {
            hint: "The host application's DBA defines it; `scimctl host status` says what is expected. To try things out: `scimctl host install-reference`.",
        });
    }
}
