import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Product } from '../support/databases/product.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { hold, type Measured, measured, median, REPORT_MEMORY } from './measured.js';
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

type Form = 'csv' | 'json';

const HEAD = ['userPrincipalName', 'displayName', 'mail', 'id', 'userType', 'accountEnabled'];
const idOf = (n: number) => `7cc0c81b-f2a2-489a-8243-${String(n).padStart(12, '0')}`;

/** The same users as the CSV of a report and as what Microsoft Graph answers. */
async function writeExports(directory: string): Promise<Record<Form, string>> {
  const paths = { csv: join(directory, 'users.csv'), json: join(directory, 'users.json') };
  const streams = { csv: createWriteStream(paths.csv), json: createWriteStream(paths.json) };
  const write = async (form: Form, text: string) => {
    if (!streams[form].write(text)) await once(streams[form], 'drain');
  };
  await write('csv', `${HEAD.join(',')}\n`);
  await write('json', '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","value":[');
  for (let n = 0; n < ACCOUNTS; n++) {
    if (n % 100 === 7) continue;
    const name = `Person.${n}@Contoso.example`;
    const values = [name, `Person ${n}`, name.toLowerCase(), idOf(n), 'Member', n % 1000 !== 3];
    await write('csv', `${values.join(',')}\n`);
    const user = Object.fromEntries(HEAD.map((field, at) => [field, values[at]]));
    await write('json', `${n === 0 ? '' : ','}${JSON.stringify({ ...user, mobilePhone: null })}`);
  }
  await write('json', ']}');
  for (const stream of Object.values(streams)) {
    stream.end();
    await finished(stream);
  }
  return paths;
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

const numbers = (ids: readonly string[]) => ids.map(Number).sort((a, b) => a - b);

await onPostgres(async (product) => {
  const directory = await temporaryDirectory('reconcile-bench');
  const paths = await writeExports(directory);
  await fill(product);
  const script = join(directory, 'join.sql');
  await writeFile(script, joinScript(paths.csv));
  const psql = ['--no-psqlrc', '--quiet', '--tuples-only', '--dbname', product.url, '--file', script];
  const reconcile = (form: Form) => [
    ...[
      '--import',
      REPORT_MEMORY,
      binFile,
      'users',
      'reconcile',
      paths[form],
      '--idp',
      'entra',
      '-o',
      'json',
    ],
  ];
  const joined: Measured[] = [];
  const took: Record<Form, Measured[]> = { csv: [], json: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const script = await measured('psql', psql, {});
    joined.push(script);
    const expected = numbers(
      script.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('|')[0] ?? ''),
    );
    for (const form of ['csv', 'json'] as const) {
      const found = await measured(process.execPath, reconcile(form), { SCIMCTL_DATABASE: product.url });
      took[form].push(found);
      const { accounts } = JSON.parse(found.stdout) as { accounts: { userId: string }[] };
      assert.deepEqual(
        numbers(accounts.map(({ userId }) => userId)),
        expected,
        'both find the same accounts',
      );
    }
  }
  const secondsOf = (rounds: readonly Measured[]) => median(rounds.map(({ seconds }) => seconds));
  console.log(`PostgreSQL, a list of as many users as accounts: ${ACCOUNTS}`);
  console.log(`  COPY and joins in psql        ${secondsOf(joined).toFixed(2)} s`);
  for (const form of ['csv', 'json'] as const) {
    const seconds = secondsOf(took[form]);
    const times = seconds / secondsOf(joined);
    const mb = Math.max(...took[form].map((one) => one.mb));
    const busy = Math.max(...took[form].map((one) => one.busy));
    console.log(
      `  users reconcile of ${form.padEnd(4)}       ${seconds.toFixed(2)} s, ${times.toFixed(2)} times, ${mb} MB, ${busy.toFixed(2)} s of them on a processor`,
    );
    hold(times, mb);
  }
});
