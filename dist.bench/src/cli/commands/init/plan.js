import { parseBaseUrl } from '../idp/sheet.js';
import { askConfig } from './config.js';
import { isBound, look, NOTHING } from './found.js';
import { askHost, askHosting } from './host.js';
import { askIdp } from './idp.js';
import { askSchema } from './schema.js';
import { askToken } from './token.js';
/** Looks at what is there and asks for the rest. Changes nothing. */
export async function makePlan(connected, flags, answers, context) {
    const found = connected?.exists ? await look(await context.database(), context.world.clock) : NOTHING;
    const config = connected && (await askConfig(connected, flags, answers, context));
    const migrate = await askSchema(found, flags, answers, context);
    const plan = { found, config, migrate, hosting: found.hosting };
    // Without a schema there is nothing for the rest to stand on, and what is to be done by others comes first.
    if (answers.interactive && !migrate && found.schema?.state !== 'current')
        return plan;
    plan.host = await askHost(found, flags, answers, context);
    if (plan.host === 'stop')
        return plan;
    plan.hosting = await askHosting(found, flags, answers, context);
    if (plan.hosting === 'cloud')
        return plan;
    // An IdP is bound to a SAML provider, so that without that view none can be added.
    if (plan.host === 'skip' && !isBound(found, 'host_sso_provider'))
        return plan;
    plan.idp = await askIdp(found, plan.host, flags, answers, context);
    plan.token = await askToken(plan.idp, flags, answers, context);
    plan.baseUrl = await askBaseUrl(flags, answers, context);
    return plan;
}
/** The set-up sheet does without: a placeholder stands in its place. */
async function askBaseUrl(flags, answers, { world, prompts }) {
    const fromEnvironment = world.env.SCIMCTL_BASE_URL;
    if (flags.baseUrl !== undefined)
        return flags.baseUrl;
    if (fromEnvironment)
        return parseBaseUrl(fromEnvironment);
    if (!answers.interactive)
        return undefined;
    const check = (url) => {
        if (url === '')
            return true;
        try {
            parseBaseUrl(url);
            return true;
        }
        catch {
            return 'Write it as https://host, without user name and password.';
        }
    };
    const question = 'Where will the IdP reach the endpoint (https://host; empty if not known yet)?';
    return (await prompts.text(question, { check })) || undefined;
}
/** What would be done, a line each. */
export function describePlan({ config, migrate, host, hosting, idp, token, found }) {
    const lines = [
        config?.content && `The config file ${config.path} would be written.`,
        migrate && 'The schema would be installed or brought up to date.',
        host === 'reference' && 'The sample host application would be installed.',
        hosting !== found.hosting && `The installation would be marked as ${hosting}.`,
        idp && !idp.existing && `IdP ${idp.name} would be added.`,
        token && `A token would be created${token.file ? ` into ${token.file}` : ''}.`,
    ];
    return lines.filter((line) => typeof line === 'string');
}
/** Checks that cannot pass yet, because what they look at was left to later. */
export const leftOut = ({ host, idp, token }) => [
    ...(host === 'skip' ? ['host', 'token'] : []),
    ...(idp && !token ? ['token'] : []),
];
