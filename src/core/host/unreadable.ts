import type { Database } from '../../database/database.js';
import { DatabaseFault, type Fault, isPassing } from '../../database/faults/fault.js';
import type { UnfitColumn } from '../../database/queries/host/column-types.js';
import { describeHostViews } from '../../database/queries/host/host-views.js';
import { operationProblem } from '../../problem.js';
import { hostWords, safeWords } from './host-words.js';
import { rowFaultInWords } from './rows.js';
import { examineRows } from './status.js';

/** What a statement of ours fails by where a value or a type in a host view is not what it must be. */
const OF_VALUES: readonly Fault[] = ['value-refused', 'missing-object', 'other'];

const MOST_SHOWN = 3;
const KEPT_MS = 30_000;

/** Whether an error may come from what a host view holds. */
export const mayBeUnreadable = (error: unknown): error is DatabaseFault =>
  error instanceof DatabaseFault &&
  error.words !== undefined &&
  !error.words.inRoutine &&
  !isPassing(error) &&
  OF_VALUES.includes(error.fault);

/**
 * The Problem `host-broken` that names the columns of the host views which our statements cannot read, if that is why
 * the database refused a statement. Every other error stays as it is. The rows are examined at most every 30 seconds.
 * @param forIdp whether an IdP is told, which may not see the value at which a cast in a view failed.
 */
export async function explainUnreadable(
  error: unknown,
  database: Database,
  { forIdp = false } = {},
): Promise<unknown> {
  if (!mayBeUnreadable(error)) return error;
  try {
    const found = await database.memory.recall(
      'unreadable host views',
      () => unreadable(database),
      () => true,
      KEPT_MS,
    );
    if (found.length === 0) return error;
    const told = found.slice(0, MOST_SHOWN).map(({ words, forIdps = words }) => (forIdp ? forIdps : words));
    const more = found.length > MOST_SHOWN ? `; and ${found.length - MOST_SHOWN} more` : '';
    return operationProblem('host-broken', `The host views cannot be read: ${told.join('; ')}${more}.`, {
      hint: UNREADABLE_HINT,
      cause: error,
    });
  } catch {
    // The server does not answer this either: what it said first is what counts.
    return error;
  }
}

export const UNREADABLE_HINT =
  'Have the DBA of the host application correct the view. `scimctl host status` lists what is wrong with it.';

interface Found {
  words: string;
  /** Where these are others. */
  forIdps?: string;
}

async function unreadable(database: Database): Promise<Found[]> {
  const views = await database.read(describeHostViews);
  const unfit = views.flatMap((view) => view.unfit);
  if (unfit.length > 0) return unfit.map((one) => ({ words: unfitInWords(one) }));
  const { rows, refusal } = await examineRows(database);
  return [...(refusal ? [saidBy(refusal)] : []), ...rows.map((row) => ({ words: rowFaultInWords(row) }))];
}

const saidBy = ({ words, message }: DatabaseFault): Found => ({
  words: safeWords(words?.message ?? message),
  ...(words && { forIdps: hostWords(words).message }),
});

/** `host_user.is_enabled has the type text, which is neither a boolean nor 1 and 0` */
export const unfitInWords = ({ view, column, dataType, wanted }: UnfitColumn): string =>
  `${view}.${column} has the type ${dataType}, which is ${wanted === 'a flag' ? 'neither a boolean nor 1 and 0' : 'no text'}`;
