import type { ClientConnection, Setting } from './client-connection.js';
import { type Engine, EngineStopped } from './engine.js';
import { errorFields, messagesIn, query, rowOf, wireLiteral } from './wire.js';

/** What clients have set for their sessions, in an order in which it can be set again. */
const READ = `
  select name, setting from pg_settings where source = 'session'
  union all select 'session_authorization', session_user where session_user <> 'postgres'
  union all select 'role', current_setting('role') where current_setting('role') <> 'none'`;

/**
 * Keeps the settings of clients apart that share one PostgreSQL session. Whatever else a session can hold
 * (temporary tables, prepared statements, LISTEN, advisory locks, settings with names of one's own, which
 * PostgreSQL does not list) ends when another client's turn begins.
 */
export class SessionSettings {
  /** Whose settings PostgreSQL has now. */
  #holder: ClientConnection | undefined;

  constructor(private readonly engine: Engine) {}

  /** Makes the session that client's; false, and the client is sent away, if that cannot be. */
  async changeTo(connection: ClientConnection): Promise<boolean> {
    if (this.#holder === connection) return true;
    await this.remember();
    this.#holder = undefined;
    await askSession(this.engine, 'discard all');
    if (!(await this.#restore(connection))) return false;
    this.#holder = connection;
    return true;
  }

  /** Brings the holder's settings up to date. Not in a transaction. */
  async remember(): Promise<void> {
    const holder = this.#holder;
    if (!holder?.settingsTouched || holder.gone) return;
    const rows = await askSession(this.engine, READ);
    holder.settings = rows.map(([name, value]): Setting => [name ?? '', value ?? '']);
    holder.settingsTouched = false;
  }

  async #restore(connection: ClientConnection): Promise<boolean> {
    if (connection.settings.length === 0) return true;
    const calls = connection.settings.map(
      ([name, value]) => `set_config(${wireLiteral(name)}, ${wireLiteral(value)}, false)`,
    );
    try {
      await askSession(this.engine, `select ${calls.join(', ')}`);
      return true;
    } catch (error) {
      if (error instanceof EngineStopped) throw error;
      // XX000: internal error. Somebody dropped its role, for instance.
      connection.dismiss('XX000', 'the settings of this session cannot be made again');
      return false;
    }
  }
}

/** Runs a statement of our own. */
export async function askSession(engine: Engine, sql: string): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for (const { type, body } of messagesIn(await engine.execute(query(sql)))) {
    if (type === 'D') rows.push(rowOf(body));
    if (type === 'E') throw new Error(errorFields(body).M ?? sql);
  }
  return rows;
}
