import { bind, own } from './rows.js';
export async function readHosting(session) {
    const [row] = await own(session, 'installation').select('hosting');
    return row?.hosting ?? 'on-premises';
}
export async function writeHosting(session, hosting, at) {
    await own(session, 'installation').update({ hosting, updated_at: bind(session, at) });
}
