import type { Server as SecureServer } from 'node:https';
import { Refusals } from '../../core/audit/refusals.js';
import { type AttemptLimits, FailedAttempts } from '../../core/authentication/attempts.js';
import { LastUsed } from '../../core/authentication/last-used.js';
import type { Core } from '../../core/core.js';
import { hostWritesFail } from '../../core/host/write-health.js';
import { exposedWarning } from '../../files/exposed-file.js';
import { isLoopback } from '../../loopback.js';
import { within } from '../../within.js';
import type { ScimHandler, ScimRequest } from '../protocol/exchange.js';
import { createDoorKeeper } from './access/authentication.js';
import { AccessDoor } from './access/door.js';
import type { OriginOptions } from './access/origin.js';
import { logDrops } from './fairness/drops.js';
import { Gate } from './fairness/gate.js';
import type { Limits } from './fairness/limits.js';
import { Turns } from './fairness/turns.js';
import { UnsentAnswers } from './fairness/unsent.js';
import { createListener } from './handle.js';
import { keepHouse } from './housekeeping.js';
import {
  type Certificate,
  type CertificateFiles,
  readCertificate,
  watchCertificate,
} from './http/certificate.js';
import type { DropReason } from './http/connection-limits.js';
import { LargeBodies } from './http/large-bodies.js';
import { type Listening, listen, portOf } from './http/listen.js';
import { type NoticeOptions, type Notices, startNotices } from './notices/notices.js';
import { gauges } from './observing/gauges.js';
import { createReadiness } from './observing/health.js';
import { causeInWords, describeError, type Log } from './observing/log.js';
import { Metrics } from './observing/metrics.js';
import { metricsListener } from './observing/metrics-listener.js';
import { logDone } from './observing/request-log.js';
import type { Trace } from './observing/trace.js';

export interface ServerOptions {
  core: Core;
  /** Makes the handler; it tells of errors that the client is told nothing about. */
  createHandler: (onError: (error: unknown, request: ScimRequest) => void) => ScimHandler;
  host: string;
  /** 0 for any free one. */
  port: number;
  tls?: CertificateFiles;
  origin: OriginOptions;
  limits: Limits;
  log: Log;
  /** Stacks of unexpected errors go into the log. */
  verbose: boolean;
  /** Where else `/metrics` is to be had. */
  metrics?: { host: string; port: number };
  /** Between two seals of the audit trail, in milliseconds; 0 for none. */
  sealEveryMs: number;
  /** Between two looks at the certificate's files, in milliseconds. */
  certificateEveryMs?: number;
  /** Who is told of accounts that become pending. */
  notices?: NoticeOptions;
  attempts?: AttemptLimits;
}

export interface RunningServer {
  /** Where it listens, without a path: `http://127.0.0.1:8090`. */
  url: string;
  port: number;
  metricsUrl?: string;
  /**
   * Accepts nothing more, lets what is under way end, for `withinMs` at most, and writes down what is still to be.
   * @returns how many requests were cut off.
   */
  stop(withinMs: number): Promise<number>;
}

/** How many parts of large answers are read at once: few, so that they leave the database to the rest. */
const PARTS_AT_ONCE = 2;

