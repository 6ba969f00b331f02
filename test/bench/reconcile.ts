import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Product } from '../support/databases/product.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { hold, measured, median, REPORT_MEMORY } from './measured.js';
import { onPostgres } from './on-postgres.js';

/*
 * A comparison of an export with as many accounts, beside COPY and joins in psql that find the same accounts, by
 * turns in one run: `npm run bench -- reconcile`, with ACCOUNTS and ROUNDS in the environment. On PostgreSQL, which is
 * started unless SCIMCTL_TEST_POSTGRES names a server; psql must be installed. Nine of ten accounts have a link in
 * force, one in twenty is pending already, and the list lacks one user in a hundred. Fails where the comparison takes
 * more than three times as long as psql, or 250 MB.
 */

const ACCOUNTS = Number(process.env.ACCOUNTS ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const HEAD = ['userPrincipalName', 'displayName', 'mail', 'id', 'userType', 'accountEnabled'];
const idOf = (n: number) => `7cc0c81b-f2a2-489a-8243-${String(n).padStart(12, '0')}`;

async function writeExport(directory: string): Promise<string> {
  const path = join(directory, 'users.csv');
  const csv = createWriteStream(path);
  csv.write(`${HEAD.join(',')}\n`);
  for (let n = 0; n < ACCOUNTS; n++) {
    if (n % 100 === 7) continue;
    const name = `Person.${n}@Contoso.example`;
    const line = `${[name, `Person ${n}`, name.toLowerCase(), idOf(n), 'Member', n % 1000 !== 3].join(',')}\n`;
    if (!csv.write(line)) await new Promise<void>((resolve) => csv.once('drain', () => resolve()));
  }
  csv.end();
  await finished(csv);
  return path;
}

async function fill(product: Product): Promise<void> {
  const { id } = await addIdp(product, 'entra');
  await product.test.query('delete from app.users');
  await product.test.query(
    `insert into app.users (login, email, display_name, first_name, last_name)
     select 'Person.' || n || '@Contoso.example', 'Person.' || n || '@Contoso.example', 'Person ' || n, 'Person', n
       from generate_series(0, ${ACCOUNTS - 1}) n`,
  );
  await product.test.query(
    `insert into scim.identity (identity_id, service_account_id, external_id, user_name, host_user_id, created_at,
       updated_at, deprovisioned_at, deprovision_reason, account_login, account_email, account_external_id)
     select gen_random_uuid(), '${id}', '7cc0c81b-f2a2-489a-8243-' || lpad(u.last_name, 12, '0'), u.login, u.id::text,
       now() - interval '1 year', now(), case when u.last_name::int % 20 = 9 then now() end,
       case when u.last_name::int % 20 = 9 then 'disabled' end, u.login, u.email,
       '7cc0c81b-f2a2-489a-8243-' || lpad(u.last_name, 12, '0')
       from app.users u where u.last_name::int % 10 <> 5`,
  );
  await product.test.query('vacuum analyze app.users');
  await product.test.query('vacuum analyze scim.identity');
}

/** What a DBA would type: accounts in use that no active user of the list has, by id, login name or e-mail address. */
const joinScript = (csv: string) => `
  create temporary table export (${HEAD.map((name) => `"${name}" text`).join(', ')});
  \\copy export from '${csv}' with (format csv, header)
  analyze export;
  select h.user_id, h.login_name from scim.host_user h
    left join scim.identity i on i.host_user_id = h.user_id::text and i.unlinked_at is null
    left join export e on e.id = i.external_id
    left join export n on lower(n."userPrincipalName") = lower(h.login_name)
    left join export m on lower(m.mail) = lower(h.email)
   where h.is_enabled and not h.is_protected and i.deprovisioned_at is null
     and case when e.id is not null then e."accountEnabled" <> 'true'
       else coalesce(n."accountEnabled", '') <> 'true' and coalesce(m."accountEnabled", '') <> 'true' end;
`;

await onPostgres(async (product) => {
  const directory = await temporaryDirectory('reconcile-bench');
  const csv = await writeExport(directory);
  await fill(product);
  const script = join(directory, 'join.sql');
  await writeFile(script, joinScript(csv));
  const psql = ['--no-psqlrc', '--quiet', '--tuples-only', '--dbname', product.url, '--file', script];
  const words = [
    '--import',
    REPORT_MEMORY,
    binFile,
    'users',
    'reconcile',
    csv,
    '--idp',
    'entra',
    '-o',
    'json',
  ];
  const took = { psql: [] as number[], scimctl: [] as number[] };
  let mb = 0;
  let busy = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const joined = await measured('psql', psql, {});
    const found = await measured(process.execPath, words, { SCIMCTL_DATABASE: product.url });
    took.psql.push(joined.seconds);
    took.scimctl.push(found.seconds);
    mb = Math.max(mb, found.mb);
    busy = Math.max(busy, found.busy);
    const { accounts } = JSON.parse(found.stdout) as { accounts: { userId: string }[] };
    const ids = (text: string[]) => text.map(Number).sort((a, b) => a - b);
    const lines = joined.stdout.trim().split('\n');
    assert.deepEqual(
      ids(accounts.map(({ userId }) => userId)),
      ids(lines.map((line) => line.split('|')[0] ?? '')),
      'both find the same accounts',
    );
  }
  const times = median(took.scimctl) / median(took.psql);
  console.log(`PostgreSQL, a list of as many users as accounts: ${ACCOUNTS}`);
  console.log(`  COPY and joins in psql        ${median(took.psql).toFixed(2)} s`);
  console.log(
    `  users reconcile               ${median(took.scimctl).toFixed(2)} s, ${times.toFixed(2)} times, ${mb} MB, ${busy.toFixed(2)} s of them on a processor`,
  );
  hold(times, mb);
});
