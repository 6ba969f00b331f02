import type { Binding } from '../../binding/binding.js';
import type { TableName } from '../../binding/value.js';
import type { Runner } from '../runner.js';
import { Compiler } from './compiler.js';
import type { Facts } from './facts.js';
import type { Forms } from './forms.js';

/** Views and triggers over the tables of a host application, made of a binding; see `Dialect.scaffold`. */
export interface Scaffold {
  readonly forms: Forms;
  /** What the catalogue says of these tables; what is not there, or not to be seen, is left out. */
  facts(runner: Pick<Runner, 'rows'>, tables: readonly TableName[]): Promise<Facts>;
  /**
   * The statements that make the host views and their triggers, in their order: the same for the same binding and
   * catalogue.
   * @throws Problem `binding-contradicts`, `binding-incomplete`, `binding-unknown-table`, `binding-unknown-column`,
   *   `name-too-long`
   */
  statements(binding: Binding, facts: Facts, schema: string): string[];
}

/** Every table that a binding names, each once, the table of users first. */
export function tablesOf(binding: Binding): TableName[] {
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

export const compilerFor = ({ users }: Binding, facts: Facts, forms: Forms): Compiler =>
  new Compiler(forms, facts, users.timeZone ?? 'UTC', {
    table: users.table,
    key: users.key.column,
    ...(users.where && { where: users.where }),
  });
