import type { Paging } from '../sql/paging.js';

/** The driver's stream ignores back-pressure, so that each page is asked for by key. */
export const mssqlPaging: Paging = {
  key: (sql, kind) => {
    // Values are handed back as nvarchar, which a column of varchar may order in another way.
    if (kind === 'hostText') return `cast(${sql} as nvarchar(450))`;
    return kind === 'hostInstant' ? `cast(${sql} as datetime2(3))` : sql;
  },
};
