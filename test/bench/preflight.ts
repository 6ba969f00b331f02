import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Product } from '../support/databases/product.js';
import { temporaryDirectory } from '../support/environment.js';
import { binFile } from '../support/processes/cli.js';
import { hold, type Measured, median, REPORT_MEMORY, measured as run } from './measured.js';
import { onPostgres } from './on-postgres.js';

/*
 * A preflight of many people against many accounts, beside COPY and a join in psql that find the same accounts, by
 * turns in one run: `npm run bench -- preflight`, with PEOPLE, ACCOUNTS and ROUNDS in the environment. On PostgreSQL,
 * which is started unless SCIMCTL_TEST_POSTGRES names a server; psql must be installed. With the indexes over names
 * that the reference host application has, and without them. Fails where the preflight takes more than three times
 * as long, or 250 MB.
 */

const PEOPLE = Number(process.env.PEOPLE ?? 100_000);
const ACCOUNTS = Number(process.env.ACCOUNTS ?? 1_000_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);

/** Accounts of which each tenth is in the export: of ten people, one has none yet, and one is written in another case. */
const nameOf = (at: number) => `Person.${at}@Contoso.example`;

const HEAD = [
  ...['userPrincipalName', 'displayName', 'surname', 'mail', 'givenName', 'id', 'userType', 'jobTitle'],
  ...['department', 'accountEnabled', 'usageLocation', 'companyName', 'createdDateTime'],
];

async function writeExports(directory: string): Promise<{ csv: string; json: string }> {
  const paths = { csv: join(directory, 'users.csv'), json: join(directory, 'users.json') };
  const [csv, json] = [createWriteStream(paths.csv), createWriteStream(paths.json)];
  csv.write(`${HEAD.join(',')}\n`);
  json.write(
    `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","@odata.count":${PEOPLE},"value":[`,
  );
  for (let n = 0; n < PEOPLE; n++) {
    const known = nameOf(Math.floor((n * ACCOUNTS) / PEOPLE));
    const name = [`new.${n}@contoso.example`, known.toLowerCase()][n % 10] ?? known;
    const values = [
      ...[
        name,
        `Person ${n}`,
        `${n}`,
        name,
        'Person',
        `7cc0c81b-f2a2-489a-8243-${String(n).padStart(12, '0')}`,
      ],
      ...['Member', 'Engineer', 'Quality', n % 50 !== 0, 'DE', 'Contoso', '2021-08-19T13:25:31Z'],
    ];
    csv.write(`${values.join(',')}\n`);
    const user = Object.fromEntries(HEAD.map((field, at) => [field, values[at]]));
    json.write(`${n === 0 ? '' : ','}${JSON.stringify({ ...user, businessPhones: [], mobilePhone: null })}`);
  }
  json.write(']}');
  for (const stream of [csv, json]) {
    stream.end();
    await finished(stream);
  }
  return paths;
}

async function fill({ test }: Product): Promise<void> {
  await test.query(
    `insert into app.users (login, email, display_name, first_name, last_name)
     select 'Person.' || n || '@Contoso.example', 'Person.' || n || '@Contoso.example', 'Person ' || n, 'Person', n
       from generate_series(0, ${ACCOUNTS - 1}) n`,
  );
  await test.query('vacuum analyze app.users');
  await test.query('update app.licence_pools set seats_total = 10000000');
}

/** What a DBA would type to learn which accounts the people have: by login name or by e-mail address. */
const joinScript = (csv: string) => `
  create temporary table export (${HEAD.map((name) => `"${name}" text`).join(', ')});
  \\copy export from '${csv}' with (format csv, header)
  analyze export;
  select e."userPrincipalName", h.user_id from export e join scim.host_user h on lower(h.login_name) = lower(e.mail)
  union
  select e."userPrincipalName", h.user_id from export e join scim.host_user h on lower(h.email) = lower(e.mail);
`;

async function compare(
  product: Product,
  directory: string,
  paths: { csv: string; json: string },
): Promise<void> {
  const script = join(directory, 'join.sql');
  await writeFile(script, joinScript(paths.csv));
  const psql = ['--no-psqlrc', '--quiet', '--tuples-only', '--dbname', product.url, '--file', script];
  const preflight = (path: string) => [
    ...['--import', REPORT_MEMORY, binFile, 'users', 'preflight', path, '-o', 'json'],
  ];
  const took: Record<string, Measured[]> = { psql: [], csv: [], json: [] };
  for (let round = 0; round < ROUNDS; round++) {
    took.psql?.push(await run('psql', psql, {}));
    for (const form of ['csv', 'json'] as const) {
      took[form]?.push(
        await run(process.execPath, preflight(paths[form]), { SCIMCTL_DATABASE: product.url }),
      );
    }
  }
  const medianOf = (name: string) => median((took[name] ?? []).map(({ seconds }) => seconds));
  const matched = (took.psql?.[0]?.stdout.trim().split('\n') ?? []).length;
  console.log(`  COPY and join in psql   ${medianOf('psql').toFixed(2)} s`);
  for (const form of ['csv', 'json']) {
    const times = medianOf(form) / medianOf('psql');
    const mb = Math.max(...(took[form] ?? []).map((one) => one.mb));
    console.log(
      `  preflight of ${form.padEnd(4)}       ${medianOf(form).toFixed(2)} s, ${times.toFixed(2)} times, ${mb} MB`,
    );
    const report = JSON.parse(took[form]?.[0]?.stdout ?? '');
    assert.deepEqual([report.users, report.matched], [PEOPLE, matched], 'both found the same accounts');
    hold(times, mb);
  }
}

await onPostgres(async (product) => {
  const directory = await temporaryDirectory('preflight-bench');
  const paths = await writeExports(directory);
  await fill(product);
  console.log(`PostgreSQL, ${PEOPLE} people against ${ACCOUNTS} accounts, indexes over their names:`);
  await compare(product, directory, paths);
  await product.test.query('drop index app.users_login, app.users_email');
  console.log('without indexes over their names:');
  await compare(product, directory, paths);
});
