import { addServiceAccount, assertSlug, chooseSsoProvider, isUsable, } from '../../../core/service-accounts/add.js';
import { findAccount, IDP_KINDS, listAccounts, } from '../../../core/service-accounts/service-account.js';
import { listSsoProviders } from '../../../database/queries/host.js';
import { Problem } from '../../../problem.js';
import { kindOfName } from '../idp/add.js';
import { isBound } from './found.js';
const ANOTHER = Symbol('another');
/** Asks for the IdP to add, or to go on with. Nothing where an answer is missing. */
export async function askIdp(found, host, flags, answers, context) {
    const existing = await chooseExisting(found, flags, answers, context);
    if (existing)
        return planOf(existing);
    const kind = flags.kind ?? (flags.idp === undefined ? await askKind(answers, context) : kindOfName(flags.idp));
    const name = await askName(kind, flags, answers, context);
    if (name === undefined)
        return undefined;
    const same = found.accounts.find((account) => account.name === name);
    if (same)
        return planOf(same);
    const canLook = host !== 'reference' && isBound(found, 'host_sso_provider');
    const ssoProvider = canLook ? await askProvider(flags, answers, context) : flags.ssoProvider;
    const deprovisionPolicy = flags.deprovisionPolicy ?? (await askPolicy(answers, context));
    return { name, kind: kind ?? 'generic', ssoProvider, deprovisionPolicy };
}
const planOf = (existing) => ({ ...existing, existing });
/** Adds it, unless it is there. */
export async function applyIdp(context, plan) {
    const core = await context.core();
    const { name, kind, ssoProvider, deprovisionPolicy } = plan;
    const there = (await listAccounts(core)).some((account) => account.name === name);
    if (there)
        context.talk.done(`IdP ${name}: there already; kept as it is.`);
    else {
        await addServiceAccount(core, { name, kind, ssoProvider, deprovisionPolicy });
        context.talk.done(`IdP ${name}: added.`);
    }
    return { ...(await readAccount(context, name)), created: !there };
}
/** The service account as it is now. */
export async function readAccount(context, name) {
    const core = await context.core();
    return core.database.read((session) => findAccount(session, name, core.clock()));
}
async function chooseExisting({ accounts }, flags, answers, { prompts }) {
    if (flags.idp !== undefined)
        return accounts.find(({ name }) => name === flags.idp);
    if (flags.kind !== undefined || accounts.length === 0)
        return undefined;
    const [first, second] = accounts;
    if (!answers.interactive)
        return second ? undefined : first;
    const chosen = await prompts.choose('Which IdP?', [
        ...accounts.map((account) => ({ name: `${account.name} (there already)`, value: account })),
        { name: 'Add another', value: ANOTHER },
    ]);
    return chosen === ANOTHER ? undefined : chosen;
}
const KIND_NAMES = {
    entra: 'Microsoft Entra ID',
    okta: 'Okta',
    generic: 'another SCIM 2.0 client',
};
async function askKind(answers, { prompts }) {
    // Without a person, it is the name that is asked for.
    if (!answers.interactive)
        return undefined;
    const choices = IDP_KINDS.map((kind) => ({ name: KIND_NAMES[kind], value: kind }));
    return prompts.choose('Which identity provider?', choices, 'entra');
}
async function askName(kind, flags, answers, { prompts }) {
    const check = (name) => {
        try {
            assertSlug(name);
            return true;
        }
        catch (error) {
            return error instanceof Problem ? (error.hint ?? error.message) : String(error);
        }
    };
    const name = await answers.take({
        what: "the IdP's name",
        flag: '--idp',
        given: flags.idp,
        ask: () => prompts.text('Its name here:', { initial: kind === 'generic' ? undefined : kind, check }),
    });
    if (name !== undefined)
        assertSlug(name);
    return name;
}
/** Refuses now what `idp add` would refuse later. */
async function askProvider(flags, answers, context) {
    const database = await context.database();
    try {
        return (await database.read((session) => chooseSsoProvider(session, flags.ssoProvider))).providerId;
    }
    catch (error) {
        const several = error instanceof Problem && error.code === 'sso-provider-ambiguous';
        if (!several || flags.ssoProvider !== undefined)
            throw error;
    }
    const providers = (await database.read(listSsoProviders)).filter(isUsable);
    return answers.take({
        what: 'which of several SAML providers',
        flag: '--sso-provider',
        given: undefined,
        ask: () => context.prompts.choose('Which SAML provider do its users sign in with?', providers.map(({ name, providerId }) => ({ name, value: providerId, description: providerId }))),
    });
}
async function askPolicy(answers, { prompts }) {
    if (!answers.interactive)
        return 'manual';
    const choices = [
        { name: 'An administrator disables the account by hand', value: 'manual' },
        { name: 'Disable the account at once', value: 'disable' },
    ];
    return prompts.choose('When the IdP deprovisions a user:', choices, 'manual');
}
