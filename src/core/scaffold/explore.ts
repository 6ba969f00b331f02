import type { Condition } from '../../binding/value.js';
import type { Database, Session } from '../../database/database.js';
import { DatabaseFault } from '../../database/faults/fault.js';
import type { HostSequence, HostTable } from '../../database/scaffold/host/host-facts.js';
import {
  countLogins,
  groupSizes,
  namesOfRows,
  type Only,
  presenceOf,
} from '../../database/scaffold/host/people.js';
import { columnStatistics, valueCounts } from '../../database/scaffold/host/statistics.js';
import {
  columnOf,
  factsOf,
  type HostFacts,
  hostColumnsOf,
  isColumnCalled,
  type TableFacts,
} from './facts.js';
import {
  byName,
  type GatheredFacts,
  type Grouping,
  NOTHING_GATHERED,
  onlyOf,
  type Presence,
  type Same,
} from './gathered.js';
import { attributeNamesIn, attributesIn } from './people/attributes.js';
import { groupOf, groupTables } from './people/groups.js';
import { exploreKeys } from './people/keys/explore-keys.js';
import { personKey } from './people/keys/person-key.js';
import { ownedBy, type Reference, referencesByLogin, referencesTo } from './people/references.js';
import { isShowable, MOST_VALUES, mayBeOfPeople } from './people/showable.js';
import { rankedCandidates } from './people/users-table.js';
import {
  ADMIN_LOGINS,
  EMAIL,
  LICENCE_TABLE,
  LOGIN_STRONG,
  PROVIDER_TABLE,
  SEATS,
  SYSTEM_LOGINS,
  TENANT,
} from './words/vocabulary.js';
import { copiesOfLogin } from './writes/copies.js';
import { sameOf } from './writes/repeated.js';

/** Rows of a table that may hold people, and of any other table, that are looked at. */
const MANY = 10_000;
const FEW = 2_000;
/** Tables beside that of the people that are looked at. */
const MOST_TABLES = 60;
/** Names of attributes, of which those that are fields are used. */
const MOST_ATTRIBUTES = 300;
/** Larger tables are not counted through. */
const MOST_ROWS = 3_000_000;

/** Reads what proposals are made of, and nothing twice. Nothing is written or locked, and no personal data is read. */
export class Exploration {
  private readonly sampled = new Map<string, Promise<TableFacts>>();
  private constructor(
    private readonly database: Database,
    private readonly now: Date,
    private tables: TableFacts[],
    private readonly unseen: string[],
    private readonly sequences: readonly HostSequence[],
  ) {}

  static async begin(database: Database, now: Date): Promise<Exploration> {
    const { tables, sequences, unseen } = await database.read((session) =>
      session.dialect.hostTables.catalogue(session),
    );
    return new Exploration(
      database,
      now,
      tables.map((table) => factsOf(table)),
      [...unseen],
      sequences,
    );
  }

  /** The catalogue, with samples of the tables that may hold the people. */
  async candidates(): Promise<HostFacts> {
    for (const { table } of rankedCandidates(this.tables).slice(0, 4)) await this.sample(table, MANY);
    return this.facts();
  }

  /** The same, with samples of the tables that belong to these people. */
  async around(users: TableFacts): Promise<HostFacts> {
    await this.sample(users, MANY);
    const byLogin = hostColumnsOf(users)
      .filter((column) => isColumnCalled(column, LOGIN_STRONG))
      .flatMap(({ name }) => referencesByLogin(users, name, this.tables));
    const owned = ownedBy(users, this.tables);
    const beside = [...referencesTo(users, this.tables), ...byLogin, ...owned].map(({ table }) => table);
    const referred = [users, ...beside].flatMap(({ foreignKeys }) =>
      foreignKeys.flatMap(
        ({ table: [schema, name] }) =>
          this.tables.find((one) => one.schema === schema && one.name === name) ?? [],
      ),
    );
    const named = this.tables.filter(
      (table) =>
        PROVIDER_TABLE.test(table.plain) ||
        LICENCE_TABLE.test(table.plain) ||
        (TENANT.test(table.plain) && [...table.words.values()].some(({ own }) => SEATS.test(own))),
    );
    const all = [...new Set([...beside, ...referred, ...named])].slice(0, MOST_TABLES);
    for (const table of all) await this.sample(table, FEW);
    return this.facts();
  }

  /** Counts that rest on knowing which columns are login and e-mail address, and which rows are people. */
  async gather(
    users: TableFacts,
    columns: { login?: string | undefined; email?: string | undefined; display?: string | undefined },
    where: Condition | undefined,
  ): Promise<GatheredFacts> {
    if (!users.readable) return NOTHING_GATHERED;
    const only = onlyOf(where);
    const references = referencesTo(users, this.tables);
    const owned = ownedBy(users, this.tables);
    const key = personKey(users);
    const keyColumn = key && columnOf(users, key.column);
    return this.database.read(async (session) => ({
      ...(await exploreKeys(session, users, keyColumn, {
        ...{ tables: this.tables, sequences: this.sequences },
        trial: (table, work) => this.trial(table, work),
      })),
      ...(await this.logins(session, users, columns.login)),
      presence: await this.presence(session, users, [...references, ...owned], only),
      groups: await this.groups(session, users, references, only),
      same: (await this.trial(users, () => sameOf(session, users, columns, FEW))) ?? [],
      sameBeside: await this.sameBeside(session, references),
      copies:
        (await this.trial(users, () => copiesOfLogin(session, users, columns.login, this.tables))) ?? [],
      names: await this.names(session, users),
    }));
  }

  private facts(): HostFacts {
    return { tables: this.tables, sequences: this.sequences, unseen: this.unseen };
  }

