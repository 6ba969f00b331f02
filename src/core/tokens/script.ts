import type { Dialect } from '../../database/dialect/dialect.js';
import { usageProblem } from '../../problem.js';
import { assertSlug } from '../service-accounts/add.js';
import { digestForStorage } from './digest.js';
import { generateToken } from './format.js';
import type { TokenKeys } from './keys.js';

export interface ScriptRequest {
  idp: string;
  /** Milliseconds from when the script runs; null for never. */
  expiresInMs: number | null;
  rotate?: { overlapMs: number; token?: string };
}

export interface ScriptSurroundings {
  dialect: Dialect;
  schema: string;
  toolVersion: string;
  actor: string;
  random: (bytes: number) => Uint8Array;
  keys: TokenKeys;
}

export interface ScriptedToken {
  id: string;
  idp: string;
  /** For the IdP; it is not in the script. */
  token: string;
  /** For the DBA. */
  script: string;
}

/**
 * A token together with the SQL that makes it count, for a DBA to run: no database is touched here. Running
 * it writes exactly what the tool would have written.
 * @throws Problem `idp-name-invalid`, `token-id-invalid`.
 */
export function scriptToken(request: ScriptRequest, around: ScriptSurroundings): ScriptedToken {
  assertSlug(request.idp);
  const { rotate, idp, expiresInMs } = request;
  if (rotate?.token !== undefined && !/^[0-9A-Za-z]{12}$/.test(rotate.token)) {
    throw usageProblem('token-id-invalid', 'With --script, --token requires the full id of a token.', {
      hint: 'The id has 12 letters and digits. `scimctl token list` shows it; in the token itself it follows scimctl_.',
    });
  }
  const { text, publicId } = generateToken(around.random);
  const what = rotate ? `rotate a token of IdP ${idp}` : `create a token for IdP ${idp}`;
  const script = around.dialect.tokenScript({
    schema: around.schema,
    title: [
      `scimctl ${around.toolVersion}: ${what} (${around.dialect.label})`,
      `Token id ${publicId}. The token itself is not in this file. Run it once; it is all or nothing.`,
    ],
    idp,
    actor: around.actor,
    publicId,
    ...digestForStorage(text, around.keys),
    lifetimeSeconds: expiresInMs === null ? null : Math.round(expiresInMs / 1000),
    rotate: rotate && { overlapSeconds: Math.round(rotate.overlapMs / 1000), token: rotate.token },
  });
  return { id: publicId, idp, token: text, script };
}
