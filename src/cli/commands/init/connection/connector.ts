import { databaseExists } from '../../../../database/exists.js';
import { composeSetting } from '../../../../database/settings/compose.js';
import { describeSettings } from '../../../../database/settings/describe.js';
import type { ConnectionSettings } from '../../../../database/settings/settings.js';
import { Problem } from '../../../../problem.js';
import type { Context } from '../../../context.js';
import { parseDatabaseSetting, parseSetting, type SettingOrigin } from '../../../settings/connection.js';
import type { InitAnswers } from '../answers.js';
import type { Interview } from '../interview.js';
import { amended, askSetting, type Doubts, isTyped, type Typed } from './parts.js';
import { doubtsOf, proposeRemedy } from './remedies.js';

export interface Connected {
  connection: ConnectionSettings;
  /** The setting as it was given, or one that leads to the same place. */
  text: string;
  /** What relative paths in it are relative to. */
  baseDirectory: string;
  /** Whether there is a database; an embedded one is made only when everything is answered. */
  exists: boolean;
  /** A person has corrected the setting that was given. */
  isCorrected: boolean;
}

interface Given extends SettingOrigin {
  text: string;
  /** Where it was said; nothing where a person was asked. */
  from?: string;
  typed?: Typed;
}

/** Finds out which database is meant, and connects to it. */
export class Connector {
  /** What was wrong with a setting, and has to be asked for, by its text. */
  readonly #doubts = new Map<string, Doubts>();
  readonly #parsed = new Map<string, ConnectionSettings>();
  readonly #interview: Interview;
  #open: { key: string; connected: Connected } | undefined;

  constructor(
    private readonly context: Context,
    private readonly answers: InitAnswers,
  ) {
    this.#interview = answers.interview;
  }

  async connect(): Promise<Connected | undefined> {
    const given = await this.#given();
    if (!given) return undefined;
    if (this.answers.interactive) return this.#asking(given);
    const connection = await parseDatabaseSetting(this.context, given.text, given);
    return this.#note(given, await this.#opened(given, connection, false));
  }

  async #given(): Promise<Given | undefined> {
    const { database, databaseFrom, baseDirectory } = await this.context.settings();
    if (database !== undefined) {
      return { text: database, baseDirectory, isFlag: databaseFrom === '--database', from: databaseFrom };
    }
    return this.answers.take({
      what: 'the database',
      flag: '--database',
      given: undefined,
      ask: async () => ({
        ...(await askSetting(this.#interview, this.context.world)),
        baseDirectory: this.context.world.cwd,
        isFlag: false,
      }),
    });
  }

  /** Whatever is wrong with one part of it, a person is asked for that part again. */
  async #asking(given: Given): Promise<Connected> {
    const doubts = doubtsOf(this.#doubts, given.text);
    const before = await this.#read(given);
    const { context } = this;
    const interview = this.#interview;
    const connection = await amended(before, doubts, { context, interview, typed: given.typed });
    const isCorrected = !isSamePlace(before, connection);
    try {
      return this.#note(given, await this.#opened(given, connection, isCorrected));
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'configuration') throw error;
      interview.warn([error.message, error.hint].filter(Boolean).join(' '));
      return proposeRemedy(error.code, connection, doubts, interview, isTyped(given.typed));
    }
  }

  /** What the setting says, said once. A setting that cannot be read is asked for again, where it was asked for. */
  async #read(given: Given): Promise<ConnectionSettings> {
    const known = this.#parsed.get(given.text);
    if (known) return known;
    try {
      const settings = await parseSetting(this.context, given.text, given);
      this.#parsed.set(given.text, settings);
      return settings;
    } catch (error) {
      if (!(error instanceof Problem) || given.from !== undefined) throw error;
      this.#interview.warn([error.message, error.hint].filter(Boolean).join(' '));
      return this.#interview.again(this.#interview.answers().at(-1)?.label ?? '');
    }
  }

  async #opened(given: Given, connection: ConnectionSettings, isCorrected: boolean): Promise<Connected> {
    const { context } = this;
    const key = JSON.stringify([given.text, connection]);
    if (this.#open?.key === key) return this.#open.connected;
    this.#open = undefined;
    const exists = await databaseExists(connection);
    if (exists) await context.useDatabase(connection, (await context.settings()).schema);
    const text = isCorrected ? composeSetting(connection) : given.text;
    const connected = { connection, text, baseDirectory: given.baseDirectory, exists, isCorrected };
    this.#open = { key, connected };
    return connected;
  }

  #note({ from }: Given, connected: Connected): Connected {
    const origin = from === undefined ? '' : ` (from ${from})`;
    this.#interview.note(`Database: ${describeSettings(connected.connection)}${origin}.`);
    return connected;
  }
}

/** The same but for the password, which is kept in no setting of ours. */
const isSamePlace = (a: ConnectionSettings, b: ConnectionSettings) =>
  JSON.stringify({ ...a, password: undefined }) === JSON.stringify({ ...b, password: undefined });
