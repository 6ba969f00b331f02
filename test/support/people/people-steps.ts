/* Random steps of IdPs, administrators and commands: data that can be shrunk, carried out again and read. */

import type { Chance } from '../scim/fuzz.js';
import type { Idp, Listed, People, Said, Wish } from './people-model.js';

type Quirk = keyof People['host'];
/** Of which link or account: of all there are, in the order in which they were made, round and round. */
type Of = number;
type Host =
  | {
      what: 'disable' | 'enable' | 'lock' | 'unlock' | 'take-seat' | 'delete' | 'protect' | 'unprotect';
      of: Of;
    }
  | { what: 'login' | 'email'; of: Of; value: string }
  | { what: 'replace'; of: Of; login: string }
  | { what: 'insert'; login: string; email: string | null; enabled: boolean; seat: string | null };

/** How a PATCH is put: Entra's, Entra's with its flag, and Okta's. */
export type Style = 'entra' | 'dotted' | 'okta';

export type Step =
  | { do: 'post'; idp: 0 | 1; user: Said; active: boolean }
  | { do: 'patch'; idp: 0 | 1; of: Of; style: Style; wish: Wish; unknownPath: boolean }
  | { do: 'put'; idp: 0 | 1; of: Of; user: Said; active?: boolean }
  | { do: 'delete'; idp: 0 | 1; of: Of }
  | ({ do: 'host' } & Host)
  | { do: 'quirk'; quirk: Quirk; on: boolean }
  | { do: 'host mark'; rule: People['logins']['rule']; renamesOnMatch: boolean }
  | { do: 'users disable'; of: Of }
  | { do: 'users link'; idp: 0 | 1; of: Of; userName?: string; externalId?: string }
  | { do: 'users link none'; of: Of }
  | { do: 'idp renew'; idp: 0 | 1 }
  | { do: 'idp update'; idp: 0 | 1; change: Partial<Pick<Idp, 'policy' | 'adoptsDisabled' | 'limit'>> }
  | { do: 'idp release'; idp: 0 | 1 }
  | { do: 'users reconcile'; idp: 0 | 1; list: readonly Listed[] }
  | { do: 'seats'; total: number };

const PEOPLE = ['ann', 'bob', 'cyd', 'dan', 'eve'];
const QUIRKS: readonly Quirk[] = ['ignoresEnabled', 'ignoresNames', 'ignoresEmail', 'derivesDisplay'];

export const addressFor = (name: string) => `${name}@x.example`;

/** What a sequence is about; what is rare would not come together by itself. */
interface Theme {
  people: readonly string[];
  /** The application ignores what is written to it, and protects accounts. */
  isStrange: boolean;
  /** The application gives keys to other people. */
  reusesKeys: boolean;
}

/** A sequence of steps over few names, so that they meet. */
export function randomSteps(chance: Chance, most: number): Step[] {
  const people = PEOPLE.slice(0, 2 + chance.below(4));
  const theme = { people, isStrange: chance.percent(40), reusesKeys: chance.percent(25) };
  const length = 2 + chance.below(most - 1);
  const start = startOf(chance, theme);
  return [...start, ...Array.from({ length }, () => randomStep(chance, theme))];
}

/** What is there before: accounts that no IdP has made, and IdPs that are set otherwise than at first. */
function startOf(chance: Chance, { people }: Theme): Step[] {
  const idp = chance.pick([0, 1] as const);
  const set = (change: (Step & { do: 'idp update' })['change']): Step => ({ do: 'idp update', idp, change });
  const add = (): Step => ({ do: 'host', ...newAccount(chance, chance.pick(people)) });
  const isBraked = chance.percent(20);
  const hasRule = chance.percent(35);
  const rule = chance.pick(['email', 'user-name', 'user-name', 'local-part'] as const);
  return [
    ...(hasRule ? [{ do: 'host mark', rule, renamesOnMatch: chance.percent(50) } as const] : []),
    ...(isBraked || chance.percent(15) ? [set({ policy: 'disable' })] : []),
    ...(isBraked ? [set({ limit: limit(chance) })] : []),
    ...(chance.percent(15) ? [set({ adoptsDisabled: false })] : []),
    ...(chance.percent(10) ? [{ do: 'seats', total: 1 } as const] : []),
    ...(chance.percent(40) ? [add()] : []),
    ...(chance.percent(15) ? [add(), add()] : []),
  ];
}

