import type { Session } from '../../database.js';
import type { HostViewColumn } from '../../dialect/host-column.js';
import type { HostUserShape } from '../host/host-user-shape.js';
import type { SpacedNames } from '../spaced-names.js';

/** What is known of the host's columns, and whose users these are. */
export interface UserScope {
  session: Session;
  shape: HostUserShape;
  /** The columns of `host_user`, with their types. */
  columns: readonly HostViewColumn[];
  serviceAccountId: string;
  /** Where the filter looks for names. */
  spaced?: SpacedNames;
  /** Told when an attribute leads to the host user `h`; without it no join is needed. */
  onHost?: () => void;
}
