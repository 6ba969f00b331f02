import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createFirstToken, createToken } from '../../../core/tokens/create.js';
import type { IssuedToken } from '../../../core/tokens/issue.js';
import { Problem } from '../../../problem.js';
import type { World } from '../../../world.js';
import type { Context } from '../../context.js';
import { createTokenFile, type TokenFile } from '../../output/files/token-file.js';
import { DEFAULT_LIFETIME_MS, LIFETIME } from '../../shared/token-lifetime.js';
import type { InitAnswers } from './answers.js';
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
  answers: InitAnswers,
  { world }: Context,
): Promise<TokenPlan | undefined> {
  if (flags.token === false) return undefined;
  const live = idp?.existing?.tokens.active ?? 0;
  const wanted = flags.anotherToken || flags.tokenFile !== undefined || flags.token;
  const another = flags.anotherToken ?? false;
  if (live > 0 && !another) {
    answers.interview.note(
      `Token: IdP ${idp?.name} already has ${live} live. Add --another-token to create one more.`,
    );
    return undefined;
  }
  const create = await answers.yesNo({
    what: 'whether to create a token',
    flag: '--token, --token-file or --no-token',
    given: wanted,
    ask: { label: 'Token', question: 'Create a bearer token for the IdP?' },
    initial: true,
  });
  if (!create) return undefined;
  const asks = answers.interactive && flags.tokenFile === undefined && wanted === undefined;
  const expiresInMs = flags.expires !== undefined ? flags.expires : await askLifetime(asks, answers);
  const file = asks ? await askFile(answers, world) : flags.tokenFile;
  return { file: file || undefined, expiresInMs, another };
}

/** Milliseconds; null for never. */
async function askLifetime(asks: boolean, { interview }: InitAnswers): Promise<number | null> {
  if (!asks) return DEFAULT_LIFETIME_MS;
  const check = (text: string): true | string => {
    try {
      LIFETIME(text);
      return true;
    } catch (error) {
      return error instanceof Problem ? (error.hint ?? error.message) : String(error);
    }
  };
  const question = { label: 'Token lifetime', question: 'Lifetime of the token: 365d, 90d, never' };
  return LIFETIME(await interview.text(question, { initial: '365d', check }));
}

const askFile = ({ interview }: InitAnswers, { cwd }: World): Promise<string> =>
  interview.text(
    { label: 'Token file', question: 'File for the token (empty: show it once)' },
    {
      check: async (name) => name === '' || !(await exists(resolve(cwd, name))) || 'The file exists already.',
    },
  );

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

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
  if (!issued) context.talk.done(`Token: IdP ${idp} already has a live one.`);
  else if (file)
    context.talk.done(
      `Token: written to ${plan.file}; delete the file after you have entered the token in the IdP.`,
    );
  return issued;
}
