import type { Session } from '../database.js';
import type { HostCatalogue } from './host-facts.js';
import type { Sampling } from './sampling.js';

/** How an engine shows what the tables of a host application are like. */
export interface HostTables {
  /** All tables but the system's and our own. Reads the catalogue alone. */
  catalogue(session: Session): Promise<HostCatalogue>;
  readonly sampling: Sampling;
}
