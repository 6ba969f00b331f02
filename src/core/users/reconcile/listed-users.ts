import { foldCase } from '../../../database/sql/fold-case.js';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import { DigestTable } from '../../preflight/export/digest-table.js';
import type { Person } from '../../preflight/people.js';

/** Whom the IdP's list may mean by an account: the external id of its link, and the names of link and account. */
export interface NamesOfAccount {
  externalId: string | null;
  names: readonly (string | null)[];
}

/** A user of the IdP's own list. */
export interface UserOfList {
  /** In the order of the list, from 0 on. */
  number: number;
  isActive: boolean;
}

/** The users of the IdP's own list, by what they are known by. Of each it keeps a few dozen bytes. */
export class ListedUsers {
  readonly #numbers = new DigestTable();
  #states = new Uint8Array(1024);
  #count = 0;
  #active = 0;
  #undecided = 0;

  /** The number of users, of active ones, and of those whose entries cannot be relied on. */
  get counts(): { users: number; active: number; undecided: number } {
    return { users: this.#count, active: this.#active, undecided: this.#undecided };
  }

  /** An entry that cannot be relied on accuses nobody: its user counts as active. */
  add({ profile, invalid }: Person): void {
    const number = this.#count++;
    if (number === this.#states.length) {
      const states = this.#states;
      this.#states = new Uint8Array(2 * states.length);
      this.#states.set(states);
    }
    const isActive = profile.active || invalid !== undefined;
    this.#states[number] = isActive ? 1 : 0;
    if (isActive) this.#active++;
    if (invalid !== undefined) this.#undecided++;
    const { userName, email, externalId } = profile;
    if (externalId !== null) this.#know(idOf(externalId), number);
    const name = nameOf(userName);
    if (userName !== '') this.#know(name, number);
    // They are mostly the same but for case, and each look-up costs a digest.
    const address = email === null || email === userName ? name : nameOf(email);
    if (address !== name) this.#know(address, number);
  }

  /**
   * The user whom an account is of: by external id before names, as the endpoint finds users. Where several users have
   * one of the names, an active one goes before one who is not.
   */
  find({ externalId, names }: NamesOfAccount): UserOfList | undefined {
    const byId = externalId === null ? undefined : this.#numbers.get(idOf(externalId));
    if (byId !== undefined) return this.#user(byId);
    let found: UserOfList | undefined;
    let last: string | undefined;
    for (const name of names) {
      // Login name and e-mail address are mostly the same.
      const key = name === null ? last : nameOf(name);
      if (key === undefined || key === last) continue;
      last = key;
      const number = this.#numbers.get(key);
      if (number === undefined) continue;
      const user = this.#user(number);
      if (user.isActive) return user;
      found ??= user;
    }
    return found;
  }

  #user = (number: number): UserOfList => ({ number, isActive: this.#states[number] === 1 });

  #know(key: string, number: number): void {
    this.#numbers.add(key, number, (known) => this.#states[known] === 1 || this.#states[number] === 0);
  }
}

const idOf = (externalId: string): string => `i${externalId}`;
const nameOf = (name: string): string => `n${foldCase(withoutOuterSpace(name))}`;
