import type { Database, Session } from '../database/database.js';
import type { Done, Intent, RefusalCounter } from './audit/intent.js';
import type { Asker } from './authentication/admission.js';
import type { Held } from './provisioning/transactions/held.js';
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
  sharing?: SharedChanges;
  /** Counts refusals that come again, so that one client cannot flood the trail; without it, each is an event. */
  refusals?: RefusalCounter;
  /** Everything is rolled back: a refusal leaves no event, and seats count as unlimited. */
  rehearses?: true;
  /** Keys for keyed token hashes; without them tokens are hashed plainly. */
  tokenKeys?: TokenKeys;
}

/** Makes concurrent changes in one transaction. The core only hands changes over; `transactions/sharing.ts` has the rules. */
export interface SharedChanges {
  /** @throws what the change throws that is made by itself. */
  make<T>(change: SharableChange<T>): Promise<T>;
}

/** A change of a user that may share a transaction with others. */
export interface SharableChange<T> {
  core: Core;
  intent: Intent;
  held: Held;
  /** Decides, and writes nothing yet. May be run again. What it throws concerns this change alone. */
  work: (session: Session) => Promise<Done<T>>;
  /** Makes it by itself, from the beginning. */
  alone: () => Promise<T>;
}
