import { DatabaseFault, isPassing } from '../../database/faults/fault.js';
import {
  describeHostUserSource,
  describeHostUserWrites,
  type HostUnique,
  valuesTaken,
} from '../../database/queries/host/host-uniques.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import {
  HOST_COLUMNS,
  type HostUserChange,
  keepable,
  sameAddress,
} from '../../database/queries/host/host-users.js';
import type { Core } from '../core.js';
import {
  ATTRIBUTES,
  lengthOf,
  TEXTS,
  type TextField,
  tooLong,
} from '../provisioning/account/host-lengths.js';
import { newHostUser } from '../provisioning/account/host-profile.js';
import { newSubjects } from '../provisioning/account/sso-subject.js';
import { addressOf } from '../provisioning/matching/match.js';
import { userNameHidden } from '../provisioning/problems.js';
import type { Idp } from '../provisioning/types.js';
import { NOTHING_ANNOUNCED } from './announced.js';
import { type Foreseen, isSyncRefusal } from './foresee.js';
import type { PlaceInFile } from './names-before.js';
import type { Person } from './people.js';
import { WritesAhead } from './writes-ahead.js';

/** What the catalogue shows about the host application, and what it does not show. */
export interface CatalogueReport {
  /** The maximum number of characters, by column of `host_user`. */
  lengths: Readonly<Record<string, number>>;
  /** Unique columns for which every row behind the view was compared. */
  unique: string[];
  /** Unique columns for which this login cannot read the table behind the view. */
  uniqueUnread: string[];
  /** Whether `host_user` shows every row of its table; null if this login cannot read its definition. */
  showsAllRows: boolean | null;
  /**
   * Columns of `host_user` that no create and no change can set, because the view has no trigger for it; absent if there
   * are none. Null if this login cannot read the definition.
   */
  unwritable?: { insert: string[]; update: string[] } | null;
}

/** Compares the values to write with the catalogue. Tries nothing. */
export class Catalogue {
  /** The values of this list in unique columns, by column. */
  readonly #written = new Map<string, Map<string, PlaceInFile>>();

  private constructor(
    private readonly core: Core,
    private readonly shape: HostUserShape,
    private readonly idp: Idp,
    private readonly uniques: readonly HostUnique[],
    private readonly writes: WritesAhead,
    readonly report: CatalogueReport,
  ) {}

  static async read(core: Core, shape: HostUserShape, idp: Idp): Promise<Catalogue> {
    const { showsAll = null, uniques } = await ofCatalogue(() => core.database.read(describeHostUserSource), {
      uniques: [],
    });
    const texts = TEXTS.map((field): string => HOST_COLUMNS[field]);
    const own = uniques.filter(({ column }) => texts.includes(column));
    const lengths = TEXTS.flatMap((field): [string, number][] => {
      const length = lengthOf(shape, field);
      return length === undefined ? [] : [[HOST_COLUMNS[field], length]];
    });
    const found = await ofCatalogue(() => core.database.read(describeHostUserWrites), undefined);
    const writes = new WritesAhead(shape, found);
    const unwritable = writes.isKnown ? writes.lacks : null;
    const readable = own.filter(({ key }) => key.readable);
    return new Catalogue(core, shape, idp, readable, writes, {
      lengths: Object.fromEntries(lengths),
      unique: readable.map(({ column }) => column),
      uniqueUnread: own.filter(({ key }) => !key.readable).map(({ column }) => column),
      showsAllRows: showsAll,
      ...(unwritable !== undefined && { unwritable }),
    });
  }

