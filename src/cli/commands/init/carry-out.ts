import { runChecks } from '../../../core/check/run-checks.js';
import { setUpSheet } from '../../../core/service-accounts/sheet.js';
import type { IssuedToken } from '../../../core/tokens/issue.js';
import type { Context } from '../../context.js';
import { applyConfig } from './config.js';
import type { Connected } from './connection/connector.js';
import { applyHost, applyHosting } from './host.js';
import { applyIdp, readAccount } from './idp.js';
import { stepsAfterInit } from './next-steps.js';
import type { InitPlan } from './plan.js';
import { describeDatabase, type InitReport, showReport, showToken } from './report.js';
import { applySchema } from './schema.js';
import { applyToken, openTokenFile } from './token.js';

/** Does what was answered, step by step, each whole in itself; then checks, and prints the report. */
export async function carryOut(context: Context, connected: Connected, plan: InitPlan): Promise<InitReport> {
  const file = await openTokenFile(context, plan.token);
  let report: InitReport;
  let issued: IssuedToken | undefined;
  try {
    report = await applySteps(context, connected, plan);
    if (plan.idp && plan.token) issued = await applyToken(context, plan.idp.name, plan.token, file);
  } finally {
    if (!issued) await file?.discard();
  }
  if (issued && !file) showToken(context, issued);
  if (issued) report.token = file ? { ...issued, token: undefined, file: plan.token?.file } : issued;
  try {
    const idp = plan.idp?.name;
    if (report.idp && issued)
      report.idp = { ...report.idp, ...(await readAccount(context, report.idp.name)) };
    if (report.idp) report.sheet = setUpSheet(report.idp, { baseUrl: plan.baseUrl, token: report.token });
    report.check = await runChecks({ connect: () => context.database(), clock: context.world.clock, idp });
  } finally {
    // A token that was not printed yet would be lost.
    await showReport(context, report);
  }
  for (const line of await stepsAfterInit(context, connected, plan, report)) context.talk.note(line);
  return report;
}

async function applySteps(context: Context, connected: Connected, plan: InitPlan): Promise<InitReport> {
  const { connection, exists } = connected;
  if (!exists) await context.useDatabase(connection, (await context.settings()).schema);
  if (plan.config) await applyConfig(context, plan.config);
  const schema = await applySchema(context, plan.migrate);
  const host = await applyHost(context, plan.host, plan.found);
  await applyHosting(context, plan.hosting);
  return {
    config: { path: plan.config?.path ?? '', written: plan.config?.content !== undefined },
    database: describeDatabase(connection),
    schema,
    host: { ...host, hosting: plan.hosting },
    idp: plan.idp ? await applyIdp(context, plan.idp) : null,
    check: null,
    sheet: null,
  };
}
