import { insertEvents } from '../../database/queries/audit/events.js';
import { deleteTokens, type EndedToken, endedTokens } from '../../database/queries/tokens.js';
import { type ChangeOptions, changeTogether } from '../audit/change.js';
import type { Core } from '../core.js';
import { summarise, type TokenSummary } from './token.js';

/** Tokens in one transaction. */
const AT_ONCE = 100;

const LOCKS = [{ name: 'prune of tokens' }];

/** Tokens that ended before an instant, whichever of their ends came first. A live one is never among them. */
export async function tokensToPrune(core: Core, before: Date): Promise<TokenSummary[]> {
  const now = core.clock();
  const found: TokenSummary[] = [];
  for (
    let page = await pageOf(core, before);
    page.length > 0;
    page = await pageOf(core, before, page.at(-1)?.publicId)
  )
    found.push(...page.map((row) => summarise(row, row.idp, now)));
  return found;
}

const pageOf = (core: Core, before: Date, after?: string) =>
  core.database.read((session) =>
    endedTokens(session, { before: past(core, before), after, limit: AT_ONCE }),
  );

/**
 * Deletes the tokens that ended before an instant, with an event each, which has what they were. Some at a time: what
 * was deleted before an interruption stays so.
 * @returns the deleted ones.
 */
export async function pruneTokens(
  core: Core,
  before: Date,
  { dryRun }: Pick<ChangeOptions, 'dryRun'> = {},
): Promise<TokenSummary[]> {
  const pruned: TokenSummary[] = [];
  for (let after: string | undefined; ; ) {
    const from = after;
    const some = await pruneSome(core, past(core, before), from, dryRun);
    pruned.push(...some);
    if (some.length < AT_ONCE) return pruned;
    after = some.at(-1)?.id;
  }
}

function pruneSome(
  core: Core,
  before: Date,
  after: string | undefined,
  dryRun: boolean | undefined,
): Promise<readonly TokenSummary[]> {
  return changeTogether<TokenSummary>(
    core,
    AT_ONCE,
    async (session) => {
      const rows = await endedTokens(session, { before, after, limit: AT_ONCE });
      return {
        events: rows.map((row) => ({
          action: 'token.prune',
          target: { type: 'token', id: row.publicId, name: row.idp },
          details: wasOf(row),
        })),
        write: async (events) => {
          await insertEvents(session, events);
          if (rows.length > 0) {
            await deleteTokens(
              session,
              rows.map(({ publicId }) => publicId),
            );
          }
          return rows.map((row) => summarise(row, row.idp, core.clock()));
        },
      };
    },
    // Of two at once, the second finds nothing left.
    { dryRun, locks: LOCKS },
  );
}

/** What the trail keeps: everything but the digest. */
const wasOf = ({ createdAt, createdBy, hashScheme, keyId, replaces, ...row }: EndedToken) => ({
  createdAt,
  createdBy,
  expiresAt: row.expiresAt,
  retiresAt: row.retiresAt,
  revokedAt: row.revokedAt,
  endedAt: row.endedAt,
  lastUsedAt: row.lastUsedAt,
  hashScheme,
  keyId,
  replaces,
});

/** An end that is still to come has not ended anything. */
const past = ({ clock }: Core, before: Date): Date => new Date(Math.min(before.getTime(), clock().getTime()));
