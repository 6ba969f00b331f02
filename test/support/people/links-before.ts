import type { SyncOutcome } from '../../../src/core/preflight/foresee.js';
import type { Profile } from '../../../src/core/provisioning/types.js';
import type { AccountUpdate } from '../../../src/core/service-accounts/change.js';
import { person } from './people.js';

export type { AccountUpdate };

/** What is there before, and what the export says then. */
export interface Scenario {
  /** How the IdP is set. */
  idp?: AccountUpdate;
  /** @param name is of this scenario alone. */
  given(name: string, the: Steps): Promise<unknown>;
  line(name: string): Profile;
  expected: SyncOutcome;
  /** Where one that asks first only changes the link of the former person. */
  createsFirst?: true;
}

export interface Steps {
  made(profile: Profile): Promise<string>;
  left(id: string): Promise<unknown>;
  deleted(id: string): Promise<unknown>;
  linkedByHand(login: string, externalId: string): Promise<unknown>;
  account(login: string, columns?: Record<string, unknown>): Promise<unknown>;
  changed(login: string, columns: Record<string, unknown>): Promise<unknown>;
  gone(login: string): Promise<unknown>;
}

const REFUSES = { adoptDisabled: 'refuse' } as const;
export const DISABLES = { deprovisionPolicy: 'disable' } as const;
const login = (name: string) => `${name}@contoso.example`;
export const INACTIVE = { active: false };

