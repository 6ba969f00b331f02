import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Answer } from '../support/scim/served.js';
import {
  type AdviceCase,
  type Perhaps,
  runCommandsOf,
  type Scene,
  type Stage,
  stageOn,
} from './advice-case.js';

/** A request of the IdP. */
export interface Request {
  method: string;
  path: string;
  body?: unknown;
  /** In place of the token that is let in. */
  token?: string;
  /** The name of an IdP and its token, sent as a password. */
  basic?: [idp: string, token: string];
}

export interface ScimScene extends Scene {
  /** Sends a request by the token of the IdP. */
  send(request: Request): Promise<Answer & { problem?: string }>;
}

export type ScimStage = Stage & Pick<ScimScene, 'send'>;

/**
 * A request that the endpoint refuses. The commands in its answer are run as they are written there and must succeed,
 * then what it says besides is done by `follow`, and then the request must succeed.
 */
export interface ScimCase
  extends Pick<AdviceCase, 'code' | 'about' | 'fill' | 'choose' | 'reports' | 'says'> {
  given?: (stage: ScimStage) => Promise<Perhaps<Request>> | Perhaps<Request>;
  request?: Request;
  follow?: (found: string[], stage: ScimStage) => Promise<Perhaps<Request>> | Perhaps<Request>;
}

export function playScimCases(cases: readonly ScimCase[], scene: () => ScimScene): void {
  for (const one of cases) {
    it(`${one.code}${one.about === undefined ? '' : `: ${one.about}`}`, () => play(one, scene()));
  }
}

async function play(one: ScimCase, scene: ScimScene): Promise<void> {
  const stage: ScimStage = { ...(await stageOn(scene)), send: scene.send };
  const request = (await one.given?.(stage)) ?? one.request;
  assert.ok(request);

  const refused = await scene.send(request);
  assert.equal(refused.problem, one.code, JSON.stringify(refused.body));

  const detail = String(refused.body.detail);
  await runCommandsOf(detail, one, stage);
  const found = one.says?.exec(detail);
  if (one.says) assert.ok(found, `${detail} does not say ${one.says}`);
  const next = (await one.follow?.(found ? [...found] : [], stage)) ?? request;
  const { status, body } = await scene.send(next);
  assert.ok(status < 300, `after "${detail}": ${status} ${JSON.stringify(body)}`);
}
