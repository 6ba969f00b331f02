import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Asker } from '../../core/authentication/admission.js';
import { NoLongerAdmitted } from '../../core/authentication/asker.js';
import type { Readiness } from '../../core/check/readiness.js';
import type { Core } from '../../core/core.js';
import { degradedParts } from '../../core/host/write-health.js';
import type { ScimHandler, ScimRequest } from '../protocol/exchange.js';
import { effectOf } from '../protocol/paths.js';
import { withAdmittedParts } from './access/admitted-parts.js';
import type { DoorKeeper } from './access/authentication.js';
import { answerTokenRequest, readTokenRequest } from './access/oauth.js';
import { isLocalRequest, type OriginOptions, requestTenantUrl, sourceAddress } from './access/origin.js';
import { isCostTime } from './fairness/cost.js';
import type { Gate } from './fairness/gate.js';
import type { Limits } from './fairness/limits.js';
import { bytesOf, restAfter } from './fairness/rest.js';
import { type Turns, type Work, withinTime } from './fairness/turns.js';
import { UNSENT_OF_PARTS, type UnsentAnswers } from './fairness/unsent.js';
import { type HttpAnswer, json, refuse, scimError, unavailable } from './http/answer.js';
import { assertNotTooLarge, discardRest, parseJson, readJsonText } from './http/body.js';
import { answerTo, noteCutOff } from './http/faults.js';
import type { LargeBodies } from './http/large-bodies.js';
import { sendParts } from './http/parts.js';
import { isRepeated } from './http/repeated.js';
import { requestIdOf, requestIds, type Trace } from './observing/trace.js';
import { type RequestTarget, targetOf } from './target.js';

