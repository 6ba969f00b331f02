import { FailedAttempts } from '../../core/authentication/attempts.js';
import { LastUsed } from '../../core/authentication/last-used.js';
import { createDoorKeeper } from './authentication.js';
import { readCertificate, watchCertificate } from './certificate.js';
import { Gate } from './gate.js';
import { gauges } from './gauges.js';
import { createListener } from './handle.js';
import { createReadiness } from './health.js';
import { keepHouse } from './housekeeping.js';
import { listen, portOf } from './listen.js';
import { describeError } from './log.js';
import { Metrics } from './metrics.js';
import { metricsListener } from './metrics-listener.js';
import { logDone } from './request-log.js';
/**
 * Starts the endpoint.
 * @throws Problem `port-in-use` and others of `listen`, `certificate-…` of `readCertificate`.
 */
export async function startServer(options) {
    const { core, log, limits, origin, verbose } = options;
    const certificate = options.tls && (await readCertificate(options.tls));
    const explain = (error) => (verbose ? describeError(error) : nameOf(error));
    const traces = new WeakMap();
    const handler = options.createHandler((error, request) => {
        const trace = traces.get(request);
        // One operation of a bulk request has a request of its own.
        if (trace)
            trace.error = error;
        else
            log.line('error', 'operation-failed', { error: explain(error) }, 'An operation of a bulk request failed.');
    });
    const metrics = new Metrics();
    const lastUsed = new LastUsed(core);
    const house = keepHouse({ core, lastUsed, log, sealEveryMs: options.sealEveryMs, explain });
    const gate = new Gate({
        maxInside: limits.maxConcurrency,
        maxWaiting: limits.maxQueue,
        maxWaitMs: Math.ceil(limits.handlerMs / 3),
    });
    const keeper = createDoorKeeper({
        core,
        lastUsed,
        attempts: new FailedAttempts(options.attempts),
        onUseDue: () => house.flushSoon(),
        onFailure: (reason) => metrics.authenticationFailure(reason),
    });
    let stopping = false;
    const readiness = createReadiness(core);
    const began = core.clock();
    const metricsPage = async () => metrics.render(await gauges({ core, gate, began, certificate: () => watch?.current(), readiness }));
    const listener = createListener({
        core,
        handler,
        keeper,
        gate,
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
        },
    });
    const onBadClient = (status, code) => {
        metrics.request({ method: 'other', route: 'other', idp: '', status }, 0);
        log.line('debug', 'bad-client', { status, code }, `A connection was cut: ${code}.`);
    };
    const { host, port } = options;
    const open = [];
    let watch;
    try {
        const server = await listen(listener, { host, port, limits, onBadClient, tls: certificate?.options });
        open.push(server);
        if (options.tls && certificate) {
            const everyMs = options.certificateEveryMs ?? 5000;
            watch = watchCertificate(server, options.tls, certificate, { log, everyMs });
            warnOfCertificate(log, certificate, options.tls, core.clock());
        }
        if (options.metrics) {
            open.push(await listen(metricsListener(metricsPage), { ...options.metrics, limits, onBadClient }));
        }
        const [main, second] = open;
        return {
            url: urlOf(certificate ? 'https' : 'http', host, portOf(main)),
            port: portOf(main),
            ...(second && options.metrics && { metricsUrl: urlOf('http', options.metrics.host, portOf(second)) }),
            stop: async (withinMs) => {
                stopping = true;
                watch?.stop();
                const cut = await close(open, gate, withinMs);
                await house.stop();
                return cut;
            },
        };
    }
    catch (error) {
        for (const server of open)
            server.close();
        await house.stop();
        throw error;
    }
}
/** @returns how many requests were under way when the time was over. */
async function close(servers, gate, withinMs) {
    const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(() => resolve()))));
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve('late'), withinMs);
    });
    const outcome = await Promise.race([closed, late]);
    clearTimeout(timer);
    if (outcome !== 'late')
        return 0;
    const cut = gate.inside + gate.waiting;
    for (const server of servers)
        server.closeAllConnections();
    await closed;
    return cut;
}
function warnOfCertificate(log, { expiresAt, isExposed }, { keyFile }, now) {
    if (isExposed) {
        const text = `Others can read the private key in ${keyFile}. Run: chmod o-rwx ${keyFile}`;
        log.line('warn', 'private-key-exposed', {}, text);
    }
    if (expiresAt.getTime() - now.getTime() < 30 * 86_400_000) {
        const until = expiresAt.toISOString();
        log.line('warn', 'certificate-expiring', { expiresAt: until }, `The certificate ends at ${until}.`);
    }
}
const urlOf = (scheme, host, port) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
/** The path of a tenant URL in front of `/scim/v2`. */
const prefixOf = (tenantUrl) => tenantUrl === undefined ? '' : new URL(tenantUrl).pathname.replace(/\/scim\/v2\/?$/, '');
const nameOf = (error) => (error instanceof Error ? error.name : 'error');
