import { usageProblem } from '../../../problem.js';
import { type Person, personOf } from '../people.js';
import {
  type Completeness,
  completenessOf,
  incomplete,
  isOverfull,
  isPageSize,
  type ListPage,
} from './completeness.js';
import { DigestTable } from './digest-table.js';
import { type Entry, readExport } from './export-file.js';
import { type NotPeople, notPeople } from './not-people.js';
import { SourceFile, type SourceReport } from './source-file.js';
import { Unreadable } from './unreadable.js';

/** One file of an export. */
export interface ExportSource {
  /** The path as the user gave it, for messages. */
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

/** What was read from all files together. */
export interface ExportReport {
  completeness: Completeness;
  sources: SourceReport[];
  /** Entries that repeat an earlier one. */
  merged: number;
  /** Entries that are not people, by kind. */
  leftOut: Partial<Record<NotPeople, number>>;
  /** Users of another organisation. They are provisioned like all others. */
  guests: number;
  /** Conditions that the result depends on. */
  warnings: string[];
}

export interface UserListOptions {
  /** Accepts a list that is known to be incomplete; undefined where no option of the command says so. */
  partial?: boolean;
  /** Called with the number of entries read so far. */
  progress?: (entries: number) => void;
}

/** The users of an export of one or more files. Each file is read once and never kept as a whole. */
export class ExportedUsers {
  readonly #seen = new DigestTable();
  readonly #pages: ListPage[] = [];
  readonly #sources: SourceFile[] = [];
  readonly #leftOut: ExportReport['leftOut'] = {};
  #merged = 0;
  #guests = 0;
  #entries = 0;

  constructor(
    private readonly files: readonly ExportSource[],
    private readonly options: UserListOptions = {},
  ) {}

  /**
   * The users, in batches.
   * @throws Problem `export-unreadable`, `export-columns-missing`; at the end `export-empty`, `export-incomplete`.
   */
  async *people(): AsyncGenerator<Person[]> {
    for (const file of this.files) {
      try {
        yield* this.#peopleOf(file);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        const { message, hint, cause } = error;
        throw usageProblem('export-unreadable', `${file.name} cannot be read: ${message}.`, { hint, cause });
      }
    }
    this.#assertSomebody();
    const { completeness, missing } = completenessOf(this.#pages);
    const { partial } = this.options;
    if (completeness === 'incomplete' && !partial) throw incomplete(missing ?? '', partial !== undefined);
  }

  async *#peopleOf({ name, bytes }: ExportSource): AsyncGenerator<Person[]> {
    const source = new SourceFile(name, this.files.length > 1);
    this.#sources.push(source);
    for await (const part of readExport(bytes)) {
      if ('format' in part) {
        source.begin(part.format, 'names' in part ? part.names : undefined);
      } else if ('page' in part) {
        this.#pages.push(source.endPage(part.page));
      } else {
        const people = part.entries.flatMap((entry) => this.#take(source, entry));
        if (people.length > 0) yield people;
      }
    }
    const people = source.end();
    if (people.length > 0) yield people;
  }

  /** Complete after all users have been read. */
  get report(): ExportReport {
    const { completeness } = completenessOf(this.#pages);
    return {
      completeness,
      sources: this.#sources.map((source) => source.report),
      merged: this.#merged,
      leftOut: this.#leftOut,
      guests: this.#guests,
      warnings: [
        ...this.#sources.flatMap((source) => source.warnings),
        ...this.#pages.flatMap((page) => totalWarning(page)),
        ...(completeness === 'unknown' ? this.#pages.flatMap((page) => pageSizeWarning(page)) : []),
      ],
    };
  }

  #take(source: SourceFile, entry: Entry): Person[] {
    this.#entries++;
    this.options.progress?.(this.#entries);
    const columns = source.columnsFor(entry);
    const other = notPeople(entry, columns);
    const person = other === undefined ? personOf(entry, columns) : undefined;
    const isNew = this.#isNew(person ? sayingOf(person) : entry.values);
    source.count({ isNew, isPerson: person !== undefined });
    if (!isNew) {
      this.#merged++;
      return [];
    }
    if (other !== undefined) {
      this.#leftOut[other] = (this.#leftOut[other] ?? 0) + 1;
      return [];
    }
    if (!person) return [];
    const type = entry.values[columns.byPlainName.get('usertype')?.at ?? -1] ?? '';
    if (/^guest$/i.test(type) || person.profile.userName.includes('#EXT#')) this.#guests++;
    return source.release(person, entry, columns);
  }

  #isNew = (saying: readonly unknown[]): boolean => this.#seen.add(JSON.stringify(saying), 0);

  #assertSomebody(): void {
    const users = this.#sources.reduce((sum, { report }) => sum + report.users, 0);
    if (users > 0) return;
    const others = Object.entries(this.#leftOut).map(([what, count]) => `${what}: ${count}`);
    const what = others.length > 0 ? `. It contains ${others.join(', ')}` : '';
    throw usageProblem('export-empty', `The export contains no users${what}.`, {
      hint: 'Check that the export finished without an error, and that it is an export of users.',
    });
  }
}

/** Everything that an entry says about a user, except its position. */
const sayingOf = ({ profile, invalid }: Person) => [
  ...[profile.userName, profile.email, profile.externalId, profile.active],
  ...[profile.displayName, profile.givenName, profile.familyName, invalid],
];

/** A total that the entries themselves contradict. */
function totalWarning(page: ListPage): string[] {
  if (!isOverfull(page)) return [];
  return [
    `${page.file} says that the list has ${page.total} ${page.total === 1 ? 'entry' : 'entries'}, but it has ${page.entries}. It is not known whether the list is complete.`,
  ];
}

function pageSizeWarning({ file, entries, list }: ListPage): string[] {
  if (!isPageSize(entries, list)) return [];
  return [
    `${file} has exactly ${entries} entries, which is a common page size. Check that no page is missing.`,
  ];
}
