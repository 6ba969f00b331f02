import type { Session } from '../../database/database.js';
import type { Credential } from '../../database/queries/credentials.js';
import type { Idp } from '../provisioning/types.js';
import type { VerificationReason } from '../tokens/status.js';
import type { AuthenticationMethod } from './methods.js';

/** What a client presents: a token, or the name of a service account with one of its tokens. */
export interface Presented {
  method: AuthenticationMethod;
  /** Basic: the user; OAuth: the client id. */
  user?: string;
  secret: string;
}

export type Refusal =
  | Exclude<VerificationReason, 'valid'>
  /** The token is right and of another service account. */
  | 'user'
  /** All is right, and the service account does not allow this method. */
  | 'method'
  | 'hosting-cloud';

export interface NotAdmitted {
  refused: Refusal;
  /** Public id of the token, where the text had one. Not secret. */
  token?: string;
  /** Known only where the secret was right, and then it may be told what else is wrong. */
  idp?: string;
  validUntil?: Date | null;
}

export type Authentication = { idp: Idp; credential: Credential } | NotAdmitted;

export type Admitted = Extract<Authentication, { credential: unknown }> & { asker: Asker };

/** Who sent a request. The transaction of each of its changes asks again whether they may. */
export interface Asker {
  /**
   * Looks the credential up in this transaction: a token that was revoked, or an IdP that was disabled, since the
   * request began ends it. Those who share the transaction and have the same credential look it up once, and each
   * compares the settings that it went by itself.
   * @throws NoLongerAdmitted, SettingsChanged.
   */
  assertAdmitted(session: Session): Promise<void>;
  /**
   * The same for what only reads, beside its own look-ups.
   * @throws NoLongerAdmitted.
   */
  assertStillAdmitted(): Promise<void>;
  /**
   * Who asks, as it is now.
   * @throws NoLongerAdmitted.
   */
  renewed(): Promise<Admitted>;
}
