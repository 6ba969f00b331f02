import { usageProblem } from '../../../problem.js';
import type { Person } from '../people.js';
import { EXPORT_FIELDS, type ExportColumns, type ExportField, exportColumnsOf } from './columns.js';
import { apiOf, type ListPage, pageFacts } from './completeness.js';
import type { Entry } from './export-file.js';
import type { JsonPage } from './json-pages.js';
import type { Kind } from './kind-of-export.js';
import {
  noActiveColumn,
  stateContradicted,
  stateNeverSaid,
  stateSaidLate,
  twinIgnored,
} from './state-advice.js';

/** What was read from one file. */
export interface SourceReport {
  file: string;
  format: 'csv' | 'json';
  /** The program that wrote it, as far as the columns show. */
  kind: Kind;
  entries: number;
  /** Without entries that repeat an earlier one. */
  users: number;
  /** The column names, by field. */
  columns: Partial<Record<ExportField, string[]>>;
  /** Fields without a column. */
  notFound: ExportField[];
}

/** The maximum number of entries that wait for an entry with a column of state. */
const MOST_WAITING = 5_000;

/** One file while it is read. */
export class SourceFile {
  readonly #columns = new Map<readonly string[], ExportColumns>();
  #format: 'csv' | 'json' = 'csv';
  #kind: Kind = 'other';
  #entries = 0;
  #users = 0;
  #newEntries = 0;
  #names = new Set<string>();
  readonly #found = new Map<ExportField, Set<string>>();
  #states: 'none' | 'some' | undefined;
  #waiting: Person[] = [];
  #saying = 0;
  #takenForActive = 0;
  /** By column, how many entries it contradicts. */
  readonly #contradicted = new Map<string, number>();
  /** By the second of two columns with the same name, how many entries have another value in it. */
  readonly #apart = new Map<string, { first: string; count: number }>();

  constructor(
    private readonly name: string,
    private readonly isOneOfSeveral: boolean,
  ) {}

  begin(format: 'csv' | 'json', names: readonly string[] | undefined): void {
    this.#format = format;
    if (!names) return;
    this.#learn(names);
    this.#assertNamed();
  }

  columnsFor({ names }: Entry): ExportColumns {
    return this.#columns.get(names) ?? this.#learn(names);
  }

  /** @param isNew false if the entry repeats an earlier one. */
  count({ isNew, isPerson }: { isNew: boolean; isPerson: boolean }): void {
    this.#entries++;
    if (!isNew) return;
    this.#newEntries++;
    if (isPerson) this.#users++;
  }

  /** If some entries say whether the user is active, an entry that does not say so must not count as active. */
  release(person: Person, { values }: Entry, { states, otherStates, twins }: ExportColumns): Person[] {
    if (this.isOneOfSeveral) person.file = this.name;
    for (const { column, of } of twins) {
      const value = values[column.at] ?? '';
      if (value === '' || value === values[of.at]) continue;
      const count = (this.#apart.get(column.name)?.count ?? 0) + 1;
      this.#apart.set(column.name, { first: of.name, count });
    }
    for (const { at, name, isActive } of person.undecided ? [] : otherStates) {
      if (isActive(values[at] ?? '') !== !person.profile.active) continue;
      this.#contradicted.set(name, (this.#contradicted.get(name) ?? 0) + 1);
    }
    if (states.some(({ at, isActive }) => isActive(values[at] ?? '') !== undefined)) this.#saying++;
    if (states.length > 0) {
      const waiting = this.#states === undefined ? this.#waiting.splice(0).map(withoutState) : [];
      this.#states = 'some';
      return [...waiting, person];
    }
    if (this.#states === 'some') return [withoutState(person)];
    this.#waiting.push(person);
    return this.#states === undefined && this.#waiting.length < MOST_WAITING ? [] : this.end();
  }

  endPage(page: JsonPage): ListPage {
    const newEntries = this.#newEntries;
    this.#newEntries = 0;
    const list = this.#format === 'csv' ? this.name : (apiOf(page) ?? this.#kind);
    return { ...pageFacts(page), file: this.name, list, entries: page.entries, newEntries };
  }

  /** The waiting users, if no entry has a column of state. */
  end(): Person[] {
    this.#states ??= 'none';
    if (this.#entries > 0) this.#assertNamed();
    this.#takenForActive += this.#waiting.length;
    return this.#waiting.splice(0);
  }

  get report(): SourceReport {
    const columns = Object.fromEntries([...this.#found].map(([field, names]) => [field, [...names]]));
    return {
      file: this.name,
      format: this.#format,
      kind: this.#kind,
      entries: this.#entries,
      users: this.#users,
      columns,
      notFound: EXPORT_FIELDS.filter((field) => !this.#found.has(field)),
    };
  }

  get warnings(): string[] {
    if (this.#users === 0) return [];
    return [
      ...[...this.#apart].map(([twin, { first, count }]) => twinIgnored(this.name, first, twin, count)),
      ...this.#stateWarnings,
    ];
  }

  get #stateWarnings(): string[] {
    const [state] = this.#found.get('active') ?? [];
    if (state === undefined) return [noActiveColumn(this.name, this.#kind)];
    if (this.#saying === 0) return [stateNeverSaid(this.name, this.#kind, state)];
    return [
      ...(this.#takenForActive === 0 ? [] : [stateSaidLate(this.name, this.#takenForActive)]),
      ...[...this.#contradicted].map(([other, count]) => stateContradicted(this.name, state, other, count)),
    ];
  }

  #learn(names: readonly string[]): ExportColumns {
    const columns = exportColumnsOf(names, this.#format);
    this.#columns.set(names, columns);
    if (columns.kind !== 'other') this.#kind = columns.kind;
    for (const name of names) if (this.#names.size < 50) this.#names.add(name);
    const note = (field: ExportField, name: string) => {
      const found = this.#found.get(field) ?? new Set();
      this.#found.set(field, found.add(name));
    };
    for (const [field, column] of Object.entries(columns.texts)) note(field as ExportField, column.name);
    for (const { name } of columns.states) note('active', name);
    return columns;
  }

  #assertNamed(): void {
    if (this.#found.has('userName') || this.#found.has('email')) return;
    const names = [...this.#names].slice(0, 12).map((name) => name.slice(0, 100));
    throw usageProblem(
      'export-columns-missing',
      `${this.name} has no column for the user name or the e-mail address. Its columns: ${names.join(', ') || 'none'}.`,
      {
        hint:
          this.#format === 'csv'
            ? 'The first line must name the columns, for example userPrincipalName and mail, or login and email.'
            : 'Each user must have userPrincipalName and mail, profile.login and profile.email, or userName and emails.',
      },
    );
  }
}

const withoutState = (person: Person): Person => ({
  ...person,
  profile: { ...person.profile, active: false },
  invalid: person.invalid ?? 'The entry does not say whether the user is active, but other entries do.',
  undecided: true,
});
