import { createToken, type IssuedToken } from '../../../core/tokens/create.js';
import { createFirstToken } from '../../../core/tokens/first.js';
import type { Context } from '../../context.js';
import { createTokenFile, type TokenFile } from '../../output/token-file.js';
import { DEFAULT_LIFETIME_MS } from '../token/issue.js';
import type { Answers } from './answers.js';
import type { InitFlags } from './flags.js';
import type { IdpPlan } from './idp.js';

export interface TokenPlan {
  /** Where to write it; it is shown where there is no file. */
  file?: string;
  /** Milliseconds; null for never. */
  expiresInMs: number | null;
  /** Even though the IdP has a live one. */
  another: boolean;
}

/** Asks whether to create a token, and where it goes. Nothing where none is to be made. */
export async function askToken(
  idp: IdpPlan | undefined,
  flags: InitFlags,
  answers: Answers,
  { prompts, talk }: Context,
): Promise<TokenPlan | undefined> {
  if (flags.token === false) return undefined;
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
  if (!create) return undefined;
  const asks = answers.interactive && flags.tokenFile === undefined && wanted === undefined;
  const file = asks ? await prompts.text('File for the token (empty: show it here, once):') : flags.tokenFile;
  return { file: file || undefined, expiresInMs, another };
}

/** What a plan with a token needs before anything is changed: its file, made for nobody but us. */
export const openTokenFile = async (context: Context, plan: TokenPlan | undefined) =>
  plan?.file === undefined ? undefined : createTokenFile(plan.file, context.world);

/** Creates the token. Nothing where the IdP got a live one in the meantime. */
export async function applyToken(
  context: Context,
  idp: string,
  plan: TokenPlan,
  file: TokenFile | undefined,
): Promise<IssuedToken | undefined> {
  const core = await context.core();
  const create = plan.another ? createToken : createFirstToken;
  const issued = await create(core, idp, { expiresInMs: plan.expiresInMs, deliver: file?.write });
  if (!issued) context.talk.done(`Token: IdP ${idp} has a live one already.`);
  else if (file) context.talk.done(`Token: written to ${plan.file}; delete the file once it is in the IdP.`);
  return issued;
}
