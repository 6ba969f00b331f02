import type { Session } from '../../../database/database.js';
import { copiedLogins } from '../../../database/scaffold/host/copies.js';
import { columnOf, hostColumnsOf, isColumnCalled, shareOf, type TableFacts } from '../facts.js';
import type { LoginCopy } from '../gathered.js';
import { EMAIL, SESSIONS } from '../words/vocabulary.js';

/** Columns that are compared, and the size of a table that is looked through for each. */
const MOST_COLUMNS = 20;
const MOST_ROWS = 100_000;
/** People whose logins are looked for. */
const PEOPLE = 500;

/** What is written once, and stays as it was. */
const PAST =
  /(log|logs|history|histories|audit|events?|attempts?|archive|backup|requests?|queue|messages?)$/u;

/** Columns of other tables that have the logins of the people, whatever they are called. */
export async function copiesOfLogin(
  session: Session,
  users: TableFacts,
  login: string | undefined,
  tables: readonly TableFacts[],
): Promise<LoginCopy[]> {
  const own = login === undefined ? undefined : columnOf(users, login);
  if (!own?.statistics || own.kind !== 'text' || own.statistics.distinct < 3) return [];
  const { distinct } = own.statistics;
  const isAddress = (shareOf(own, 'addresses') ?? 0) > 0.5;
  const found: LoginCopy[] = [];
  let looked = 0;
  for (const table of tables) {
    if (table.id === users.id || (table.rows ?? 0) > MOST_ROWS) continue;
    if (PAST.test(table.plain) || SESSIONS.test(table.plain)) continue;
    const columns = hostColumnsOf(table)
      .filter(
        (column) =>
          column.kind === 'text' &&
          column.generated === null &&
          // What is called an address is one, and no copy of a login that is an address, too.
          !(isAddress && isColumnCalled(column, EMAIL)) &&
          (column.statistics?.distinct ?? 0) >= Math.min(distinct, column.statistics?.rows ?? 0) * 0.5 &&
          (column.statistics?.distinct ?? 0) >= 3,
      )
      .map(({ name }) => name)
      .slice(0, MOST_COLUMNS - looked);
    if (columns.length === 0) continue;
    looked += columns.length;
    const { people, having } = await copiedLogins(session, users, own.name, { table, columns }, PEOPLE);
    for (const [at, column] of columns.entries())
      found.push({ table: table.id, column, people, having: having[at] ?? 0 });
  }
  return found;
}
