import type { Hosting } from '../../../words/installation.js';
import type { Context } from '../../context.js';
import { parseBaseUrl } from '../../shared/base-url.js';
import type { InitAnswers } from './answers.js';
import { askConfig, type ConfigPlan } from './config.js';
import type { Connected } from './connection/connector.js';
import type { HostChoice, InitFlags } from './flags.js';
import { type FoundBefore, isBound, look, NOTHING } from './found.js';
import { askHost, askHosting } from './host.js';
import { askIdp, type IdpPlan } from './idp.js';
import { askSchema } from './schema.js';
import { askToken, type TokenPlan } from './token.js';

/** Every answer there is: all that the doing needs. */
export interface InitPlan {
  found: FoundBefore;
  config?: ConfigPlan;
  migrate: boolean;
  host?: HostChoice;
  hosting: Hosting;
  idp?: IdpPlan;
  token?: TokenPlan;
  baseUrl?: string;
}

/** Looks at what is there and asks for the rest. Changes nothing. */
export async function makePlan(
  connected: Connected | undefined,
  flags: InitFlags,
  answers: InitAnswers,
  context: Context,
): Promise<InitPlan> {
  const found = connected?.exists ? await look(await context.database(), context.world.clock) : NOTHING;
  const config = connected && (await askConfig(connected, flags, answers, context));
  const migrate = await askSchema(found, flags, answers);
  const plan: InitPlan = { found, config, migrate, hosting: found.hosting };
  // Without a schema there is nothing for the rest to stand on, and what is to be done by others comes first.
  if (answers.interactive && !migrate && found.schema?.state !== 'current') return plan;
  plan.host = await askHost(found, flags, answers);
  if (plan.host === 'stop') return plan;
  plan.hosting = await askHosting(found, flags, answers);
  if (plan.hosting === 'cloud') return plan;
  // An IdP is bound to a SAML provider, so that without that view none can be added.
  if (plan.host === 'skip' && !isBound(found, 'host_sso_provider')) return plan;
  plan.idp = await askIdp(found, plan.host, flags, answers, context);
  plan.token = await askToken(plan.idp, flags, answers, context);
  plan.baseUrl = await askBaseUrl(flags, answers, context);
  return plan;
}

/** The set-up sheet does without: a placeholder stands in its place. */
async function askBaseUrl(flags: InitFlags, answers: InitAnswers, { world }: Context) {
  const fromEnvironment = world.env.SCIMCTL_BASE_URL;
  if (flags.baseUrl !== undefined) return flags.baseUrl;
  if (fromEnvironment) return parseBaseUrl(fromEnvironment);
  if (!answers.interactive) return undefined;
  const check = (url: string): true | string => {
    if (url === '') return true;
    try {
      parseBaseUrl(url);
      return true;
    } catch {
      return 'Enter https://host, without a user name or a password.';
    }
  };
  const question = {
    label: 'Base URL',
    question: 'Base URL for the IdP: https://host (empty: not known yet)',
  };
  return (await answers.interview.text(question, { check })) || undefined;
}

/** What would be done, a line each. */
export function describePlan({ config, migrate, host, hosting, idp, token, found }: InitPlan): string[] {
  const lines = [
    config?.content && `The config file ${config.path} would be written.`,
    migrate && 'The schema would be installed or upgraded.',
    host === 'reference' && 'The sample host application would be installed.',
    hosting !== found.hosting && `The installation would be marked as ${hosting}.`,
    idp && !idp.existing && `IdP ${idp.name} would be added.`,
    token && `A token would be created${token.file ? ` in ${token.file}` : ''}.`,
  ];
  return lines.filter((line) => typeof line === 'string');
}

/** Checks that cannot pass yet, because what they look at was left to later. */
export const leftOut = ({ host, idp, token }: InitPlan): string[] => [
  ...(host === 'skip' ? ['host', 'token'] : []),
  ...(idp && !token ? ['token'] : []),
];