export interface HandleParts {
  core: Core;
  handler: ScimHandler;
  keeper: DoorKeeper;
  turns: Turns;
  largeBodies: LargeBodies;
  unsent: UnsentAnswers;
  /** For the parts of large answers. */
  partGate: Gate;
  limits: Limits;
  origin: OriginOptions;
  /** Path of the base URL in front of `/scim/v2`. */
  prefix: string;
  readiness: () => Promise<Readiness>;
  metricsPage: () => Promise<string>;
  isStopping: () => boolean;
  /** Called with each request that goes to the handler. */
  onRequest: (request: ScimRequest, trace: Trace) => void;
  /** Called once for every request, when it is over. */
  onDone: (
    trace: Trace,
    outcome: { status: number; seconds: number; bytes: number; aborted: boolean },
  ) => void;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const WITH_BODY = ['POST', 'PUT', 'PATCH'];

/** Answers whatever comes, and never fails to. */
export function createListener(parts: HandleParts): RequestListener {
  const newId = requestIds(parts.core.random);
  return (request, response) => {
    const began = performance.now();
    const target = targetOf(request.url ?? '/', parts.prefix);
    const trace: Trace = {
      requestId: requestIdOf(request.headers['x-request-id']) ?? newId(),
      method: METHODS.includes(request.method ?? '') ? (request.method as string) : 'other',
      route: target.route,
      source: sourceAddress(request, parts.origin),
      ...(target.id !== undefined && { id: target.id }),
    };
    const sent = { status: 0, bytes: 0 };
    const sendNow = (answer: HttpAnswer) => send(request, response, answer, trace, parts, sent);
    response.once('close', () => {
      const aborted = !response.writableFinished;
      parts.onDone(trace, { ...sent, seconds: (performance.now() - began) / 1000, aborted });
    });
    answerFor(request, target, trace, parts)
      .catch((error: unknown) => answerTo(error, trace))
      .then((answer) => {
        if (answer.problem) trace.problem = answer.problem;
        if (answer.skipped) trace.skipped = answer.skipped;
        trace.host = answer.host ?? answer.skipped?.host;
        return sendNow(answer);
      })
      // Only where the answer cannot be written as JSON, a header is none, or a part of the answer cannot be read.
      .catch((error: unknown) => {
        if (response.headersSent) {
          noteCutOff(error, trace);
          response.destroy();
          return undefined;
        }
        return sendNow(answerTo(error, trace));
      });
  };
}

function answerFor(
  request: IncomingMessage,
  target: RequestTarget,
  trace: Trace,
  parts: HandleParts,
): Promise<HttpAnswer> {
  // RFC 9112 §3.2. Node refuses a request without one.
  if (isRepeated(request, 'host')) {
    return Promise.resolve(scimError(400, 'The request has more than one Host header. Send one.'));
  }
  switch (target.door) {
    case 'scim':
      return answerScim(request, target, trace, parts);
    case 'oauth':
      return answerOauth(request, trace, parts);
    default:
      return answerAboutServer(request, target, parts);
  }
}

async function answerScim(
  request: IncomingMessage,
  { path, query }: RequestTarget,
  trace: Trace,
  { core, handler, keeper, turns, largeBodies, unsent, limits, origin, onRequest }: HandleParts,
): Promise<HttpAnswer> {
  const { method = '' } = request;
  if (!METHODS.includes(method)) {
    return scimError(405, `SCIM does not use the method ${method}.`, {
      headers: { Allow: METHODS.join(', ') },
    });
  }
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: METHODS.join(', ') } };
  const admit = (isFresh?: boolean) => withinTime(keeper.admit(request, trace, isFresh), limits);
  const admitted = await admit();
  if ('answer' in admitted) return admitted.answer;
  const { name } = admitted.idp;
  // Only now: nobody sends us a body without having shown a token. And without a slot, however long it takes.
  const hasText = WITH_BODY.includes(method);
  if (hasText) assertNotTooLarge(request, limits.maxBody);
  const size = hasText ? Number(request.headers['content-length'] ?? 0) : 0;
  return largeBodies.inTurn(name, size, async (onGrowth) => {
    const text = hasText ? await readJsonText(request, limits, onGrowth) : undefined;
    const run: Work<HttpAnswer>['run'] = async (database, giveWay) => {
      if (request.socket.destroyed) throw hungUp();
      // A change is made whatever its client reads: it may be a departure.
      if (effectOf(method, path) !== 'change') unsent.assertRoom(name);
      const body = text === undefined ? undefined : parseJson(text, limits.maxDepth);
      const scimRequest = scimRequestOf(request, path, query, origin, body);
      onRequest(scimRequest, trace);
      const { idp, asker } = admitted;
      const door = { core: { ...core, database, actor: `idp:${idp.name}`, asker }, idp, giveWay };
      const answered = await whileAdmitted(asker, method, path, async () =>
        asText(await handler(scimRequest, door)),
      );
      if (answered && !answered.endsRequest) return withAdmittedParts(answered, asker);
      // Refused, counted and logged as any other.
      const again = await admit(true);
      return 'answer' in again ? again.answer : (answered ?? unavailable(TOGGLED, 'settings-changed'));
    };
    const kind = `${method} ${trace.route}`;
    const isMeasured = isCostTime(effectOf(method, path), trace.route);
    return turns.take({ idp: name, kind, isMeasured, run, bytesOf, restOf: restAfter });
  });
}

const TOGGLED = 'The credentials of the IdP have just been changed. Retry later.';

/**
 * The answer, if the credential is good yet. A read asks beside its own look-ups, and a change in its transaction; where
 * it is refused, it may not have come that far.
 * @returns nothing where the credential has ended.
 */
