import type { Runner } from '../../pool/runner.js';
import type { HostCatalogue } from './host-facts.js';
import type { Sampling } from './sampling.js';

/** How an engine shows what the tables of a host application are like. */
export interface HostTables {
  /** All tables but the system's and our own. Reads the catalogue alone. */
  catalogue(session: Pick<Runner, 'rows'> & { readonly schema: string }): Promise<HostCatalogue>;
  readonly sampling: Sampling;
}
