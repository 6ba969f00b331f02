import type { RowSource } from '../../dialect/row-source.js';
import { bound, joined, raw, sql } from '../../sql/fragment.js';

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
    const rows = (lists[0] ?? []).map((_, at) => {
      const cells = lists.map((values) => {
        const value = values[at];
        if (value == null) return raw('cast(null as nvarchar(400))');
        // The first row says of what type the columns are.
        return at === 0 ? sql`cast(${bound(value)} as nvarchar(400))` : bound(value);
      });
      return sql`(${joined([...cells, raw(String(at + 1))], ', ')})`;
    });
    const names = [...Object.keys(columns), 'n'].join(', ');
    return sql`(values ${joined(rows, ', ')}) as w(${raw(names)})`;
  },
};
