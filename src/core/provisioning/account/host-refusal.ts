import type { Session } from '../../../database/database.js';
import type { ServerWords } from '../../../database/dialect/server-words.js';
import { DatabaseFault, type Fault } from '../../../database/faults/fault.js';
import type { EventRow } from '../../../database/queries/audit/events.js';
import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import {
  HOST_COLUMNS,
  type HostUserChange,
  type HostUserRow,
} from '../../../database/queries/host/host-users.js';
import { conclude, type Provision, provision } from '../../../database/queries/users/provision.js';
import { type AlikeChange, changeAlike } from '../../../database/queries/users/provision-alike.js';
import { hostWords, isConversion, quotedIn } from '../../host/host-words.js';
import { noteHostWrite } from '../../host/write-health.js';
import { hostBroken, hostRefused, hostWriteIgnored } from '../problems.js';
import { ATTRIBUTES, tooLong } from './host-lengths.js';

/**
 * Writes a change of a user, and reads the host user back. The host application has rules of its own for what a user
 * may be: how long a name, which characters, which values; whoever sent the user hears of them, since only there they
 * can be met.
 * @returns the host user as it is now; nothing where it was not written.
 * @throws Problem `host-refused`, `host-broken`, `host-write-ignored`.
 */
export const writeUser = (
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
): Promise<HostUserRow | undefined> =>
  refusing(session, shape, writtenBy(wanted), () => provision(session, shape, wanted));

/**
 * The same as the last that is done, where nobody is made.
 * @param planned what comes of it all, where COMMIT gets no answer and has arrived.
 */
export const writeLast = (
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
  planned: unknown,
): Promise<HostUserRow | undefined> =>
  refusing(session, shape, writtenBy(wanted), () => conclude(session, shape, wanted, planned));

/** The same as the first, of one change of several accounts: where the host application refuses one, none is changed. */
export const writeAlike = (
  session: Session,
  shape: HostUserShape,
  wanted: AlikeChange,
): Promise<HostUserRow[]> => {
  const [first, ...others] = wanted.accounts.map(({ event }) => event);
  const written = {
    change: wanted.change,
    isNew: false,
    ...(first && others.length === 0 && { event: first }),
  };
  return refusing(session, shape, written, () => changeAlike(session, shape, wanted));
};

/** What is written of a host user, for the refusal; the event where it is of one alone. */
interface Written {
  change: HostUserChange;
  isNew: boolean;
  event?: EventRow;
}

const writtenBy = ({ host, event }: Provision): Written | undefined =>
  host && { change: 'make' in host ? host.make : host.change, isNew: 'make' in host, event };

async function refusing<T>(
  session: Session,
  shape: HostUserShape,
  written: Written | undefined,
  write: () => Promise<T>,
): Promise<T> {
  try {
    const done = await write();
    if (written) noteHostWrite(session, true);
    return done;
  } catch (error) {
    if (!written) throw error;
    const { change, isNew, event } = written;
    const { dialect } = session;
    const fault = error instanceof DatabaseFault ? error.fault : dialect.classify(error);
    if (fault === 'write-ignored') {
      noteHostWrite(session, false);
      throw hostWriteIgnored(dialect.violatedConstraint(error) ?? '', isNew, error);
    }
    const words = error instanceof DatabaseFault ? error.words : dialect.serverWords(error);
    const kind = words && whoseFault(fault, words, change);
    if (kind === 'broken' || CANNOT.includes(fault)) noteHostWrite(session, false);
    if (!kind) throw error;
    const refusal = {
      words: hostWords(words),
      attributes: atFault(fault, words, shape, change),
      ...(event?.action === 'user.disable' && event.targetName !== null && { disabling: event.targetName }),
    };
    throw kind === 'refused' ? hostRefused(refusal, error) : hostBroken(refusal, error);
  }
}

/** Faults that the next write will meet as well. */
const CANNOT: readonly Fault[] = ['write-ignored', 'missing-object', 'permission-denied', 'other'];

/** A value that breaks a rule. */
const REFUSALS: readonly Fault[] = ['value-refused', 'check-violation', 'foreign-key-violation'];
/** Faults of statements, and not of the server or the connection. */
const BREAKS: readonly Fault[] = ['missing-object', 'other'];

/**
 * Whether the host application says no to a value, or cannot carry out the write at all: a trigger that names a
 * missing table, or casts what is no number. A right that is missing in the statement itself is one of our own roles.
 */
function whoseFault(
  fault: Fault,
  words: ServerWords,
  change: HostUserChange,
): 'refused' | 'broken' | undefined {
  const { state, inRoutine } = words;
  if (fault === 'value-refused' && isConversion(words) && (inRoutine || !isOf(change, words)))
    return 'broken';
  if (REFUSALS.includes(fault) || isCheckOption(state)) return 'refused';
  if (BREAKS.includes(fault) || (fault === 'permission-denied' && inRoutine)) return 'broken';
  return undefined;
}

/**
 * Whether a cast may have failed at something that is written. Outside of a routine it may also have failed in the view,
 * for the row of another account, and then no other value of the IdP would help.
 */
function isOf(change: HostUserChange, { message }: ServerWords): boolean {
  const quoted = quotedIn(message);
  return quoted === undefined || Object.values(change).some((value) => String(value ?? '').includes(quoted));
}

/** A row that the view would not show: WITH CHECK OPTION, as PostgreSQL and SQL Server have it. */
const isCheckOption = (state: string) => state === 'SQLSTATE 44000' || state === 'error 550';

/** The attributes of SCIM that a refusal is about, where the server names the column or the catalogue its length. */
function atFault(
  fault: Fault,
  { column }: ServerWords,
  { types }: HostUserShape,
  written: HostUserChange,
): string[] {
  const fields = Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[];
  const named = fields.filter((field) => HOST_COLUMNS[field] === column?.toLowerCase());
  if (named.length > 0 || fault !== 'value-refused') return named.map((field) => ATTRIBUTES[field]);
  return tooLong({ types }, written).map(({ field }) => ATTRIBUTES[field]);
}