function randomStep(chance: Chance, theme: Theme): Step {
  const { people, isStrange } = theme;
  const idp = chance.pick([0, 1] as const);
  const of = chance.below(12);
  const roll = chance.below(105);
  if (roll < 24) return { do: 'post', idp, user: user(chance, people), active: chance.percent(80) };
  if (roll < 60) {
    // Each IdP in its own dialect, mostly.
    const isEntra = (idp === 0) !== chance.percent(15);
    if (isEntra) {
      const style = chance.pick(['entra', 'dotted', 'okta'] as const);
      return { do: 'patch', idp, of, style, wish: wish(chance, people), unknownPath: chance.percent(6) };
    }
    const active = chance.pick([true, true, false, false, undefined]);
    return { do: 'put', idp, of, user: user(chance, people), ...(active !== undefined && { active }) };
  }
  if (roll < 66) return { do: 'delete', idp, of };
  if (roll < 83) return { do: 'host', ...host(chance, theme) };
  if (roll < 86) return byHand(chance, people, idp, of);
  if (roll < 89) return { do: 'users disable', of };
  if (roll < 91) return { do: 'idp renew', idp };
  if (roll < 95) return { do: 'idp update', idp, change: idpChange(chance) };
  if (roll < 97) return { do: 'idp release', idp };
  if (roll >= 100) return { do: 'users reconcile', idp, list: listed(chance, people) };
  if (isStrange) return { do: 'quirk', quirk: chance.pick(QUIRKS), on: chance.percent(60) };
  return { do: 'seats', total: chance.pick([0, 1, 1, 2, 100]) };
}

/** The IdP's own list: most of its users, most of them active. */
const listed = (chance: Chance, people: readonly string[]): Listed[] =>
  people
    .filter(() => chance.percent(70))
    .map(() => {
      const { userName, externalId, email } = user(chance, people);
      return { userName, externalId, email, active: chance.percent(75) };
    });

function byHand(chance: Chance, people: readonly string[], idp: 0 | 1, of: Of): Step {
  if (chance.percent(25)) return { do: 'users link none', of };
  const name = chance.pick(people);
  const says = chance.below(3);
  return {
    ...{ do: 'users link', idp, of },
    ...(says !== 1 && { externalId: externalId(chance, people, name) }),
    ...(says !== 0 && { userName: userName(chance, name) }),
  };
}

function idpChange(chance: Chance): (Step & { do: 'idp update' })['change'] {
  if (chance.percent(50)) return { policy: chance.pick(['manual', 'disable', 'disable'] as const) };
  if (chance.percent(50)) return { adoptsDisabled: chance.percent(50) };
  return { limit: chance.percent(80) ? limit(chance) : null };
}

const limit = (chance: Chance) => ({
  max: chance.below(3),
  windowMs: chance.pick([5, 60]) * 60_000,
  percent: chance.pick([null, 40]),
});

function user(chance: Chance, people: readonly string[]): Said {
  const name = chance.pick(people);
  const email = chance.percent(85) ? addressFor(chance.percent(85) ? name : chance.pick(people)) : null;
  return {
    userName: userName(chance, name),
    externalId: chance.percent(94) ? externalId(chance, people, name) : null,
    email: email !== null && chance.percent(6) ? inOtherLetters(chance, email) : email,
    display: chance.percent(50) ? display(chance, name) : null,
    given: chance.percent(50) ? `G${chance.below(3)}` : null,
    family: chance.percent(50) ? `F${chance.below(3)}` : null,
  };
}

/** Some of it, as PATCH says it; with what Entra makes of the name of a user who was deleted. */
function wish(chance: Chance, people: readonly string[]): Wish {
  const { userName, externalId, email, display, given, family } = user(chance, people);
  const said: Wish = {};
  const may = (n: number) => chance.percent(n);
  if (may(55)) said.active = may(50);
  if (may(15)) said.userName = userName;
  if (may(15)) said.externalId = externalId;
  if (may(15)) said.email = email;
  if (may(20)) said.display = display;
  if (may(15)) said.given = given;
  if (may(15)) said.family = family;
  if (may(10)) {
    const renamed = `${'0123456789abcdef'.repeat(2)}${addressFor(chance.pick(people))}`;
    const both = { userName: renamed, ...(may(60) && { active: false }) };
    Object.assign(said, both, may(50) ? { email: renamed } : {});
  }
  if (Object.keys(said).length === 0) said.active = may(50);
  return said;
}

const userName = (chance: Chance, name: string) => {
  const roll = chance.below(100);
  return roll < 80 ? addressFor(name) : roll < 90 ? inOtherLetters(chance, addressFor(name)) : name;
};
const inOtherLetters = (chance: Chance, address: string) =>
  chance.percent(50) ? address.toUpperCase() : address.slice(0, 1).toUpperCase() + address.slice(1);
/** Of an account that its administrator made: the address of somebody, sometimes in other letters. */
const ownAddress = (chance: Chance, name: string) =>
  chance.percent(15) ? inOtherLetters(chance, addressFor(name)) : addressFor(name);
const externalId = (chance: Chance, people: readonly string[], name: string) =>
  `id-${chance.percent(75) ? name : chance.pick(people)}${chance.percent(25) ? '-2' : ''}`;
const display = (chance: Chance, name: string) =>
  chance.percent(5) ? 'x'.repeat(300) : `${name} ${chance.below(3)}`;

