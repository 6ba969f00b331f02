import type { Database } from '../../database/database.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import type { SchemaFinding } from '../../database/migrator/verify.js';
import { readHosting, readLoginRules, readManualDisable } from '../../database/queries/installation.js';
import { chainEnd } from '../audit/chain-end.js';
import { headOf } from '../audit/evidence/head.js';
import { type RunChecks, runChecks } from '../check/run-checks.js';
import { ROLES, rightsOf, roleName } from '../rights/roles.js';
import { verifyInstallation } from '../rights/verify.js';
import { accountCounts, refusalCounts, tableCounts } from './counts.js';
import type { SupportPart } from './parts.js';
import { planParts } from './plans.js';

export type SupportInput = Pick<RunChecks, 'connect' | 'clock' | 'tokenKeys'>;

/** What a support bundle says of the database, in parts that fail each by itself. */
export function databaseParts(input: SupportInput): SupportPart[] {
  const { connect, clock } = input;
  const part = (
    file: string,
    about: string,
    collect: (database: Database) => Promise<unknown>,
  ): SupportPart => ({
    file,
    about,
    asksDatabase: true,
    collect: async () => collect(await connect()),
  });
  return [
    part('server.json', 'the database server: product, version, collation, isolation', (database) =>
      serverFacts(database, clock),
    ),
    part(
      'schema.json',
      'the installed migrations, and where the schema differs from this version',
      schemaFacts,
    ),
    part('rights.json', 'our database roles, and the rights that this login lacks', rightsFacts),
    // It reports by itself that there is no database.
    { file: 'checks.json', about: 'the results of `scimctl check`', collect: () => checkFacts(input) },
    part('installation.json', 'how the installation is marked', installationFacts),
    part(
      'tables.json',
      'the number of rows of each of our tables, and of users of the application',
      tableCounts,
    ),
    part(
      'idps.json',
      'the IdPs by name, with their settings and the number of links and tokens',
      (database) => accountCounts(database, clock()),
    ),
    part('problems.json', 'the codes of the refusals of the last 30 days, with their numbers', (database) =>
      refusalCounts(database, clock()),
    ),
    part('trail.json', 'the head of the audit trail', trailFacts),
    ...planParts(part),
  ];
}

async function serverFacts(database: Database, clock: () => Date) {
  const before = clock().getTime();
  const info = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
  const between = (before + clock().getTime()) / 2;
  // Not: server, database and login.
  const { product, version, majorVersion, supported, encrypted, collation, foldsAllLetters, isolation } =
    info;
  return {
    product,
    version,
    majorVersion,
    supported,
    encrypted: encrypted ?? null,
    collation,
    foldsAllLetters,
    isolation,
    readCommittedSnapshot: info.readCommittedSnapshot ?? null,
    allowSnapshotIsolation: info.allowSnapshotIsolation ?? null,
    compatibilityLevel: database.dialect.compatibilityLevel ?? null,
    clockDifferenceMs: Math.round(info.now.getTime() - between),
  };
}

async function schemaFacts(database: Database) {
  const { state, version, latest, applied, pending, drift } = await schemaStatus(database);
  const facts = {
    state,
    version,
    latest,
    applied: applied.map((row) => ({
      version: row.version,
      appliedAt: row.appliedAt,
      toolVersion: /^[\w.+-]{1,40}$/.test(row.toolVersion) ? row.toolVersion : 'other',
    })),
    pending: pending.map((file) => file.version),
    drift: drift.map((one) => ({ kind: one.kind, version: one.version })),
  };
  if (state === 'missing' || state === 'outdated' || state === 'newer') return facts;
  return { ...facts, findings: (await verifyInstallation(database)).findings.map(findingFacts) };
}

/** Objects that we do not know may be named after anything. */
const findingFacts = ({ kind, object, expected }: SchemaFinding) => ({
  kind,
  ...(expected === undefined ? {} : { object, expected }),
});

async function rightsFacts(database: Database) {
  const { schema } = database;
  return database.read(async ({ knex, dialect }) => {
    const names = ROLES.map((role) => roleName(role, schema));
    const states = await dialect.roles(knex, schema, names);
    const mine = await dialect.memberships(knex, names);
    const lacks: Record<string, string[]> = {};
    for (const role of ROLES) lacks[role] = await dialect.missingRights(knex, schema, rightsOf(role));
    return ROLES.map((role) => {
      const state = states.find(({ name }) => name === roleName(role, schema));
      return {
        role,
        exists: state?.exists ?? false,
        members: state?.members.length ?? 0,
        thisLoginIsMember: mine.includes(roleName(role, schema)),
        thisLoginLacks: lacks[role],
      };
    });
  });
}

/** Checks whose texts are about the server and the schema, and name neither a user nor a login. */
const IMPERSONAL = ['database', 'version', 'tls', 'clock', 'schema', 'trail', 'hosting'];

async function checkFacts(input: SupportInput) {
  const { status, checks } = await runChecks(input);
  return {
    status,
    checks: checks.map(({ name, status: result, summary, advice, details }) => {
      const code = details?.code;
      // Of an error only the code: its message may quote names.
      if (typeof code === 'string') return { name, status: result, code };
      return IMPERSONAL.includes(name) || result === 'skipped'
        ? { name, status: result, summary, ...(advice !== undefined && { advice }) }
        : { name, status: result };
    }),
  };
}

async function installationFacts(database: Database) {
  return database.read(async (session) => {
    const { loginRule, renamesOnMatch, createReason } = await readLoginRules(session);
    return {
      hosting: await readHosting(session),
      loginRule,
      renamesOnMatch,
      createsAccounts: createReason === null,
      disablesInApplication: (await readManualDisable(session)) !== null,
    };
  });
}

async function trailFacts(database: Database) {
  const { last, events, nextNo, findings } = await chainEnd(database);
  return { head: headOf(last, events), nextSealNo: nextNo, findings: findings.count };
}