  /** What was foreseen; users whose values are too long or belong to another row are refused. */
  async of(people: readonly Person[], foreseen: readonly Foreseen[]): Promise<Foreseen[]> {
    const told = foreseen.map((one, at) => {
      const person = people[at];
      const written = person && this.#writtenOf(person, one);
      const isTried = one.rehearsal === 'passed';
      const refusal: Partial<Refusal> | undefined = isTried
        ? undefined
        : ((written && this.#lengthRefusal(written)) ?? this.writes.refusalOf(one));
      return { one, written, isTried, refusal };
    });
    for (const unique of this.uniques) {
      const field = TEXTS.find((text) => HOST_COLUMNS[text] === unique.column);
      if (!field) continue;
      const asked = told.filter(({ written, refusal }) => !refusal && typeof written?.[field] === 'string');
      const textOf = ({ written }: (typeof asked)[number]) => String(written?.[field]);
      const untried = asked.filter(({ isTried }) => !isTried);
      const taken = await ofCatalogue(
        () => this.core.database.read((session) => valuesTaken(session, unique, untried.map(textOf))),
        undefined,
      );
      if (!taken) this.#giveUp(unique);
      const isTaken = new Set(untried.filter((_, at) => taken?.has(at)));
      for (const one of asked) {
        one.refusal = isTaken.has(one)
          ? refusal(field, userNameHidden(unique.key.name))
          : this.#twin(unique, field, textOf(one), one.one);
      }
    }
    return told.map(({ one, refusal }) => (refusal ? { ...one, ...REFUSED, ...refusal } : one));
  }

  /** The server refuses the comparison, perhaps because the index calls a function that this login may not call. */
  #giveUp({ column }: HostUnique): void {
    const { unique, uniqueUnread } = this.report;
    if (uniqueUnread.includes(column)) return;
    unique.splice(unique.indexOf(column), 1);
    uniqueUnread.push(column);
  }

  /**
   * The texts that would be new in the host application; undefined if there are none. Also those that a rehearsal has
   * tried: it tries each user alone, and rolls the user back before the next one.
   */
  #writtenOf({ profile }: Person, foreseen: Foreseen): HostUserChange | undefined {
    const { outcome, changes, rehearsal } = foreseen;
    if (isSyncRefusal(outcome) || rehearsal === 'refused') return undefined;
    if (outcome === 'create') {
      const made = newHostUser(profile, addressOf(profile) ?? profile.userName);
      return this.idp.ssoSubject
        ? { ...made, ...keepable(this.shape, newSubjects(this.idp, profile)) }
        : made;
    }
    let written: HostUserChange | undefined;
    // Field by field, since most users of a large export change nothing.
    for (const field of TEXTS) {
      const [from, to] = changes[field] ?? NO_CHANGE;
      if (typeof to !== 'string' || sameAddress(String(from ?? ''), to)) continue;
      written ??= {};
      written[field] = to;
    }
    return written;
  }

  #lengthRefusal(written: HostUserChange): Refusal | undefined {
    const found = tooLong(this.shape, written);
    if (found.length === 0) return undefined;
    const parts = found.map(
      ({ field, length, most }) =>
        `${ATTRIBUTES[field]} has ${length} characters, but ${HOST_COLUMNS[field]} allows ${most}`,
    );
    return {
      attributes: found.map(({ field }) => ATTRIBUTES[field]),
      detail: `The host application does not accept this user: ${parts.join('; ')}.`,
      advice: 'Shorten the value in the IdP, or remove its attribute from the mapping.',
    };
  }

  /** The refusal if an earlier user of the list has the same value; otherwise remembers the value. */
  #twin({ column, key }: HostUnique, field: TextField, value: string, one: Foreseen): Refusal | undefined {
    // `foresee` compares the addresses of the list already.
    if (field === 'loginName' || field === 'email') return undefined;
    const known = this.#written.get(column) ?? new Map<string, PlaceInFile>();
    this.#written.set(column, known);
    const name = key.folds ? value.toLowerCase() : value;
    const place = known.get(name);
    if (place === undefined) {
      known.set(name, one.file === undefined ? one.at : `${one.file}:${one.at}`);
      return undefined;
    }
    return {
      attributes: [ATTRIBUTES[field]],
      detail: `Another user of the export, at ${place}, has the same ${ATTRIBUTES[field]}, which must be unique in the host application (${key.name}).`,
      advice: 'Give the two users different values in the IdP.',
    };
  }
}

type Refusal = Pick<Foreseen, 'attributes' | 'detail' | 'advice'>;

const REFUSED = { ...NOTHING_ANNOUNCED, outcome: 'refused', needsSeat: false } as const;

const refusal = (
  field: TextField,
  { message, hint }: { message: string; hint?: string | undefined },
): Refusal => ({
  attributes: [ATTRIBUTES[field]],
  detail: message,
  ...(hint !== undefined && { advice: hint }),
});

const NO_CHANGE = [undefined, undefined] as const;

/** What the catalogue does not show or the server refuses to compare is unknown; the command continues. */
async function ofCatalogue<T>(ask: () => Promise<T>, unknown: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DatabaseFault && !isPassing(error)) return unknown;
    throw error;
  }
}