/**
 * Starts the endpoint.
 * @throws Problem `port-in-use` and others of `listen`, `certificate-…` of `readCertificate`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log, limits, origin, verbose } = options;
  const refusals = new Refusals(options.core);
  const core: Core = { ...options.core, refusals };
  const certificate = options.tls && (await readCertificate(options.tls));
  const explain = (error: unknown) => (verbose ? describeError(error) : causeInWords(error));
  const traces = new WeakMap<ScimRequest, Trace>();
  const handler = options.createHandler((error, request) => {
    const trace = traces.get(request);
    // One operation of a bulk request has a request of its own.
    if (trace) trace.error = error;
    else
      log.line(
        'error',
        'operation-failed',
        { error: explain(error) },
        'An operation of a bulk request failed.',
      );
  });
  const metrics = new Metrics();
  const lastUsed = new LastUsed(core);
  const house = keepHouse({ core, lastUsed, refusals, log, sealEveryMs: options.sealEveryMs, explain });
  let notices: Notices | undefined;
  const partGate = new Gate({
    maxInside: PARTS_AT_ONCE,
    maxWaiting: limits.maxConnections,
    maxWaitMs: limits.handlerMs,
  });
  const attempts = new FailedAttempts(options.attempts);
  const door = new AccessDoor(attempts, limits);
  const turns = new Turns(core.database, limits);
  const under = () => ({ inside: door.inside + turns.inside, waiting: door.waiting + turns.waiting });
  const keeper = createDoorKeeper({
    core,
    lastUsed,
    attempts,
    door,
    onUseDue: () => house.flushSoon(),
    onFailure: (reason) => metrics.authenticationFailure(reason),
  });
  let stopping = false;
  let failing = false;
  const logHostWrites = () => {
    if (hostWritesFail(core.database) === failing) return;
    failing = !failing;
    if (failing) {
      log.line(
        'error',
        'host-writes-failing',
        {},
        'Writes to the host application fail. Run `scimctl host status` to see which.',
      );
    } else log.line('info', 'host-writes-recovered', {}, 'Writes to the host application succeed again.');
  };
  const readiness = createReadiness(core);
  const began = core.clock();
  const metricsPage = async () =>
    metrics.render([
      ...(await gauges({ core, under, began, certificate: () => watch?.current(), readiness })),
      ...((await notices?.gauges()) ?? []),
    ]);
  const listener = createListener({
    core,
    handler,
    keeper,
    turns,
    largeBodies: new LargeBodies(limits, (idp) => turns.isBesideOthers(idp)),
    unsent: new UnsentAnswers(),
    partGate,
    limits,
    origin,
    prefix: prefixOf(origin.tenantUrl),
    readiness,
    metricsPage,
    isStopping: () => stopping,
    onRequest: (request, trace) => traces.set(request, trace),
    onDone: (trace, outcome) => {
      const { method, route, idp = '' } = trace;
      metrics.request({ method, route, idp, status: outcome.status }, outcome.seconds);
      logDone(log, trace, outcome, verbose);
      logHostWrites();
    },
  });
  const onBadClient = (status: number, code: string) => {
    metrics.request({ method: 'other', route: 'other', idp: '', status }, 0);
    log.line('debug', 'bad-client', { status, code }, `A connection was closed: ${code}.`);
  };

  const logDrop = logDrops(log);
  const everywhere = {
    limits,
    onBadClient,
    isExempt: (address: string) => origin.behindProxy || isLoopback(address),
    onDrop: (reason: DropReason, source: string) => {
      metrics.connectionDropped(reason);
      logDrop(reason, source);
    },
  };
  const { host, port } = options;
  const open: Listening[] = [];
  let watch: ReturnType<typeof watchCertificate> | undefined;
  try {
    const main = await listen(listener, { ...everywhere, host, port, tls: certificate?.options });
    open.push(main);
    if (options.tls && certificate) {
      const everyMs = options.certificateEveryMs ?? 5000;
      watch = watchCertificate(main.server as SecureServer, options.tls, certificate, { log, everyMs });
      warnOfCertificate(log, certificate, core.clock());
    }
    if (options.metrics) {
      open.push(await listen(metricsListener(metricsPage), { ...everywhere, ...options.metrics }));
    }
    const second = open[1]?.server;
    const asks = options.sealEveryMs === 0;
    notices = options.notices && startNotices(options.core, options.notices, { log, explain, asks });
    return {
      url: urlOf(certificate ? 'https' : 'http', host, portOf(main.server)),
      port: portOf(main.server),
      ...(second && options.metrics && { metricsUrl: urlOf('http', options.metrics.host, portOf(second)) }),
      stop: async (withinMs) => {
        stopping = true;
        watch?.stop();
        const told = notices?.stop();
        const cut = await close(open, under, withinMs);
        await told;
        await house.stop();
        return cut;
      },
    };
  } catch (error) {
    for (const { server } of open) server.close();
    await house.stop();
    throw error;
  }
}

/** @returns how many requests were under way when the time was over. */
async function close(
  open: readonly Listening[],
  under: () => { inside: number; waiting: number },
  withinMs: number,
): Promise<number> {
  const closed = Promise.all(open.map(({ server, connections }) => connections.end(server)));
  const outcome = await within(withinMs, closed, () => 'late' as const);
  if (outcome !== 'late') return 0;
  const { inside, waiting } = under();
  for (const { connections } of open) connections.cut();
  await closed;
  return inside + waiting;
}

function warnOfCertificate(
  log: Log,
  { expiresAt, exposed }: Pick<Certificate, 'expiresAt' | 'exposed'>,
  now: Date,
): void {
  for (const { secret, path } of exposed) {
    log.line('warn', 'private-key-exposed', {}, exposedWarning(secret, path));
  }
  if (expiresAt.getTime() - now.getTime() < 30 * 86_400_000) {
    const until = expiresAt.toISOString();
    log.line('warn', 'certificate-expiring', { expiresAt: until }, `The certificate expires at ${until}.`);
  }
}

const urlOf = (scheme: string, host: string, port: number) =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The path of a tenant URL in front of `/scim/v2`. */
const prefixOf = (tenantUrl: string | undefined): string =>
  tenantUrl === undefined ? '' : new URL(tenantUrl).pathname.replace(/\/scim\/v2\/?$/, '');
