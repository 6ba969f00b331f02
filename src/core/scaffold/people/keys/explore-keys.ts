import type { Session } from '../../../../database/database.js';
import type { HostSequence, HostTable } from '../../../../database/scaffold/host/host-facts.js';
import { type CounterRow, counterRows, outermostKeys } from '../../../../database/scaffold/host/people.js';
import type { ColumnFacts, TableFacts } from '../../facts.js';
import type { GatheredFacts } from '../../gathered.js';
import { counterMakers, counterTables, sequenceMakers } from './key-makers.js';

interface Around {
  tables: readonly TableFacts[];
  sequences: readonly HostSequence[];
  /** Nothing where the rows cannot be read. */
  trial: <T>(table: HostTable, work: () => Promise<T>) => Promise<T | undefined>;
}

/** What is known of numeric keys: those that stand apart, and what gives the next one. */
export async function exploreKeys(
  session: Session,
  users: TableFacts,
  key: ColumnFacts | undefined,
  around: Around,
): Promise<Pick<GatheredFacts, 'oddKeys' | 'keyMakers' | 'isSequenceBehind' | 'counters'>> {
  const { name = '', kind, sequence } = key ?? {};
  if (kind !== 'integer') return { oddKeys: [], keyMakers: [], isSequenceBehind: false, counters: [] };
  const found = await around.trial(users, () => outermostKeys(session, { table: users, column: name }));
  const { highest, lowest } = found ?? { highest: [], lowest: [] };
  const second = highest[1] ?? 0;
  const far = highest.filter((one) => second > 0 && highest.length >= 4 && one > 1_000 + second * 100);
  const top = Math.max(0, ...highest.filter((one) => !far.includes(one)));
  const last = around.sequences.find(
    (one) => sequence && one.name === sequence[1] && ['', one.schema].includes(sequence[0]),
  )?.last;
  const isSequenceBehind = typeof last === 'number' && last < top;
  const makes = key?.generated === null && (key.default === null || isSequenceBehind);
  const counters = makes ? await countersOf(session, around) : [];
  return {
    oddKeys: [...far, ...lowest.filter((one) => one <= 0)],
    keyMakers: makes
      ? [
          ...sequenceMakers(around.sequences, users, name, around.tables, top),
          ...counterMakers(counters, users, name, top),
        ]
      : [],
    counters,
    isSequenceBehind,
  };
}

async function countersOf(session: Session, { tables, trial }: Around): Promise<CounterRow[]> {
  const found: CounterRow[] = [];
  for (const table of counterTables(tables).slice(0, 5)) {
    found.push(...((await trial(table, () => counterRows(session, table, table.id, MOST))) ?? []));
  }
  return found;
}

/** A table with more rows holds no counters. */
const MOST = 2_000;
