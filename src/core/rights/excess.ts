import type { Database } from '../../database/database.js';
import { columnsOf, isHostView, type Right, type TableRights } from '../../database/dialect/rights.js';
import type { GrantFact, Revocations, RightsFacts } from '../../database/dialect/rights-facts.js';
import { databaseRole, ROLES, type Role, rightsOf, roleName } from './roles.js';

/** A right in the schema that is not in the line of a role, and that makes whoever has it able to do more. */
export interface Excess {
  /** The role, login or `PUBLIC` that has it. */
  who: string;
  /** `has UPDATE, DELETE on scim.event`, `is a superuser`. */
  has: string;
  /** The login or role that gets it by being a member of `who`. */
  member?: string;
  /** What takes it away, for the owner of the schema or the DBA. */
  statement: string;
}

/** `scim_endpoint has DELETE on scim.event`, and who gets it by that. */
export const excessInWords = ({ who, has, member }: Excess): string =>
  `${who} ${has}${member === undefined ? '' : `, and so has its member ${member}`}`;

/** Rights that are too many, of our roles, of those who are members of them, and of PUBLIC. */
export async function excessRights(database: Database): Promise<Excess[]> {
  const { dialect, schema } = database;
  const facts = await database.read(({ knex }) => dialect.rightsFacts(knex, schema));
  const repair = (role: Role, table: string): string => {
    const { name, tables } = databaseRole(role, schema);
    const rights = tables.filter((one) => one.table === table);
    return rights.map((one) => dialect.grants.table(schema, one, name)).join(' ');
  };
  return judgeRights(facts, { schema, revocations: dialect.revocations, repair });
}

export interface JudgeRights {
  schema: string;
  revocations: Revocations;
  /** Grants a role its line on one table again: what takes a right on a table takes those on its columns too. */
  repair: (role: Role, table: string) => string;
}

/** Somebody whose rights have a limit, and the roles whose lines are that limit together. */
interface Subject {
  name: string;
  roles: readonly Role[];
  /** All roles whose rights it has, itself included. */
  reach: ReadonlySet<string>;
}

/** Holds every fact against the lines of the roles. Pure. */
export function judgeRights(facts: RightsFacts, { schema, revocations, repair }: JudgeRights): Excess[] {
  const subjects = subjectsOf(facts, schema);
  const excess: Excess[] = [];
  const again = (name: string | null, table: string) => {
    const own = ROLES.find((role) => roleName(role, schema) === name);
    return own ? ` ${repair(own, table)}`.trimEnd() : '';
  };
  const of = (who: string) => subjects.find(({ reach }) => reach.has(who));
  for (const grants of groups(facts.grants)) {
    const [{ to, on, kind } = { to: null, on: '', kind: 'table' as const }] = grants;
    const subject = to === null ? PUBLIC : worst(subjects, to, grants, facts);
    const found = subject ? grants.filter((grant) => isBeyond(grant, subject, facts)) : [];
    if (!subject || found.length === 0) continue;
    excess.push({
      who: to ?? 'PUBLIC',
      has: `has ${[...new Set(found.map(inWords))].join(', ')} on ${placeOf(schema, found[0] as GrantFact)}`,
      ...(to !== null && subject.name !== to && { member: subject.name }),
      statement: `${revocations.revoke(schema, found)}${kind === 'table' ? again(to, on) : ''}`,
    });
  }
  for (const { owner, on, kind } of facts.owners) {
    const subject = of(owner);
    if (!subject) continue;
    excess.push({
      who: owner,
      has: `owns ${kind === 'schema' ? `the schema ${schema}` : `the ${kind} ${schema}.${on}`}`,
      ...(subject.name !== owner && { member: subject.name }),
      // Who is no longer the owner has no right left.
      statement: `${revocations.reown(schema, { on, kind }, roleName('installer', schema))}${again(owner, on)}`,
    });
  }
  for (const { who, power, statement } of facts.powers) {
    const subject = of(who);
    if (subject)
      excess.push({ who, has: power, ...(subject.name !== who && { member: subject.name }), statement });
  }
  return [
    ...excess,
    ...betweenRoles(facts, schema, revocations),
    ...ownOf(facts, subjects, schema, revocations),
  ];
}

/** PUBLIC has no line: it may read what is made for the host application. */
const PUBLIC: Subject = { name: 'PUBLIC', roles: [], reach: new Set() };
const isForAll = (table: string) => isHostView(table) || table === 'live_group_member';

