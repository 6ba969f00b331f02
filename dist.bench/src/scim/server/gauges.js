import { memoryUsage } from 'node:process';
import { readSeats } from '../../core/seats.js';
import { poolState } from '../../database/pool.js';
import { toolVersion } from '../../version.js';
/** How things stand at this moment. */
export async function gauges({ core, gate, began, certificate, readiness }) {
    const ready = (await readiness()) === 'ready';
    const { used, free, waiting } = await poolState(core.database);
    const one = (name, help, value) => ({ name, help, values: [{ value }] });
    const expiry = certificate()?.expiresAt;
    return [
        one('scimctl_ready', 'Whether the endpoint can do its work.', ready ? 1 : 0),
        one('scimctl_requests_in_flight', 'Requests that are worked on.', gate.inside),
        one('scimctl_requests_waiting', 'Requests that wait for their turn.', gate.waiting),
        {
            name: 'scimctl_database_connections',
            help: 'Connections to the database, and requests that wait for one.',
            values: Object.entries({ used, free, waiting }).map(([state, value]) => ({ labels: { state }, value })),
        },
        ...(ready ? await seatGauges(core) : []),
        ...(expiry
            ? [
                one('scimctl_certificate_expires_timestamp_seconds', 'End of the certificate.', expiry.getTime() / 1000),
            ]
            : []),
        one('process_start_time_seconds', 'Start of the process, since the epoch.', began.getTime() / 1000),
        one('process_resident_memory_bytes', 'Resident memory.', memoryUsage.rss()),
        {
            name: 'scimctl_build_info',
            help: 'The version that runs.',
            values: [{ labels: { version: toolVersion() }, value: 1 }],
        },
    ];
}
/** What can be told of the seats; nothing where the database will not say. */
async function seatGauges(core) {
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
    }
    catch {
        return [];
    }
}
