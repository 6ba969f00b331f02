import type { Session } from '../../database/database.js';
import { rememberedHostViews } from '../../database/queries/host/host-user-shape.js';
import { prerequisiteProblem } from '../../problem.js';
import type { HostViewName } from '../../words/host-views.js';

/**
 * Makes sure that the views a command is about to read are there with their required columns.
 * @throws Problem `host-views-missing`.
 */
export async function assertHostViews(session: Session, names: readonly HostViewName[]): Promise<void> {
  const views = await rememberedHostViews(session);
  for (const { name, exists, missing } of views.filter((view) => names.includes(view.name))) {
    if (missing.length === 0) continue;
    const what = exists ? `lacks ${missing.join(', ')}` : 'does not exist';
    throw prerequisiteProblem('host-views-missing', `The host view ${session.schema}.${name} ${what}.`, {
      hint: 'Bind the application with `scimctl host scaffold --apply`. `scimctl host status` shows what is missing. To try things out: `scimctl host install-reference`.',
    });
  }
}

/** Whether a host view exists with its required columns. */
export async function hostViewIsComplete(session: Session, name: HostViewName): Promise<boolean> {
  const views = await rememberedHostViews(session);
  return views.some((view) => view.name === name && view.exists && view.missing.length === 0);
}
