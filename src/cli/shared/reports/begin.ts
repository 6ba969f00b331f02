import type { Core } from '../../../core/core.js';
import { assertHostViews } from '../../../core/host/views.js';
import { assertRights, explainDenial } from '../../../core/rights/denied.js';
import type { Context } from '../../context.js';
import { type OpenReport, openReport } from '../../output/report/write.js';
import type { ReportNeeds } from './needs.js';

/** What every report reads. */
const ALL_NEED = { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT' };

/** See `withReport`. */
export async function beginReport(
  context: Context,
  core: Core,
  file: string,
  { rights = {}, views = [] }: ReportNeeds,
): Promise<OpenReport> {
  const needs = { ...rights, ...ALL_NEED };
  await assertRights(needs, core.database);
  try {
    await core.database.read((session) => assertHostViews(session, views));
  } catch (error) {
    throw await explainDenial(error, needs, core.database);
  }
  return openReport(file, context.world);
}
