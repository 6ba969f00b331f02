import assert from 'node:assert/strict';
import { type Product, rowsOf } from '../databases/product.js';

type Row = Record<string, unknown>;

interface Account {
  displayName: string;
  enabled: boolean;
  removed: boolean;
  /** By public id: whether it has ended. */
  tokens: Map<string, boolean>;
}

/** What was done, oldest first. */
export async function doneEvents(product: Product): Promise<Row[]> {
  return (await rowsOf(product, 'scim.event'))
    .filter(({ outcome }) => outcome === 'done')
    .sort((a, b) => Number(a.seq) - Number(b.seq));
}

/**
 * Holds the tables against the trail: what the events say was done, one after the other, is exactly what is
 * there. So no change was made without its event, none twice, and no event is without its change.
 */
export async function assertTablesFollowTrail(product: Product): Promise<void> {
  const accounts = replay(await doneEvents(product));
  const accountRows = await rowsOf(product, 'scim.service_account');
  const tokenRows = await rowsOf(product, 'scim.token');
  const there = accountRows.map((row) => ({
    id: idOf(row.service_account_id),
    displayName: row.display_name,
    enabled: row.is_enabled,
    removed: row.removed_at !== null,
    tokens: tokenRows
      .filter(({ service_account_id }) => idOf(service_account_id) === idOf(row.service_account_id))
      .map(({ public_id, slot }) => `${public_id} ${slot === null ? 'ended' : 'live'}`)
      .sort(),
  }));
  const told = [...accounts].map(([id, { tokens, ...account }]) => ({
    id,
    ...account,
    tokens: [...tokens].map(([token, ended]) => `${token} ${ended ? 'ended' : 'live'}`).sort(),
  }));
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  assert.deepEqual(there.sort(byId), told.sort(byId));
  assert.equal(there.flatMap(({ tokens }) => tokens).length, tokenRows.length, 'a token has no account');
  for (const { id, tokens } of there) {
    const live = tokens.filter((token) => token.endsWith('live')).length;
    assert.ok(live <= 2, `${live} live tokens of ${id}`);
  }
}

const idOf = (id: unknown) => String(id).toLowerCase();

function replay(events: readonly Row[]): Map<string, Account> {
  const accounts = new Map<string, Account>();
  const byName = new Map<string, Account>();
  const seen = new Set<string>();
  for (const { action, target_id, target_name, details, occurred_at } of events) {
    const [id, name, told] = [idOf(target_id), String(target_name), JSON.parse(String(details))];
    const account = byName.get(name);
    if (action === 'idp.add') {
      const added = {
        displayName: `SCIM client (${name})`,
        enabled: true,
        removed: false,
        tokens: new Map(),
      };
      assert.ok(!accounts.has(id), `${id} was added twice`);
      accounts.set(id, added);
      byName.set(name, added);
      continue;
    }
    if (!account) continue;
    const endAll = () => {
      for (const token of account.tokens.keys()) account.tokens.set(token, true);
    };
    if (action === 'idp.update') account.displayName = told.displayName;
    else if (action === 'idp.enable' || action === 'idp.disable') account.enabled = told.isEnabled;
    else if (action === 'idp.remove') {
      endAll();
      Object.assign(account, { removed: true, enabled: false });
      byName.delete(name);
    } else if (action === 'token.create' || action === 'token.rotate') {
      assert.ok(!seen.has(String(target_id)), `${target_id} was made twice`);
      seen.add(String(target_id));
      if (told.replaces && new Date(told.replaces.validUntil) <= (occurred_at as Date)) endAll();
      account.tokens.set(String(target_id), false);
    } else if (action === 'token.revoke') account.tokens.set(String(target_id), true);
  }
  return accounts;
}