/** Links that are there before a sync, and what a preflight of one line of an export says then. */
export const SCENARIOS: Record<string, Scenario> = {
  'a user name that another person has now': {
    given: async (name, { made, left }) => left(await made(person(name))),
    line: (name) => person(name, { externalId: `jane-${name}`, email: `jane.${name}@contoso.example` }),
    expected: 'create',
  },
  'the same, inactive': {
    given: async (name, { made, left }) => left(await made(person(name))),
    line: (name) =>
      person(name, { externalId: `jane-${name}`, email: `jane.${name}@contoso.example`, active: false }),
    expected: 'create',
    createsFirst: true,
  },
  'a new external id with the address of the account': {
    given: async (name, { made, left }) => left(await made(person(name))),
    line: (name) => person(name, { externalId: `again-${name}` }),
    expected: 'match',
  },
  'a return under another user name': {
    given: async (name, { made, left, changed }) => {
      await left(await made(person(name)));
      await changed(login(name), { enabled: false });
    },
    line: (name) => person(`married.${name}`, { externalId: `object-${name}` }),
    expected: 'linked',
  },
  'a return of a deleted user': {
    given: async (name, { made, deleted }) => deleted(await made(person(name))),
    line: (name) => person(name),
    expected: 'linked',
  },
  'a return without an external id': {
    given: async (name, { made, left }) => left(await made(person(name, { externalId: null }))),
    line: (name) => person(name, { externalId: null }),
    expected: 'linked',
  },
  'a return to an account that is gone': {
    given: async (name, { made, left, gone }) => {
      await left(await made(person(name)));
      await gone(login(name));
    },
    line: (name) => person(name),
    expected: 'create',
  },
  'a return through a doubtful link': {
    given: async (name, { made, left, changed }) => {
      await left(await made(person(name)));
      await changed(login(name), { login: `x.${name}`, email: `x.${name}@contoso.example` });
    },
    line: (name) => person(name),
    expected: 'doubtful',
  },
  'a doubtful link in force': {
    given: async (name, { made, changed }) => {
      await made(person(name));
      await changed(login(name), { login: `x.${name}`, email: `x.${name}@contoso.example` });
    },
    line: (name) => person(name, { displayName: 'Other' }),
    expected: 'linked',
  },
  'a departure through a doubtful link': {
    idp: DISABLES,
    given: async (name, { made, changed }) => {
      await made(person(name));
      await changed(login(name), { login: `x.${name}`, email: `x.${name}@contoso.example` });
    },
    line: (name) => person(name, INACTIVE),
    expected: 'linked',
  },
  'a link made by hand to a disabled account': {
    given: async (name, { account, linkedByHand }) => {
      await account(login(name), { enabled: false });
      await linkedByHand(login(name), `object-${name}`);
    },
    line: (name) => person(name),
    expected: 'linked',
  },
  'a link made by hand, where the IdP leaves disabled accounts alone': {
    idp: REFUSES,
    given: async (name, { account, linkedByHand }) => {
      await account(login(name), { enabled: false });
      await linkedByHand(login(name), `object-${name}`);
    },
    line: (name) => person(name, { displayName: 'By Hand' }),
    expected: 'linked',
  },
  'a link made by hand to an enabled account without a seat': {
    given: async (name, { account, linkedByHand }) => {
      await account(login(name));
      await linkedByHand(login(name), `object-${name}`);
    },
    line: (name) => person(name),
    expected: 'linked',
  },
  'a link in force whose account is gone': {
    given: async (name, { made, gone }) => {
      await made(person(name));
      await gone(login(name));
    },
    line: (name) => person(name),
    expected: 'create',
  },
  'the same, while a disabled account has the address': {
    given: async (name, { made, gone, account }) => {
      await made(person(name));
      await gone(login(name));
      await account(login(name), { enabled: false });
    },
    line: (name) => person(name),
    expected: 'match',
  },
  'the same, where the IdP leaves disabled accounts alone': {
    idp: REFUSES,
    given: async (name, { made, gone, account }) => {
      await made(person(name));
      await gone(login(name));
      await account(login(name), { enabled: false });
    },
    line: (name) => person(name),
    expected: 'disabled',
  },
  'a link in force whose account is gone, inactive': {
    given: async (name, { made, gone }) => {
      await made(person(name));
      await gone(login(name));
    },
    line: (name) => person(name, INACTIVE),
    expected: 'linked',
  },
  'a disabled account whose only link was made inactive, where the IdP leaves disabled accounts alone': {
    idp: REFUSES,
    given: async (name, { account, made }) => {
      await account(login(name), { enabled: false });
      await made(person(name, INACTIVE));
    },
    line: (name) => person(name),
    expected: 'disabled',
  },
  'a disabled account that the IdP had under another id, where it leaves disabled accounts alone': {
    idp: REFUSES,
    given: async (name, { made, left, changed }) => {
      await left(await made(person(name)));
      await changed(login(name), { enabled: false });
    },
    line: (name) => person(name, { externalId: `again-${name}` }),
    expected: 'match',
  },
  'a user in force under a new address': {
    given: (name, { made }) => made(person(name)),
    line: (name) => person(`new.${name}`, { externalId: `object-${name}` }),
    expected: 'linked',
  },
  'a user in force under an address that another account has': {
    given: async (name, { made, account }) => {
      await made(person(name));
      await account(login(`new.${name}`));
    },
    line: (name) => person(`new.${name}`, { externalId: `object-${name}` }),
    expected: 'taken',
  },
  'a user in force under the user name of another user': {
    given: async (name, { made }) => {
      await made(person(name));
      await made(person(`other.${name}`));
    },
    line: (name) => person(name, { userName: login(`other.${name}`) }),
    expected: 'taken',
  },
  'a protected account in force, with another name': {
    given: async (name, { made, changed }) => {
      await made(person(name));
      await changed(login(name), { protected: true });
    },
    line: (name) => person(name, { displayName: 'Somebody Else' }),
    expected: 'protected',
  },
  'a departure': {
    given: (name, { made }) => made(person(name)),
    line: (name) => person(name, INACTIVE),
    expected: 'linked',
  },
  'a departure with a name that cannot be stored': {
    idp: DISABLES,
    given: (name, { made }) => made(person(name)),
    line: (name) => person(name, { ...INACTIVE, displayName: 'x\u0000' }),
    expected: 'linked',
  },
  'a departure under the user name of another user': {
    idp: DISABLES,
    given: async (name, { made }) => {
      await made(person(name));
      await made(person(`other.${name}`));
    },
    line: (name) => person(name, { ...INACTIVE, userName: login(`other.${name}`) }),
    expected: 'linked',
  },
  'a departure from a suspended account': {
    idp: DISABLES,
    given: async (name, { made, changed }) => {
      await made(person(name));
      await changed(login(name), { enabled: false });
    },
    line: (name) => person(name, INACTIVE),
    expected: 'linked',
  },
  'a user who is inactive still': {
    idp: DISABLES,
    given: async (name, { made, left, changed }) => {
      await left(await made(person(name)));
      await changed(login(name), { enabled: true });
    },
    line: (name) => person(name, INACTIVE),
    expected: 'linked',
  },
  'an enabled account of an inactive user': {
    idp: DISABLES,
    given: (name, { account }) => account(login(name)),
    line: (name) => person(name, INACTIVE),
    expected: 'match',
  },
};
