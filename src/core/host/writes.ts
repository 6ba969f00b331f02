import {
  TRIED_ADDRESSES,
  type TriedNames,
  type TriedWrite,
} from '../../database/queries/host/host-writes.js';
import { CREATES_ITSELF } from '../../words/host-views.js';
import type { LoginRule } from '../../words/installation.js';
import { safeWords } from './host-words.js';

export interface HostWriteHealth {
  /** A column of `host_user`, or `(insert)` for a new row. */
  column: string;
  /** Whether it was tried and taken. */
  writable: boolean;
  /**
   * `derived`: the host application makes the name by a rule of its own. `enable-only`: it makes its accounts itself, and
   * these are matched, enabled and disabled. Provisioning minds neither.
   */
  result: 'writable' | 'derived' | 'enable-only' | 'refused' | 'not-tried';
  /** Why it is not writable. */
  reason?: string;
}

/** Names are the host application's own to make; what else is written must be held as it was written. */
const DERIVABLE = ['display_name', 'given_name', 'family_name'];

/** What a trial write means for provisioning. */
export function hostWriteOf({ column, result, reason }: TriedWrite): HostWriteHealth {
  const meant = {
    taken: 'writable',
    ignored: DERIVABLE.includes(column) ? 'derived' : 'refused',
    refused: column === '(insert)' && reason?.includes(CREATES_ITSELF) ? 'enable-only' : 'refused',
    'not-tried': 'not-tried',
  } as const;
  return {
    column,
    writable: result === 'taken',
    result: meant[result],
    ...(reason !== undefined && { reason: safeWords(reason) }),
  };
}

/** The logins that trial writes use: addresses, or their local parts where the application's logins are none. */
export function triedLogins(rule: LoginRule): TriedNames {
  const { probe, other } = TRIED_ADDRESSES;
  const local = (address: string) => address.replace(/@.*/, '');
  return rule === 'email' ? TRIED_ADDRESSES : { probe: local(probe), other: local(other) };
}