function subjectsOf({ memberships }: RightsFacts, schema: string): Subject[] {
  const limited = ROLES.filter((role) => role !== 'installer');
  const names = new Set([
    ...limited.map((role) => roleName(role, schema)),
    ...memberships.map(({ member }) => member),
  ]);
  return [...names].flatMap((name) => {
    const reach = reachOf(name, memberships);
    const roles = limited.filter((role) => reach.has(roleName(role, schema)));
    return roles.length === 0 || reach.has(roleName('installer', schema)) ? [] : [{ name, roles, reach }];
  });
}

function reachOf(name: string, memberships: RightsFacts['memberships']): Set<string> {
  const reach = new Set([name]);
  for (const one of reach) {
    for (const { member, role } of memberships) if (member === one) reach.add(role);
  }
  return reach;
}

/** Of those who have the rights of a grantee, the one with the narrowest limit: first the grantee itself. */
const worst = (subjects: readonly Subject[], to: string, grants: readonly GrantFact[], facts: RightsFacts) =>
  subjects.find(({ name }) => name === to) ??
  subjects.find(
    (subject) => subject.reach.has(to) && grants.some((grant) => isBeyond(grant, subject, facts)),
  );

const HARMLESS = ['VIEW DEFINITION', 'VIEW CHANGE TRACKING'];

function isBeyond(grant: GrantFact, subject: Subject, facts: RightsFacts): boolean {
  const { on, kind, right, column, isGrantable } = grant;
  if (subject === PUBLIC) return kind !== 'table' || right !== 'SELECT' || !isForAll(on);
  if (isGrantable) return true;
  if (HARMLESS.includes(right)) return false;
  if (kind === 'schema') return right !== 'SELECT';
  if (kind !== 'table') return true;
  return !subject.roles.some((role) => covers(role, on, right, column, facts.insertsByColumn));
}

function covers(role: Role, table: string, right: string, column: string | null, insertsByColumn: boolean) {
  const line = lineOf(role, table);
  if (!line?.rights.includes(right as Right)) return false;
  const columns = right === 'INSERT' && !insertsByColumn ? undefined : columnsOf(line, right as Right);
  return columns === undefined || (column !== null && columns.includes(column));
}

const lineOf = (role: Role, table: string): TableRights | undefined =>
  rightsOf(role).tables.find((one) => one.table === table);

/** A limited role that is a member of another has that one's rights too. */
function betweenRoles({ memberships }: RightsFacts, schema: string, revocations: Revocations): Excess[] {
  const names = new Set(ROLES.map((role) => roleName(role, schema)));
  return memberships
    .filter(
      ({ member, role }) => names.has(member) && names.has(role) && member !== roleName('installer', schema),
    )
    .map(({ member, role }) => ({
      who: member,
      has: `is a member of ${role}`,
      statement: revocations.expel(role, member),
    }));
}

/** What the server tells of this login alone, and not where it comes from. */
function ownOf(
  { own, insertsByColumn }: RightsFacts,
  subjects: readonly Subject[],
  schema: string,
  revocations: Revocations,
): Excess[] {
  return own.flatMap(({ login, on, right }): Excess[] => {
    const subject = subjects.find(({ name }) => name === login);
    if (!subject) return [];
    // Of a right on some columns the server may say that it is on the table.
    const lines = subject.roles.map((role) => lineOf(role, on));
    if (lines.some((line) => line?.columns && right === 'UPDATE')) return [];
    if (subject.roles.some((role) => covers(role, on, right, null, insertsByColumn))) return [];
    const grant: GrantFact = { to: login, on, kind: 'table', right, column: null, isGrantable: false };
    const to = [...subject.reach, null];
    return [
      {
        who: login,
        has: `has ${right} on ${schema}.${on}`,
        statement: to.map((name) => revocations.revoke(schema, [{ ...grant, to: name }])).join(' '),
      },
    ];
  });
}

/** The grants of one grantee on one object. */
function groups(grants: readonly GrantFact[]): GrantFact[][] {
  const all = new Map<string, GrantFact[]>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.to, grant.kind, grant.on]);
    all.set(key, [...(all.get(key) ?? []), grant]);
  }
  return [...all.values()];
}

const inWords = ({ right, column, isGrantable }: GrantFact): string =>
  `${right}${column === null ? '' : ` (${column})`}${isGrantable ? ' with grant option' : ''}`;

const placeOf = (schema: string, { kind, on }: GrantFact): string => {
  if (kind === 'table') return `${schema}.${on}`;
  if (kind === 'sequence') return `sequence ${schema}.${on}`;
  return kind === 'schema' ? `schema ${on || schema}` : 'the database';
};
