import type { RowSource } from '../../dialect/row-source.js';
import { bound, joined, padded, raw, sql } from '../../sql/fragment.js';

/** Less than the 2,100 parameters that a statement takes. */
const PARAMETERS = 2_000;

/**
 * See `Dialect.rowSource`. One parameter for each value: OPENJSON and STRING_SPLIT need a compatibility level that
 * many databases of vendors do not have, and a temporary table would not outlive the statement that makes it.
 */
export const mssqlRowSource: RowSource = {
  atOnce: (columns) => Math.floor(PARAMETERS / columns),
  of: (columns) => {
    const lists = Object.values(columns);
    const count = lists[0]?.length ?? 0;
    // In one of few lengths, since the server keeps a plan for each text; what is too much is left out again.
    const places = [...padded(lists[0] ?? []).keys()].slice(0, Math.floor(PARAMETERS / lists.length));
    const rows = places.map((at) => {
      const cells = lists.map((values) => {
        const value = values[at];
        // The first row says of what type the columns are.
        return at === 0 ? sql`cast(${bound(value ?? null)} as nvarchar(400))` : bound(value ?? null);
      });
      return sql`(${joined([...cells, raw(String(at + 1))], ', ')})`;
    });
    const names = raw([...Object.keys(columns), 'n'].join(', '));
    return sql`(select ${names} from (values ${joined(rows, ', ')}) as v(${names}) where n <= ${bound(count)}) as w`;
  },
};
