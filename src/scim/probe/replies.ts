import type { DeviationCode } from './deviations/deviation.js';
import { ERROR_SCHEMA } from './names.js';
import type { Scene, ScimReply } from './scene.js';

export type JsonObject = Record<string, unknown>;

/** The object that something is; undefined where it is none. */
export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

/** `403: no seat is free`, as far as the endpoint says anything. */
export function describeReply({ status, body }: ScimReply): string {
  const { detail, scimType } = asObject(body) ?? {};
  const said = [scimType, detail].filter((part) => typeof part === 'string' && part !== '').join(', ');
  return said ? `${status} (${said.slice(0, 300)})` : `${status}`;
}

/** What was asked, and what was answered, for people. */
export const told = (reply: ScimReply): string =>
  `${reply.method} ${reply.path.replace(/\?.*/, '')} was answered with ${describeReply(reply)}`;

/** Whether the endpoint says for certain that nothing was done. */
export const isRefusalReply = ({ status }: Pick<ScimReply, 'status'>): boolean =>
  status >= 400 && status < 500;

export function isScimError({ body }: ScimReply): boolean {
  const schemas = asObject(body)?.schemas;
  return Array.isArray(schemas) && schemas.includes(ERROR_SCHEMA);
}

/** Whether an error has the form of RFC 7644 §3.12. */
export function checkErrorBody(scene: Scene, reply: ScimReply): void {
  const error = asObject(reply.body);
  if (!error || !isScimError(reply)) {
    const what = reply.body === undefined ? 'without a SCIM Error body' : 'with a body that is no SCIM Error';
    scene.deviates('error-body', `${told(reply)} ${what}`);
    return;
  }
  if (String(error.status) !== String(reply.status)) {
    scene.deviates(
      'error-status',
      `${told(reply)}, and its body says status ${JSON.stringify(error.status)}`,
    );
  }
  if (typeof error.detail !== 'string' || error.detail === '') {
    scene.deviates('error-detail', `${told(reply)} without a detail`);
  }
}

/** What some statuses mean to IdPs, whatever was asked. */
const BY_STATUS: Partial<Record<number, DeviationCode>> = {
  401: 'token-refused',
  403: 'forbidden',
  409: 'conflict-unexpected',
  429: 'throttled',
};

/**
 * Ends the step unless the reply has one of these statuses: as `code`, and as what its status means to IdPs.
 */
export function expectStatus(
  scene: Scene,
  reply: ScimReply,
  statuses: readonly number[],
  code: DeviationCode,
): void {
  if (statuses.includes(reply.status)) return;
  const meaning = reply.status >= 500 ? 'server-error' : BY_STATUS[reply.status];
  if (meaning) scene.deviates(meaning, told(reply));
  if (reply.status >= 400) checkErrorBody(scene, reply);
  scene.stop(code, told(reply));
}
