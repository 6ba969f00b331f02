/* Random steps of IdPs, administrators and commands: data that can be shrunk, carried out again and read. */

import type { Chance } from './fuzz.js';
import type { Idp, People, Said, Wish } from './people-model.js';

type Quirk = keyof People['host'];
/** Of which link or account: of all there are, in the order in which they were made, round and round. */
type Of = number;
type Host =
  | { what: 'disable' | 'enable' | 'take-seat' | 'delete' | 'protect' | 'unprotect'; of: Of }
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
  | { do: 'users disable'; of: Of }
  | { do: 'idp renew'; idp: 0 | 1 }
  | { do: 'idp update'; idp: 0 | 1; change: Partial<Pick<Idp, 'policy' | 'adoptsDisabled' | 'limit'>> }
  | { do: 'idp release'; idp: 0 | 1 }
  | { do: 'seats'; total: number };

const PEOPLE = ['ann', 'bob', 'cyd', 'dan', 'eve'];
const QUIRKS: readonly Quirk[] = ['ignoresEnabled', 'ignoresNames', 'ignoresEmail', 'derivesDisplay'];

export const addressFor = (name: string) => `${name}@x.example`;

/** A sequence of steps over few names, so that they meet. */
export function randomSteps(chance: Chance, most: number): Step[] {
  const people = PEOPLE.slice(0, 2 + chance.below(4));
  const isStrange = chance.percent(40);
  const length = 2 + chance.below(most - 1);
  return Array.from({ length }, () => randomStep(chance, people, isStrange));
}

function randomStep(chance: Chance, people: readonly string[], isStrange: boolean): Step {
  const idp = chance.pick([0, 1] as const);
  const of = chance.below(12);
  const roll = chance.below(100);
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
  if (roll < 84) return { do: 'host', ...host(chance, people, isStrange) };
  if (roll < 89) return { do: 'users disable', of };
  if (roll < 91) return { do: 'idp renew', idp };
  if (roll < 95) return { do: 'idp update', idp, change: idpChange(chance) };
  if (roll < 97) return { do: 'idp release', idp };
  if (isStrange) return { do: 'quirk', quirk: chance.pick(QUIRKS), on: chance.percent(60) };
  return { do: 'seats', total: chance.pick([0, 1, 1, 2, 100]) };
}

function idpChange(chance: Chance): (Step & { do: 'idp update' })['change'] {
  if (chance.percent(50)) return { policy: chance.pick(['manual', 'disable', 'disable'] as const) };
  if (chance.percent(50)) return { adoptsDisabled: chance.percent(50) };
  const limit = {
    max: chance.below(3),
    windowMs: chance.pick([5, 60]) * 60_000,
    percent: chance.pick([null, 40]),
  };
  return { limit: chance.percent(80) ? limit : null };
}

function user(chance: Chance, people: readonly string[]): Said {
  const name = chance.pick(people);
  const email = chance.percent(85) ? addressFor(chance.percent(85) ? name : chance.pick(people)) : null;
  return {
    userName: userName(chance, name),
    externalId: chance.percent(94) ? externalId(chance, people, name) : null,
    email: email !== null && chance.percent(6) ? email.toUpperCase() : email,
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
  if (may(8)) {
    const renamed = `${'0123456789abcdef'.repeat(2)}${addressFor(chance.pick(people))}`;
    Object.assign(said, { userName: renamed, active: false }, may(50) ? { email: renamed } : {});
  }
  if (Object.keys(said).length === 0) said.active = may(50);
  return said;
}

const userName = (chance: Chance, name: string) => {
  const roll = chance.below(100);
  return roll < 80 ? addressFor(name) : roll < 90 ? addressFor(name).toUpperCase() : name;
};
const externalId = (chance: Chance, people: readonly string[], name: string) =>
  `id-${chance.percent(75) ? name : chance.pick(people)}${chance.percent(25) ? '-2' : ''}`;
const display = (chance: Chance, name: string) =>
  chance.percent(5) ? 'x'.repeat(300) : `${name} ${chance.below(3)}`;

function host(chance: Chance, people: readonly string[], isStrange: boolean): Host {
  const of = chance.below(12);
  const name = chance.pick(people);
  const roll = chance.below(100);
  if (roll < 25) return { what: 'disable', of };
  if (roll < 50) return { what: 'enable', of };
  if (roll < 58) return { what: 'delete', of };
  if (roll < 66) return { what: 'login', of, value: chance.percent(50) ? `${name}.hand` : addressFor(name) };
  if (roll < 72)
    return { what: 'email', of, value: chance.percent(50) ? `${name}.hand@x.example` : addressFor(name) };
  if (roll < 80) {
    const email = chance.percent(80) ? addressFor(name) : null;
    const login = chance.percent(50) ? addressFor(name) : name;
    return {
      what: 'insert',
      login,
      email,
      enabled: chance.percent(70),
      seat: chance.pick([null, 'Dedicated']),
    };
  }
  if (roll < 86) return { what: 'take-seat', of };
  if (roll < 93)
    return { what: 'replace', of, login: chance.percent(50) ? addressFor(name) : `${name}.new@x.example` };
  if (!isStrange) return { what: 'enable', of };
  return { what: chance.percent(50) ? 'protect' : 'unprotect', of };
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
    case 'users disable':
      return `users disable, account ${step.of}`;
    case 'idp renew':
      return `idp remove, idp add ${idps[step.idp]}`;
    case 'idp update':
      return `idp update ${idps[step.idp]} ${JSON.stringify(step.change)}`;
    case 'idp release':
      return `idp release ${idps[step.idp]}`;
    case 'seats':
      return `seats: ${step.total} of each pool`;
  }
}
