import type { Needs } from '../../../core/rights/needs.js';
import { tenantUrlOf } from '../../../core/service-accounts/sheet.js';
import { DEFAULT_LIMITS } from '../../../scim/server/fairness/limits.js';
import { batched, createLog } from '../../../scim/server/observing/log.js';
import type { Command } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { announce } from './announce.js';
import { connectForServing } from './connect.js';
import type { ServeSettings } from './declared.js';
import { readNoticeOptions } from './receiver.js';
import { assertSafe, certificateFiles } from './safety.js';
import { readServeSettings, SERVE_OPTIONS } from './settings.js';
import { watchSignals } from './signals.js';
import { readUserSchemas } from './user-schemas.js';

/** In one bulk request. */
const MAX_OPERATIONS = 1000;

const RIGHTS: Needs = {
  installation: 'SELECT',
  service_account: 'SELECT, UPDATE(token_changes)',
  token: 'SELECT, UPDATE(last_used_at)',
  access_token: 'SELECT, INSERT, DELETE',
  identity: 'SELECT, INSERT, UPDATE',
  idp_group: 'SELECT, INSERT, UPDATE, DELETE',
  idp_group_member: 'SELECT, INSERT, DELETE',
  event: 'SELECT, INSERT',
  event_seal: 'SELECT, INSERT',
  event_void: 'SELECT',
  host_user: 'SELECT, INSERT, UPDATE',
  host_sso_provider: 'SELECT',
  host_licence: 'SELECT',
};

/** With --on-pending. */
const NOTICE_RIGHTS: Needs = { ...RIGHTS, event_receiver: 'SELECT, INSERT, UPDATE' };

export const serve: Command<Partial<ServeSettings>> = {
  name: 'serve',
  summary: SUMMARIES.serve,
  description:
    'Serves /scim/v2, and also /healthz, /readyz and /metrics, until Ctrl-C or a signal stops it. Plain HTTP is allowed only on this machine or behind a reverse proxy. You can also set every option in the environment (SCIMCTL_SERVE_PORT) or in the config file ("serve": {"port": 8443}).',
  options: SERVE_OPTIONS,
  examples: [
    { does: 'on this machine only, to try it out', command: 'serve' },
    {
      does: 'on all addresses, with TLS',
      command: 'serve --host 0.0.0.0 --port 443 --tls-cert server.pem --tls-key server.key',
    },
    {
      does: 'behind IIS, nginx or Caddy',
      command: 'serve --behind-proxy --base-url https://iqm.example.com/provisioning',
    },
    {
      does: 'tell a chat or a ticket system of each account that becomes pending',
      command:
        'serve --on-pending https://hooks.example.com/leavers --on-pending-secret-file hook-secret.txt',
    },
    { does: 'on any free port, for a script', command: 'serve --port 0 -o json' },
  ],
  rights: NOTICE_RIGHTS,
  async run(flags, context) {
    const { world, globals } = context;
    context.sayWhenInterrupted('The endpoint was still starting. Nothing was changed.');
    const settings = await readServeSettings(flags, context);
    assertSafe(settings);
    const userExtensions = await readUserSchemas(settings.userSchemas);
    const notices = await readNoticeOptions(settings, context);
    const core = await connectForServing(context, settings, notices ? NOTICE_RIGHTS : RIGHTS);
    const log = createLog({
      format: settings.logFormat,
      level: settings.logLevel,
      write: batched((lines) => world.stderr.write(lines)),
      clock: world.clock,
    });
    const { startServer } = await import('../../../scim/server/server.js');
    const { createScimHandler } = await import('../../../scim/protocol/handler/handler.js');
    const { requestTimeout, maxBody, maxConcurrency, maxQueue, maxConnectionsPerAddress } = settings;
    const { metricsPort } = settings;
    const tls = certificateFiles(settings);
    context.takeSignals();
    const signals = watchSignals(context);
    try {
      const server = await startServer({
        core,
        createHandler: (onError) =>
          createScimHandler({
            userExtensions,
            bulk: { maxOperations: MAX_OPERATIONS, maxPayloadSize: maxBody },
            onError,
          }),
        host: settings.host,
        port: settings.port,
        ...(tls && { tls }),
        origin: {
          behindProxy: settings.behindProxy,
          ...(settings.baseUrl !== undefined && { tenantUrl: tenantUrlOf(settings.baseUrl) }),
        },
        limits: {
          ...DEFAULT_LIMITS,
          maxBody,
          maxConcurrency,
          maxQueue,
          maxConnectionsPerAddress,
          requestMs: requestTimeout,
          handlerMs: requestTimeout,
          headersMs: Math.min(DEFAULT_LIMITS.headersMs, requestTimeout),
        },
        log,
        verbose: globals.verbose,
        ...(metricsPort !== undefined && { metrics: { host: settings.metricsHost, port: metricsPort } }),
        sealEveryMs: settings.sealEvery,
        ...(notices && { notices }),
      });
      await announce(context, server, settings, log);
      const signal = await signals.first;
      const wait = settings.stopTimeout;
      log.line(
        'info',
        'stopping',
        { signal },
        `${signal}: stopping. Open requests have ${wait / 1000} s to finish.`,
      );
      const cut = await Promise.race([server.stop(wait), signals.second]);
      if (cut > 0) {
        log.line('warn', 'cut-off', { requests: cut }, `${cut} requests were aborted.`);
        await context.abandon();
      }
      log.line('info', 'stopped', {}, 'Stopped.');
    } finally {
      signals.stop();
    }
  },
};
