import type { Hosting } from '../../words/installation.js';
import type { Session } from '../database.js';
import { bind, own } from './rows.js';

export async function readHosting(session: Session): Promise<Hosting> {
  const [row] = await own(session, 'installation').select('hosting');
  return row?.hosting ?? 'on-premises';
}

export async function writeHosting(session: Session, hosting: Hosting, at: Date): Promise<void> {
  await own(session, 'installation').update({ hosting, updated_at: bind(session, at) });
}
