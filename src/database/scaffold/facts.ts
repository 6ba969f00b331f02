import { parseTableName } from '../../binding/table-name.js';
import type { TableName } from '../../binding/value.js';
import { configurationProblem } from '../../problem.js';

/** What kind of value a column holds, as far as the SQL depends on it. A local instant has no time zone. */
export type BoundKind = 'text' | 'boolean' | 'number' | 'guid' | 'instant' | 'local-instant' | 'other';

/** What the catalogue says of a column of the application. */
export interface ColumnFact {
  /** As the engine writes it: `character varying(255)`. */
  type: string;
  /** As a CAST names it. */
  cast: string;
  kind: BoundKind;
  nullable: boolean;
  /** Whether a row that leaves it out gets a value: a default, an identity. */
  filled: boolean;
  /** Computed, generated or hidden: it cannot be written. */
  derived: boolean;
  /** Its collation, where it has one of its own. */
  collation?: string;
}

export interface TableFact {
  /** The role that owns it, on PostgreSQL and SQL Server alike; of SQL Server that of its schema, if not its own. */
  owner: string;
  /** Whether roles that may not act as the owner can create objects in its schema. PostgreSQL alone. */
  isOpen?: boolean;
  columns: ReadonlyMap<string, ColumnFact>;
  /** The columns of each unique index over all rows. Absent where there can be none, as of a view. */
  uniques?: readonly (readonly string[])[];
}

/** What the catalogue says of the tables that a binding names. */
export class BindingFacts {
  private readonly named = new Map<TableName, Map<string, ColumnFact>>();

  constructor(
    private readonly tables: ReadonlyMap<TableName, TableFact>,
    /** Whether the database takes names of either case for the same; the exact one comes first. */
    private readonly ignoresCase = false,
  ) {}

  has(table: TableName, column?: string): boolean {
    const found = this.tables.get(table);
    return found !== undefined && (column === undefined || this.found(found, column) !== undefined);
  }

  private found({ columns }: TableFact, column: string): ColumnFact | undefined {
    const exact = columns.get(column);
    if (exact || !this.ignoresCase) return exact;
    const alike = [...columns].filter(([name]) => name.toLowerCase() === column.toLowerCase());
    return alike.length === 1 ? alike[0]?.[1] : undefined;
  }

  /** @throws Problem `binding-unknown-table` */
  table(name: TableName): TableFact {
    const found = this.tables.get(name);
    if (found) return found;
    throw configurationProblem(
      'binding-unknown-table',
      `The database has no table ${name}, or this login may not see it.`,
      {
        hint: 'Correct the name in the binding, or run the command with a login that can read the tables of the application.',
      },
    );
  }

  /** @throws Problem `binding-unknown-column` */
  column(table: TableName, column: string): ColumnFact {
    const found = this.found(this.table(table), column);
    if (found) {
      const columns = this.named.get(table) ?? new Map<string, ColumnFact>();
      this.named.set(table, columns.set(column, found));
      return found;
    }
    throw configurationProblem('binding-unknown-column', `The table ${table} has no column ${column}.`, {
      hint: 'Correct the name in the binding. Names are compared to the letter.',
    });
  }

  /** Whether no two rows share the values of these columns. What is not known of a view counts as such. */
  isUnique(table: TableName, columns: readonly string[]): boolean {
    const plain = (name: string) => (this.ignoresCase ? name.toLowerCase() : name);
    const known = new Set(columns.map(plain));
    const { uniques } = this.table(table);
    return uniques === undefined || uniques.some((one) => one.every((column) => known.has(plain(column))));
  }

  /** The columns that were asked for, as a binding keeps them: `integer not null`. */
  asked(): Record<TableName, Record<string, string>> {
    const inWords = ([name, fact]: [string, ColumnFact]) => [name, columnInWords(fact)] as const;
    return Object.fromEntries(
      [...this.named].map(([table, columns]) => [table, Object.fromEntries([...columns].map(inWords))]),
    );
  }
}

export const columnInWords = ({ type, nullable }: ColumnFact): string =>
  nullable ? type : `${type} not null`;

/** @throws Problem `binding-unknown-table` for a name that is none. */
export function partsOf(table: TableName): { schema: string; name: string } {
  const parts = parseTableName(table);
  if (parts) return parts;
  throw configurationProblem('binding-unknown-table', `${table} is not the name of a table.`, {
    hint: 'Write it as schema.table.',
  });
}
