import { createToken } from '../../../core/tokens/create.js';
import { createFirstToken } from '../../../core/tokens/first.js';
import { createTokenFile } from '../../output/token-file.js';
import { DEFAULT_LIFETIME_MS } from '../token/issue.js';
/** Asks whether to create a token, and where it goes. Nothing where none is to be made. */
export async function askToken(idp, flags, answers, { prompts, talk }) {
    if (flags.token === false)
        return undefined;
    const live = idp?.existing?.tokens.active ?? 0;
    const expiresInMs = flags.expires === undefined ? DEFAULT_LIFETIME_MS : flags.expires;
    const wanted = flags.anotherToken || flags.tokenFile !== undefined || flags.token;
    const another = flags.anotherToken ?? false;
    if (live > 0 && !another) {
        talk.note(`Token: IdP ${idp?.name} has ${live} live already; --another-token creates one more.`);
        return undefined;
    }
    const create = await answers.yesNo({
        what: 'whether to create a token',
        flag: '--token, --token-file or --no-token',
        given: wanted,
        question: 'Create a bearer token for it?',
        initial: true,
    });
    if (!create)
        return undefined;
    const asks = answers.interactive && flags.tokenFile === undefined && wanted === undefined;
    const file = asks ? await prompts.text('File for the token (empty: show it here, once):') : flags.tokenFile;
    return { file: file || undefined, expiresInMs, another };
}
/** What a plan with a token needs before anything is changed: its file, made for nobody but us. */
export const openTokenFile = async (context, plan) => plan?.file === undefined ? undefined : createTokenFile(plan.file, context.world);
/** Creates the token. Nothing where the IdP got a live one in the meantime. */
export async function applyToken(context, idp, plan, file) {
    const core = await context.core();
    const create = plan.another ? createToken : createFirstToken;
    const issued = await create(core, idp, { expiresInMs: plan.expiresInMs, deliver: file?.write });
    if (!issued)
        context.talk.done(`Token: IdP ${idp} has a live one already.`);
    else if (file)
        context.talk.done(`Token: written to ${plan.file}; delete the file once it is in the IdP.`);
    return issued;
}