  private async sample(table: TableFacts, limit: number): Promise<void> {
    if (!table.readable) return;
    const known = this.sampled.get(table.id) ?? this.sampleAnew(table, limit);
    this.sampled.set(table.id, known);
    const facts = await known;
    this.tables = this.tables.map((one) => (one.id === facts.id ? facts : one));
  }

  private async sampleAnew(table: TableFacts, limit: number): Promise<TableFacts> {
    const found = await this.trial(table, () =>
      this.database.read(async (session) => {
        const statistics = await columnStatistics(session, table, { limit, now: this.now });
        const facts = { ...table, statistics };
        const attribute = attributesIn(facts)?.key;
        const shown = hostColumnsOf(facts).filter(
          (column) => isShowable(column) && (statistics.get(column.name)?.distinct ?? 0) <= MOST_VALUES,
        );
        const counts = (columns: readonly { name: string }[]) =>
          valueCounts(
            session,
            table,
            columns.map(({ name }) => name),
            limit,
          );
        const isFew = attribute && (statistics.get(attribute.name)?.distinct ?? 0) <= MOST_ATTRIBUTES;
        const keys = isFew ? ((await counts([attribute])).get(attribute.name) ?? []) : [];
        return {
          statistics,
          values: await counts(shown),
          attributeNames: attributeNamesIn(keys.map(({ value }) => value)),
        };
      }),
    );
    return found ? factsOf(table, found) : table;
  }

  /** What cannot be read in time, or at all, is said to be unseen. */
  private async trial<T>(table: HostTable, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      const why = error.fault === 'statement-timeout' ? 'took too long to read' : 'could not be read';
      this.unseen.push(`The rows of ${table.schema}.${table.name} ${why}, and are not known.`);
      return undefined;
    }
  }

  /** Logins that applications make for themselves, counted in one pass over the people. */
  private async logins(
    session: Session,
    users: TableFacts,
    column: string | undefined,
  ): Promise<Pick<GatheredFacts, 'knownLogins' | 'systemLogins'>> {
    const words = [...ADMIN_LOGINS, ...SYSTEM_LOGINS];
    const counted =
      column === undefined
        ? []
        : ((await this.trial(users, () => countLogins(session, { table: users, column }, words))) ?? []);
    const isAdmin = ({ login }: { login: string }) => ADMIN_LOGINS.includes(login);
    return { knownLogins: counted.filter(isAdmin), systemLogins: counted.filter((one) => !isAdmin(one)) };
  }

  private async presence(
    session: Session,
    users: TableFacts,
    references: readonly Reference[],
    only: readonly Only[],
  ): Promise<Presence[]> {
    const found: Presence[] = [];
    for (const reference of references.slice(0, MOST_TABLES)) {
      const { table, column } = reference;
      if (!isCountable(table)) continue;
      const counts = await this.trial(table, () => presenceOf(session, users, reference, only, FEW));
      if (counts) found.push({ table: table.id, column, ...counts });
    }
    return found;
  }

  private async groups(
    session: Session,
    users: TableFacts,
    references: readonly Reference[],
    only: readonly Only[],
  ): Promise<Grouping[]> {
    const found: Grouping[] = [];
    const known = groupTables(this.tables);
    for (const reference of references.slice(0, MOST_TABLES)) {
      const link = groupOf(reference, users, known);
      if (!link || !isCountable(reference.table)) continue;
      const { table: through, column: user, to, also: alsoUser } = reference;
      const links = { through, user, to, alsoUser, ...link };
      const sizes = await this.trial(reference.table, async () => {
        const sizes = await groupSizes(session, users, links, only);
        const all = only.length === 0 ? sizes : await groupSizes(session, users, links, []);
        return { people: sizes.people, members: byName(sizes, all.rows) };
      });
      if (sizes && sizes.members.length < 30) {
        found.push({ ...links, through: through.id, groups: link.groups.id, ...sizes });
      }
    }
    return found;
  }

  /** What repeats the address in tables that hold it. */
  private async sameBeside(
    session: Session,
    references: readonly Reference[],
  ): Promise<GatheredFacts['sameBeside']> {
    const found = new Map<string, readonly Same[]>();
    for (const { table } of references.slice(0, MOST_TABLES)) {
      const email = hostColumnsOf(table).find(
        (one) => one.kind === 'text' && isColumnCalled(one, EMAIL),
      )?.name;
      if (email === undefined || !isCountable(table) || found.has(table.id)) continue;
      const same = await this.trial(table, () => sameOf(session, table, { email }, FEW));
      if (same) found.set(table.id, same);
    }
    return found;
  }

  private async names(session: Session, users: TableFacts): Promise<GatheredFacts['names']> {
    const found = new Map<string, { key: string; name: string }[]>();
    for (const { columns, table, references } of users.foreignKeys) {
      const [column, key] = [columns[0], references[0]];
      const other = this.tables.find(({ schema, name }) => schema === table[0] && name === table[1]);
      const name =
        other &&
        hostColumnsOf(other).find(
          ({ kind, words }) =>
            kind === 'text' && /^(name|title|code|label|displayname)$|name$/u.test(words.own),
        );
      if (
        !other ||
        !name ||
        !column ||
        !key ||
        columns.length > 1 ||
        other.id === users.id ||
        mayBeOfPeople(other, users) ||
        (other.rows ?? 0) > 1_000
      )
        continue;
      const rows = await this.trial(other, () =>
        namesOfRows(session, other, { key, name: name.name }, MOST_VALUES),
      );
      if (rows) found.set(column, rows);
    }
    return found;
  }
}

const isCountable = ({ readable, rows }: TableFacts) => readable && (rows ?? 0) <= MOST_ROWS;
