import { listLicencePools } from '../database/queries/host.js';
import { assertHostViews } from './host/views.js';
/** @throws Problem `host-views-missing`. */
export const readSeats = (core) => core.database.read(seatPools);
export async function seatPools(session) {
    await assertHostViews(session, ['host_licence']);
    const pools = await listLicencePools(session);
    return pools.map(({ licenceType, assignOrder, seatsTotal, seatsUsed }) => ({
        licenceType,
        order: assignOrder,
        total: seatsTotal,
        used: seatsUsed,
        free: Math.max(0, seatsTotal - seatsUsed),
    }));
}
