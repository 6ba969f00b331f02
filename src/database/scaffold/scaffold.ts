import type { Binding } from '../../binding/binding.js';
import type { TableName } from '../../binding/value.js';
import type { Runner } from '../pool/runner.js';
import { Compiler } from './compile/compiler.js';
import { rowsAlike } from './compile/rows-alike.js';
import type { BindingFacts } from './facts.js';
import type { Forms } from './forms.js';
import type { HostObject, Mark } from './mark.js';

/** Views and triggers over the tables of a host application, made of a binding; see `Dialect.scaffold`. */
export interface Scaffold {
  readonly forms: Forms;
  /** What the catalogue says of these tables; what is not there, or not to be seen, is left out. */
  facts(runner: Pick<Runner, 'rows'>, tables: readonly TableName[]): Promise<BindingFacts>;
  /**
   * The statements that make the host views and their triggers, in their order: the same for the same binding and
   * catalogue.
   * @throws Problem `binding-contradicts`, `binding-incomplete`, `binding-unknown-table`, `binding-unknown-column`,
   *   `name-too-long`
   */
  statements(binding: Binding, facts: BindingFacts, schema: string): string[];
  /** What comes before everything else in the transaction that makes them. */
  readonly begin: readonly string[];
  /** The same with what marks each object as ours; behind them, in the order that they need. */
  marked(statements: readonly string[], schema: string, mark: Omit<Mark, 'digest'>): string[];
  /** What stands at the names of the host views, and what belongs to it. */
  existing(runner: Pick<Runner, 'rows'>, schema: string): Promise<HostObject[]>;
  /** Takes these objects away. */
  drop(objects: readonly HostObject[], schema: string): string[];
  /** Hands the objects to the owner of the table of users; none where ownership follows the schema. */
  handOver(owner: string, schema: string): string[];
  /** Who owns the schema, and whether a role may do anything. */
  ownership(runner: Pick<Runner, 'rows'>, schema: string, owner: string): Promise<Ownership>;
  /**
   * The statement behind which, to the end of the trial, statements have the rights of this role alone; undefined where
   * the role is not in use in this schema, or this login may not act as it.
   */
  actAs(runner: Pick<Runner, 'rows'>, role: string, schema: string): Promise<string | undefined>;
  /** One script for the engine's own client: all of it or nothing. */
  script(statements: readonly string[], title: readonly string[]): string;
}

export interface Ownership {
  schemaOwner: string;
  /** Whether the owner of the tables is a superuser, or the like. */
  isPowerful: boolean;
  /** Whether our objects must have the same owner as the tables, and get it from the schema. */
  followsSchema: boolean;
}

/** Every table that a binding names, each once, the table of users first. */
export function boundTablesOf(binding: Binding): TableName[] {
  const found = new Set<TableName>([binding.users.table]);
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) {
        if (TABLE_KEYS.includes(name) && typeof one === 'string') found.add(one);
        else look(one);
      }
    }
  };
  look({ ...binding, catalogue: undefined });
  return [...found];
}

const TABLE_KEYS = ['table', 'through', 'groups'];

export const compilerFor = (binding: Binding, facts: BindingFacts, forms: Forms): Compiler =>
  new Compiler(forms, facts, binding.users.timeZone ?? 'UTC', (compiler) => ({
    table: binding.users.table,
    key: binding.users.key.column,
    isOfSeveral: binding.users.key.with !== undefined,
    alike: (table, where) => rowsAlike(binding, compiler, table, where),
  }));