async function whileAdmitted(
  asker: Asker,
  method: string,
  path: string,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer | undefined> {
  const isGood = () =>
    asker.assertStillAdmitted().then(
      () => true,
      (error: unknown) => {
        if (error instanceof NoLongerAdmitted) return false;
        throw error;
      },
    );
  const effect = effectOf(method, path);
  if (effect === 'change') {
    const answered = await answer();
    return answered.status < 400 || answered.endsRequest || (await isGood()) ? answered : undefined;
  }
  // Its operations ask one by one, if there are any.
  if (effect === 'bulk') return (await isGood()) ? answer() : undefined;
  const [answered, good] = await Promise.allSettled([answer(), isGood()]);
  if (answered.status === 'rejected') throw answered.reason;
  if (good.status === 'rejected') throw good.reason;
  return good.value ? answered.value : undefined;
}

/** Written in the turn of the request: a large body takes its time. */
const asText = (answer: HttpAnswer): HttpAnswer =>
  answer.body === undefined || answer.parts ? answer : { ...answer, text: JSON.stringify(answer.body) };

/** A request whose client is gone is not begun. Otherwise a client could ask for any amount of work and hang up. */
const hungUp = () =>
  refuse(400, 'The client closed the connection before its turn came.', { problem: 'aborted' });

function scimRequestOf(
  request: IncomingMessage,
  path: string,
  query: string,
  origin: OriginOptions,
  body: ReturnType<typeof parseJson> | undefined,
): ScimRequest {
  const { method = '' } = request;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  return {
    method: method === 'HEAD' ? 'GET' : method,
    path: path === '' ? '/' : path,
    query: new URLSearchParams(query),
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    ...(body && { body: body.value, ...(body.unread.length > 0 && { unread: body.unread }) }),
    baseUrl: requestTenantUrl(request, origin),
  };
}

async function answerOauth(request: IncomingMessage, trace: Trace, parts: HandleParts): Promise<HttpAnswer> {
  const asked = await readTokenRequest(request, parts.limits);
  return withinTime(answerTokenRequest(asked, parts, trace), parts.limits);
}

async function answerAboutServer(
  request: IncomingMessage,
  { door }: RequestTarget,
  { core, readiness, metricsPage, isStopping, origin }: HandleParts,
): Promise<HttpAnswer> {
  if (door === 'nothing' || (door === 'metrics' && (origin.behindProxy || !isLocalRequest(request)))) {
    throw refuse(404, 'There is no resource at this path. The endpoint is at /scim/v2.', {
      problem: 'not-found',
    });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return scimError(405, 'Only GET is allowed at this path.', { headers: { Allow: 'GET, HEAD' } });
  }
  if (door === 'health') return json(200, { status: 'alive' });
  if (door === 'metrics') return metricsAnswer(await metricsPage());
  const status = isStopping() ? 'stopping' : await readiness();
  if (status !== 'ready') return json(503, { status }, { 'Retry-After': '5' });
  // Still of use: a departure under the policy manual writes nothing to the host application.
  const degraded = degradedParts(core.database);
  return json(200, degraded.length > 0 ? { status, degraded } : { status });
}

const metricsAnswer = (text: string): HttpAnswer => ({
  status: 200,
  headers: {},
  text,
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
});

/** RFC 7644 §3.8: `application/json` is for whoever asks for that and not for SCIM's own. Neither has a charset. */
const scimType = (accept: string | undefined): string =>
  accept !== undefined && /\bapplication\/json\b/i.test(accept) && !/scim\+json/i.test(accept)
    ? 'application/json'
    : 'application/scim+json';

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  { requestId, idp = '' }: Trace,
  { isStopping, partGate, unsent }: HandleParts,
  sent: { status: number; bytes: number },
): Promise<void> {
  const { status, headers, body, parts, contentType = scimType(request.headers.accept) } = answer;
  const text = answer.text ?? (body === undefined ? undefined : JSON.stringify(body));
  const length = text === undefined ? 0 : Buffer.byteLength(text);
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    ...((text !== undefined || parts) && { 'Content-Type': contentType }),
    // How long the parts are together is known when all of them were read.
    ...(status !== 204 && status !== 304 && !parts && { 'Content-Length': length }),
    ...(isStopping() && { Connection: 'close' }),
    ...headers,
  });
  sent.status = status;
  sent.bytes = request.method === 'HEAD' ? 0 : length;
  discardRest(request);
  if (request.method !== 'HEAD') unsent.note(idp, parts ? UNSENT_OF_PARTS : length, response);
  if (parts && request.method !== 'HEAD') {
    await sendParts(response, parts(), partGate, idp, (bytes) => {
      sent.bytes += bytes;
    });
  } else {
    // As text it goes out together with the headers.
    response.end(text);
  }
}
