import type { Providers, Seats } from '../../binding/binding.js';
import type { Condition, Scalar, Value } from '../../binding/value.js';
import { hostColumnsOf, isColumnCalled, primaryKey, type TableFacts } from './facts.js';
import { askedFor, type Choice, likely, type Proposal } from './proposal.js';
import { flagValues, isFlag } from './state/flags.js';
import * as called from './words/vocabulary.js';

/** Which SAML provider people sign in with: a table of the application, or what an administrator declares. */
export function proposeProviders(tables: readonly TableFacts[]): Proposal {
  const choices: Choice[] = tables
    .filter((table) => called.PROVIDER_TABLE.test(table.plain) && primaryKey(table) !== undefined)
    .map((table) => ({ value: tableOf(table), evidence: `${table.id} lists providers` }));
  return askedFor(
    'providers',
    'Which SAML provider do people sign in with? Name it where no table lists it.',
    null,
    [...choices, { value: 'declared:SAML', evidence: 'declared:NAME records the name, you and today' }],
    choices.length > 0 ? choices.map(({ evidence }) => evidence).join('; ') : 'no table lists providers',
  );
}

function tableOf(table: TableFacts): Providers {
  const columns = hostColumnsOf(table);
  const key = primaryKey(table) ?? '';
  const named = (pattern: RegExp) =>
    columns.find(({ kind, words }) => kind === 'text' && pattern.test(words.own));
  const name = named(/^(providerdisplayname|displayname|name|title|identifier|alias|provideralias|label)$/u);
  const protocol = named(/^(protocol|type|providertype|providerid|kind|strategy)$/u);
  const enabled = columns.find((column) => isFlag(column) && isColumnCalled(column, called.ENABLED));
  const flag = enabled && flagValues(enabled);
  return {
    table: table.id,
    id: { column: key },
    name: name ? { column: name.name } : { column: key },
    protocol: protocol ? { upper: { column: protocol.name } } : { constant: 'SAML' },
    ...(enabled &&
      flag && {
        enabled: {
          yes: { column: enabled.name, in: [flag.yes] },
          no: { column: enabled.name, in: [flag.no] },
        },
      }),
  };
}

/** How many people the application may have. */
export function proposeSeats(
  tables: readonly TableFacts[],
  users: TableFacts,
  where: Condition | undefined,
): Proposal {
  const choices: Choice[] = [];
  for (const table of tables) {
    if (table.id === users.id || table.columns.length < 3) continue;
    const total = hostColumnsOf(table).find(
      (one) =>
        one.kind === 'integer' && isColumnCalled(one, called.SEATS) && !/used|count$/u.test(one.words.own),
    );
    const isLicence = called.LICENCE_TABLE.test(table.plain);
    const refers = users.foreignKeys.find(
      ({ table: [schema, name] }) => schema === table.schema && name === table.name,
    );
    if (!total || !(isLicence || refers || called.TENANT.test(table.plain))) continue;
    const value = seatsOf(table, total.name, users, refers?.columns[0], refers?.references[0], where);
    choices.push({ value, evidence: `${table.id}.${total.name}` });
  }
  const none: Choice = { value: 'none', evidence: 'the application counts no seats: unlimited' };
  if (choices.length === 0) return likely('seats', 'none', 'no column says how many people there may be');
  return askedFor(
    'seats',
    'Does the application limit how many people it has?',
    choices[0]?.value ?? null,
    [...choices, none],
    choices.map(({ evidence }) => evidence).join('; '),
  );
}

function seatsOf(
  table: TableFacts,
  total: string,
  users: TableFacts,
  column: string | undefined,
  to: string | undefined,
  where: Condition | undefined,
): Seats {
  const type = hostColumnsOf(table).find(
    ({ kind, words }) =>
      kind === 'text' &&
      /(licen[cs]e|plan)?(type|name|plan|tier|edition)$/u.test(words.own) &&
      /licen|plan|type|tier/u.test(words.own),
  );
  const match: Record<string, Value> =
    column !== undefined && to !== undefined ? { [column]: { column: to } } : {};
  const tenant = column === undefined || to === undefined ? undefined : tied(where, column);
  return {
    table: table.id,
    ...(tenant && to !== undefined && { where: { column: to, in: tenant } }),
    type: type ? { column: type.name } : { constant: 'Everybody' },
    total: { column: total },
    used: { aggregate: { function: 'count', table: users.id, match, ...(where && { where }) } },
  };
}

/** The values that a condition ties a column to. */
function tied(where: Condition | undefined, column: string): Scalar[] | undefined {
  if (!where) return undefined;
  if ('all' in where) return where.all.map((one) => tied(one, column)).find((one) => one !== undefined);
  return 'in' in where && where.column === column ? where.in.filter((one) => one !== null) : undefined;
}
