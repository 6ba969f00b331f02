import type { Database } from '../database/database.js';
import type { Refusals } from './audit/refusals.js';
import type { Asker } from './authentication/asker.js';
import type { Sharing } from './provisioning/transactions/sharing.js';
import type { TokenKeys } from './tokens/keys.js';

/** What every part of the core works with: all of it handed in. */
export interface Core {
  database: Database;
  clock: () => Date;
  /** Cryptographically strong random bytes. */
  random: (bytes: number) => Uint8Array;
  /** Who does what is done: `cli:alice@sql01`, `idp:entra`. */
  actor: string;
  /** Whoever sent the request that is being answered, and may be refused at each of its changes. */
  asker?: Asker;
  /** Makes changes of users that come together in one transaction; without it, each has its own. */
  sharing?: Sharing;
  /** Counts refusals that come again, so that one client cannot flood the trail; without it, each is an event. */
  refusals?: Refusals;
  /** Everything is rolled back: a refusal leaves no event, and seats count as unlimited. */
  rehearses?: true;
  /** Keys for keyed token hashes; without them tokens are hashed plainly. */
  tokenKeys?: TokenKeys;
}
