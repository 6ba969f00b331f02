import type { HostViewName } from '../../../words/host-views.js';
import type { Session } from '../../database.js';
import { asBoolean, asInstant, asSeats, isCount } from '../rows.js';
import { describeHostViews } from './host-views.js';

/** Who said so and when, where the application itself does not say it. */
export interface Declaration {
  by: string;
  /** Null where nobody has written it down. */
  at: Date | null;
}

export interface SsoProvider {
  providerId: string;
  name: string;
  protocol: string;
  isEnabled: boolean;
  certificateExpiresAt: Date | null;
  /** Null for a provider that the application lists. */
  declared: Declaration | null;
}

export interface LicencePool {
  licenceType: string;
  assignOrder: number;
  /** Infinity for no limit. */
  seatsTotal: number;
  seatsUsed: number;
  /** The columns that hold no whole number from 0 up. Absent for a sound pool. */
  unsound?: string[];
  /** Absent for a pool of the application. */
  declared?: Declaration | null;
}

/** A host view, in the schema of our own tables. */
const view = (session: Session, name: string) => session.knex(name).withSchema(session.schema);

/** By name. */
export async function listSsoProviders(session: Session): Promise<SsoProvider[]> {
  const rows = await view(session, 'host_sso_provider').select('*');
  return rows
    .map((row) => ({
      providerId: String(row.provider_id),
      name: String(row.name),
      protocol: String(row.protocol),
      isEnabled: asBoolean(row.is_enabled),
      certificateExpiresAt: asInstant(row.certificate_expires_at),
      declared: declarationOf(row),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** In the order their seats are taken. */
export async function listLicencePools(session: Session): Promise<LicencePool[]> {
  const rows = await view(session, 'host_licence').select('*');
  return rows
    .map((row) => ({
      licenceType: String(row.licence_type),
      assignOrder: Number(row.assign_order),
      seatsTotal: asSeats(row.seats_total),
      seatsUsed: Number(row.seats_used),
      ...unsoundSeats(row),
      declared: declarationOf(row),
    }))
    .sort((a, b) => a.assignOrder - b.assignOrder);
}

/** No total at all is no limit. */
function unsoundSeats(row: Record<string, unknown>): Pick<LicencePool, 'unsound'> {
  const counted = row.seats_total === null ? ['seats_used'] : ['seats_total', 'seats_used'];
  const unsound = counted.filter((column) => !isCount(row[column]));
  return unsound.length > 0 ? { unsound } : {};
}

/** Blank stands for nobody: the application says it. */
function declarationOf(row: Record<string, unknown>): Declaration | null {
  const by = String(row.declared_by ?? '').trim();
  const at = asInstant(row.declared_at);
  return by === '' ? null : { by, at: at && Number.isNaN(at.getTime()) ? null : at };
}

/** The columns a host view has; empty where there is no such view, or no right to see it. */
export async function hostViewColumns(session: Session, name: HostViewName): Promise<Set<string>> {
  const found = (await describeHostViews(session)).find((each) => each.name === name);
  return new Set(found?.columns.map((column) => column.name));
}
