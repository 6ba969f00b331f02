import {
  addServiceAccount,
  assertSlug,
  chooseSsoProvider,
  isProviderUsable,
} from '../../../core/service-accounts/add.js';
import { kindOfName } from '../../../core/service-accounts/kind-of-name.js';
import {
  findAccount,
  IDP_KINDS,
  listAccounts,
  type ServiceAccount,
} from '../../../core/service-accounts/service-account.js';
import { hostViewColumns, listSsoProviders } from '../../../database/queries/host/host.js';
import { Problem } from '../../../problem.js';
import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../../words/idp.js';
import type { Context } from '../../context.js';
import type { InitAnswers } from './answers.js';
import type { HostChoice, InitFlags } from './flags.js';
import { type FoundBefore, isBound } from './found.js';

export interface IdpPlan {
  name: string;
  /** There already, and kept as it is. */
  existing?: ServiceAccount;
  kind: IdpKind;
  ssoProvider?: string;
  deprovisionPolicy: DeprovisionPolicy;
  ssoSubject?: SsoSubject | null;
}

const ANOTHER = Symbol('another');

/** Asks for the IdP to add, or to go on with. Nothing where an answer is missing. */
export async function askIdp(
  found: FoundBefore,
  host: HostChoice | undefined,
  flags: InitFlags,
  answers: InitAnswers,
  context: Context,
): Promise<IdpPlan | undefined> {
  const existing = await chooseExisting(found, flags, answers);
  if (existing) return planOf(existing);
  const kind = flags.kind ?? (flags.idp === undefined ? await askKind(answers) : kindOfName(flags.idp));
  const name = await askName(kind, flags, answers);
  if (name === undefined) return undefined;
  const same = found.accounts.find((account) => account.name === name);
  if (same) return planOf(same);
  const canLook = host !== 'reference' && isBound(found, 'host_sso_provider');
  const ssoProvider = canLook ? await askProvider(flags, answers, context) : flags.ssoProvider;
  const deprovisionPolicy = flags.deprovisionPolicy ?? (await askPolicy(answers));
  const ssoSubject =
    flags.ssoSubject === undefined && canLook && answers.interactive
      ? await askSubject(answers, context)
      : flags.ssoSubject;
  return { name, kind: kind ?? 'generic', ssoProvider, deprovisionPolicy, ssoSubject };
}

const planOf = (existing: ServiceAccount): IdpPlan => ({ ...existing, existing });

/** Adds it, unless it is there. */
export async function applyIdp(context: Context, plan: IdpPlan) {
  const core = await context.core();
  const { name, kind, ssoProvider, deprovisionPolicy, ssoSubject } = plan;
  const there = (await listAccounts(core)).some((account) => account.name === name);
  if (!there) {
    try {
      await addServiceAccount(core, { name, kind, ssoProvider, deprovisionPolicy, ssoSubject });
      context.talk.done(`IdP ${name}: added.`);
      return { ...(await readAccount(context, name)), created: true };
    } catch (error) {
      // Another set-up was quicker.
      if (!(error instanceof Problem) || error.code !== 'idp-name-taken') throw error;
    }
  }
  context.talk.done(`IdP ${name}: exists already, unchanged.`);
  return { ...(await readAccount(context, name)), created: false };
}

/** The service account as it is now. */
export async function readAccount(context: Context, name: string): Promise<ServiceAccount> {
  const core = await context.core();
  return core.database.read((session) => findAccount(session, name, core.clock()));
}

async function chooseExisting(
  { accounts }: FoundBefore,
  flags: InitFlags,
  answers: InitAnswers,
): Promise<ServiceAccount | undefined> {
  if (flags.idp !== undefined) return accounts.find(({ name }) => name === flags.idp);
  if (flags.kind !== undefined || accounts.length === 0) return undefined;
  const [first, second] = accounts;
  if (!answers.interactive) return second ? undefined : first;
  const question = { label: 'IdP', question: 'Which IdP?' };
  const chosen = await answers.interview.choose<ServiceAccount | typeof ANOTHER>(question, [
    ...accounts.map((account) => ({ name: `${account.name} (exists already)`, value: account })),
    { name: 'Add another', value: ANOTHER },
  ]);
  return chosen === ANOTHER ? undefined : chosen;
}

export const KIND_NAMES: Record<IdpKind, string> = {
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  generic: 'another SCIM 2.0 client',
};

async function askKind(answers: InitAnswers): Promise<IdpKind | undefined> {
  // Without a person, it is the name that is asked for.
  if (!answers.interactive) return undefined;
  const choices = IDP_KINDS.map((kind) => ({ name: KIND_NAMES[kind], value: kind }));
  const question = { label: 'Identity provider', question: 'Which identity provider?' };
  return answers.interview.choose(question, choices, 'entra');
}

async function askName(
  kind: IdpKind | undefined,
  flags: InitFlags,
  answers: InitAnswers,
): Promise<string | undefined> {
  const check = (name: string): true | string => {
    try {
      assertSlug(name);
      return true;
    } catch (error) {
      return error instanceof Problem ? (error.hint ?? error.message) : String(error);
    }
  };
  const name = await answers.take({
    what: "the IdP's name",
    flag: '--idp',
    given: flags.idp,
    ask: () =>
      answers.interview.text(
        { label: 'Name of the IdP', question: 'Name of the IdP in scimctl' },
        { initial: kind === 'generic' ? undefined : kind, check },
      ),
  });
  if (name !== undefined) assertSlug(name);
  return name;
}

/** Refuses now what `idp add` would refuse later. */
async function askProvider(
  flags: InitFlags,
  answers: InitAnswers,
  context: Context,
): Promise<string | undefined> {
  const database = await context.database();
  try {
    return (await database.read((session) => chooseSsoProvider(session, flags.ssoProvider))).providerId;
  } catch (error) {
    const several = error instanceof Problem && error.code === 'sso-provider-ambiguous';
    if (!several || flags.ssoProvider !== undefined) throw error;
  }
  const providers = (await database.read(listSsoProviders)).filter(isProviderUsable);
  return answers.take({
    what: 'the SAML provider',
    flag: '--sso-provider',
    given: undefined,
    ask: () =>
      answers.interview.choose(
        { label: 'SAML provider', question: 'Which SAML provider do the users of the IdP sign in with?' },
        providers.map(({ name, providerId }) => ({ name, value: providerId, description: providerId })),
      ),
  });
}

async function askPolicy(answers: InitAnswers): Promise<DeprovisionPolicy> {
  if (!answers.interactive) return 'manual';
  const choices = [
    { name: 'An administrator disables the account', value: 'manual' as const },
    { name: 'Disable the account immediately', value: 'disable' as const },
  ];
  const question = { label: 'Leavers', question: 'When the IdP deprovisions a user:' };
  return answers.interview.choose(question, choices, 'manual');
}

/** Only where the application keeps it. */
async function askSubject(answers: InitAnswers, context: Context): Promise<SsoSubject | null> {
  const database = await context.database();
  const columns = await database.read((session) => hostViewColumns(session, 'host_user'));
  if (!columns.has('sso_subject') && !columns.has('external_id')) return null;
  const choices = [
    { name: 'The userName (in Entra ID: userPrincipalName)', value: 'user-name' as const },
    { name: 'The e-mail address', value: 'email' as const },
    { name: "The object id, which the IdP sends as the user's externalId", value: 'object-id' as const },
    { name: 'Write nothing', value: null },
  ];
  const question = {
    label: 'SSO subject',
    question: 'What does the IdP send as NameID when a user signs in with SAML?',
  };
  return answers.interview.choose<SsoSubject | null>(question, choices, 'user-name');
}
