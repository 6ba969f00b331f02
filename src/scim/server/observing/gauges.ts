import { memoryUsage } from 'node:process';
import type { Readiness } from '../../../core/check/readiness.js';
import type { Core } from '../../../core/core.js';
import { hostWritesFail } from '../../../core/host/write-health.js';
import { readSeats } from '../../../core/seats.js';
import { poolState } from '../../../database/pool/pool.js';
import { heldBackByIdp } from '../../../database/queries/links/held-back.js';
import { toolVersion } from '../../../installation/version.js';
import type { Gauge } from './metrics.js';

export interface GaugeParts {
  core: Core;
  /** Requests that are worked on, and that wait, wherever they do. */
  under: () => { inside: number; waiting: number };
  began: Date;
  certificate: () => { expiresAt: Date } | undefined;
  readiness: () => Promise<Readiness>;
}

/** How things stand at this moment. */
export async function gauges({ core, under, began, certificate, readiness }: GaugeParts): Promise<Gauge[]> {
  const ready = (await readiness()) === 'ready';
  const { used, free, waiting } = await poolState(core.database);
  const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [{ value }] });
  const expiry = certificate()?.expiresAt;
  return [
    one('scimctl_ready', 'Whether the endpoint is ready.', ready ? 1 : 0),
    one(
      'scimctl_host_writes_failing',
      'Whether the last write to the host application failed.',
      hostWritesFail(core.database) ? 1 : 0,
    ),
    one('scimctl_requests_in_flight', 'Requests in progress.', under().inside),
    one('scimctl_requests_waiting', 'Requests in the queue.', under().waiting),
    {
      name: 'scimctl_database_connections',
      help: 'Connections to the database, and requests that wait for one.',
      values: Object.entries({ used, free, waiting }).map(([state, value]) => ({ labels: { state }, value })),
    },
    ...(ready ? [...(await seatGauges(core)), ...(await heldBackGauges(core))] : []),
    ...(expiry
      ? [
          one(
            'scimctl_certificate_expires_timestamp_seconds',
            'Expiry of the certificate.',
            expiry.getTime() / 1000,
          ),
        ]
      : []),
    one('process_start_time_seconds', 'Start time of the process, since the epoch.', began.getTime() / 1000),
    one('process_resident_memory_bytes', 'Resident memory.', memoryUsage.rss()),
    {
      name: 'scimctl_build_info',
      help: 'Version of scimctl.',
      values: [{ labels: { version: toolVersion() }, value: 1 }],
    },
  ];
}

/** What can be told of the seats; nothing where the database will not say. */
async function seatGauges(core: Core): Promise<Gauge[]> {
  try {
    const seats = await readSeats(core);
    return [
      {
        name: 'scimctl_seats_free',
        help: 'Free licence seats.',
        values: seats.map(({ licenceType, free }) => ({
          labels: { licence_type: licenceType },
          value: free,
        })),
      },
    ];
  } catch {
    return [];
  }
}

/** The same of departures that are held back: an operator has to review them. */
async function heldBackGauges(core: Core): Promise<Gauge[]> {
  try {
    const all = await core.database.read(heldBackByIdp);
    return [
      {
        name: 'scimctl_departures_held_back',
        help: 'Departures that the limit of the IdP holds back until idp release.',
        values: all.map(({ idp, count }) => ({ labels: { idp }, value: count })),
      },
    ];
  } catch {
    return [];
  }
}