function host(chance: Chance, { people, isStrange, reusesKeys }: Theme): Host {
  const of = chance.below(12);
  const name = chance.pick(people);
  const roll = chance.below(100);
  const isOwn = chance.percent(50);
  const isReused = chance.percent(reusesKeys ? 40 : 7);
  if (isReused) return { what: 'replace', of, login: isOwn ? addressFor(name) : `${name}.new@x.example` };
  if (roll < 20) return { what: 'disable', of };
  if (roll < 32) return { what: 'lock', of };
  if (roll < 36) return { what: 'unlock', of };
  if (roll < 50) return { what: 'enable', of };
  if (roll < 58) return { what: 'delete', of };
  if (roll < 66)
    return { what: 'login', of, value: chance.percent(50) ? `${name}.hand` : ownAddress(chance, name) };
  if (roll < 72)
    return {
      what: 'email',
      of,
      value: chance.percent(50) ? `${name}.hand@x.example` : ownAddress(chance, name),
    };
  if (roll < 80) return newAccount(chance, name);
  if (roll < 90) return { what: 'take-seat', of };
  if (!isStrange) return { what: 'enable', of };
  return { what: chance.percent(50) ? 'protect' : 'unprotect', of };
}

function newAccount(chance: Chance, name: string): Host & { what: 'insert' } {
  return {
    what: 'insert',
    login: chance.percent(50) ? ownAddress(chance, name) : `${name}${chance.pick(['', '', '.2'])}`,
    email: chance.percent(80) ? ownAddress(chance, name) : null,
    enabled: chance.percent(70),
    seat: chance.pick([null, 'Dedicated']),
  };
}

/** The body of a POST or PUT. */
export function wholeUser({ userName, externalId, email, display, given, family }: Said, active?: boolean) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    ...(externalId !== null && { externalId }),
    ...(active !== undefined && { active }),
    ...(email !== null && { emails: [{ value: email, type: 'work', primary: true }] }),
    ...(display !== null && { displayName: display }),
    ...((given !== null || family !== null) && {
      name: { ...(given !== null && { givenName: given }), ...(family !== null && { familyName: family }) },
    }),
  };
}

const PATHS: Record<keyof Said, string> = {
  userName: 'userName',
  externalId: 'externalId',
  email: 'emails[type eq "work"].value',
  display: 'displayName',
  given: 'name.givenName',
  family: 'name.familyName',
};

/** The operations of a PATCH, in one of the dialects. */
export function operationsOf({ active, ...said }: Wish, style: Style, unknownPath: boolean): object[] {
  const set = Object.entries(said).map(([name, value]) => [PATHS[name as keyof Said], value] as const);
  const strange = unknownPath ? [{ op: 'replace', path: 'noSuchAttribute', value: 'x' }] : [];
  if (style === 'entra') {
    const state =
      active === undefined ? [] : [{ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }];
    return [
      ...set.map(([path, value]) => ({ op: 'Replace', path, value: value ?? '' })),
      ...strange,
      ...state,
    ];
  }
  const whole = { ...(active !== undefined && { active }), ...Object.fromEntries(set) };
  if (style === 'dotted') return [{ op: 'replace', value: whole }, ...strange];
  const state = active === undefined ? [] : [{ op: 'replace', value: { active } }];
  return [
    ...strange,
    ...set.map(([path, value]) => ({ op: value === null ? 'remove' : 'add', path, value })),
    ...state,
  ];
}

/** The user of the IdP, as an administrator names it. */
export const namesOf = ({ userName, externalId }: Step & { do: 'users link' }) => ({
  ...(userName !== undefined && { userName }),
  ...(externalId !== undefined && { externalId }),
});

/** One step as a line of a script. */
export function tell(step: Step, idps: readonly string[]): string {
  const said = (some: Wish) => JSON.stringify(some).replace(/"(\w+)":/g, ' $1: ');
  switch (step.do) {
    case 'post':
      return `${idps[step.idp]} POST ${said({ ...step.user, active: step.active })}`;
    case 'put':
      return `${idps[step.idp]} PUT #${step.of} ${said({ ...step.user, ...(step.active !== undefined && { active: step.active }) })}`;
    case 'patch':
      return `${idps[step.idp]} PATCH #${step.of} ${said(step.wish)}${step.unknownPath ? ' and an unknown path' : ''} (${step.style})`;
    case 'delete':
      return `${idps[step.idp]} DELETE #${step.of}`;
    case 'host': {
      const { do: _, ...rest } = step;
      return `host application: ${said(rest as Wish)}`;
    }
    case 'quirk':
      return `host application ${step.on ? 'now' : 'no longer'} ${step.quirk}`;
    case 'host mark':
      return `host mark --login-rule ${step.rule} --rename-on-match ${step.renamesOnMatch ? 'yes' : 'no'}`;
    case 'users disable':
      return `users disable, account ${step.of}`;
    case 'users link':
      return `users link, account ${step.of}, --idp ${idps[step.idp]} ${said(namesOf(step))}`;
    case 'users link none':
      return `users link, account ${step.of}, --none`;
    case 'idp renew':
      return `idp remove, idp add ${idps[step.idp]}`;
    case 'idp update':
      return `idp update ${idps[step.idp]} ${JSON.stringify(step.change)}`;
    case 'idp release':
      return `idp release ${idps[step.idp]}`;
    case 'users reconcile':
      return `users reconcile --mark, list of ${idps[step.idp]}: ${step.list.map((one) => said(one)).join(', ') || 'nobody'}`;
    case 'seats':
      return `seats: ${step.total} of each pool`;
  }
}
