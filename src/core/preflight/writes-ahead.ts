import type { ViewWrites, WayOfWriting } from '../../database/dialect/view-writes.js';
import { unwritable } from '../../database/dialect/view-writes.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import { HOST_COLUMNS } from '../../database/queries/host/host-users.js';
import { type Foreseen, isSyncRefusal } from './foresee.js';

/** Columns that a new account is always given, where the view has them; with access, these as well. */
const OF_CREATE = ['login_name', 'email', 'display_name', 'given_name', 'family_name', 'is_enabled'];
const OF_ACCESS = ['sso_provider_id'];
const OF_SEAT = ['licence_type'];

const COLUMN_OF: Readonly<Record<string, string>> = { ...HOST_COLUMNS, enabled: HOST_COLUMNS.isEnabled };

/** Finds by the catalogue what cannot be written through `host_user` at all: without its triggers, for example. */
export class WritesAhead {
  constructor(
    private readonly shape: Pick<HostUserShape, 'columns'>,
    /** Undefined where this login is not shown enough to tell. */
    private readonly writes: ViewWrites | undefined,
  ) {}

  get isKnown(): boolean {
    return this.writes !== undefined;
  }

  /** Columns of `host_user` that a create or a change cannot set; undefined if everything can be written. */
  get lacks(): { insert: string[]; update: string[] } | undefined {
    if (!this.writes) return undefined;
    const all = this.#there([...OF_CREATE, ...OF_ACCESS, ...OF_SEAT]);
    const [insert, update] = [unwritable(this.writes, 'insert', all), unwritable(this.writes, 'update', all)];
    return insert.length + update.length === 0 ? undefined : { insert, update };
  }

  /** Why the host application cannot carry out what is foreseen for a user. */
  refusalOf(foreseen: Foreseen): { detail: string; advice: string } | undefined {
    const { writes } = this;
    if (!writes || isSyncRefusal(foreseen.outcome)) return undefined;
    const way = foreseen.outcome === 'create' ? 'insert' : 'update';
    const columns = this.#writtenFor(foreseen);
    const fixed = unwritable(writes, way, columns);
    if (fixed.length === 0) return undefined;
    return { detail: detailOf(way, writes[way], fixed), advice: ADVICE };
  }

  #writtenFor({ outcome, changes, active, needsSeat }: Foreseen): string[] {
    if (outcome === 'create') {
      return this.#there([...OF_CREATE, ...(active ? OF_ACCESS : []), ...(needsSeat ? OF_SEAT : [])]);
    }
    // A departure holds whatever the host application says; its account is then pending.
    if (changes.enabled?.[1] === false) return [];
    return this.#there(Object.keys(changes).flatMap((field) => COLUMN_OF[field] ?? []));
  }

  #there(columns: readonly string[]): string[] {
    return columns.filter((column) => this.shape.columns.has(column));
  }
}

const ADVICE =
  'Have the DBA of the host application add the INSTEAD OF triggers of the view. `scimctl host status` tries each write.';

function detailOf(way: 'insert' | 'update', means: WayOfWriting, fixed: readonly string[]): string {
  const what = way === 'insert' ? 'create this account' : 'change this account';
  const why =
    means === 'none'
      ? `the view has no INSTEAD OF trigger for ${way.toUpperCase()}, and the database cannot write through it`
      : `the view has no INSTEAD OF trigger for ${way.toUpperCase()}, and ${fixed.join(', ')} ${fixed.length === 1 ? 'is' : 'are'} not written through it`;
  return `The host application cannot ${what} through host_user: ${why}.`;
}
