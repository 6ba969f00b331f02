import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { binFile } from '../support/processes/cli.js';
import { Terminal } from '../support/processes/pty.js';
import { runHere } from '../support/processes/world.js';

const PEOPLE = ['anna', 'bela', 'carla', 'dmitri', 'eve', 'freya'];

forEachEngine('host scaffold', (engine) => {
  let product: Product;
  let folder: string;
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';

  before(async () => {
    product = await freshProduct(engine, { host: false });
    folder = await temporaryDirectory('host-scaffold');
    const { query } = product.test;
    await query(
      'create table app_users (id varchar(36) not null primary key, login varchar(60) not null unique, email varchar(100), full_name varchar(80) not null, password_hash varchar(60), status int not null, role varchar(20) not null, created_at varchar(30))',
    );
    for (const [at, name] of PEOPLE.entries()) {
      const id = `00000000-0000-4000-8000-00000000000${at}`;
      await query(
        `insert into app_users values ('${id}', '${name}', '${name}@people.example', '${name} Example', 'x', ${at === 3 ? 3 : 1}, '${at === 0 ? 'admin' : 'user'}', null)`,
      );
    }
  });
  after(() => product.close());

  const run = (...words: string[]) =>
    runHere(['host', 'scaffold', ...words], { env: { SCIMCTL_DATABASE: product.url }, cwd: folder });

  const ENABLED = '{"yes":{"column":"status","in":[1]},"no":{"column":"status","in":[3]}}';

  it('says what it proposes and asks, of no person anything, and ends well', async () => {
    const { code, stdout } = await run('-o', 'json');

    assert.equal(code, 0);
    const { proposals, questions, sql } = JSON.parse(stdout);
    assert.equal(sql, null);
    const named = (name: string) => proposals.find((one: { name: string }) => one.name === name);
    assert.deepEqual(named('users.login').value, { read: { column: 'login' }, maxLength: 60 });
    assert.equal(named('users.login').certainty, 'sure');
    const [enabled] = questions;
    assert.deepEqual([enabled.name, questions.at(-1).name], ['users.enabled', 'providers']);
    assert.match(enabled.evidence, /status 1: 5 rows, 3: 1/);
    for (const name of PEOPLE) assert.ok(!stdout.includes(`${name}@`) && !stdout.includes(`${name} Example`));
  });

  it('refuses to apply with questions open, all of them in one message', async () => {
    const { code, stderr } = await run('--accept', '--apply');

    assert.equal(code, 2);
    assert.match(stderr, /2 questions have no answer: users\.enabled .*; providers/);
    assert.match(stderr, /--answer users\.enabled=… --answer providers=…/);
  });

  it('refuses proposals that nobody accepted, and an answer to what is not there', async () => {
    const answers = ['--answer', `users.enabled=${ENABLED}`, '--answer', 'providers=declared:Entra'];
    const unconfirmed = await run('--apply', ...answers);
    assert.equal(unconfirmed.code, 2);
    assert.match(unconfirmed.stderr, /proposals are likely, and not certain/);

    const mistyped = await run('--answer', 'users.enabeld=x');
    assert.equal(mistyped.code, 2);
    assert.match(mistyped.stderr, /Did you mean users\.enabled\?/);
  });

  it('binds the application with the answers, one of them in a file', async () => {
    await writeFile(join(folder, 'enabled.json'), ENABLED);
    const { code, stdout, stderr } = await run(
      '--accept',
      '--apply',
      '-o',
      'json',
      '--answer',
      'users.enabled=@enabled.json',
      '--answer',
      'providers=declared:Entra',
    );

    assert.equal(code, 0, stderr);
    const { binding, questions } = JSON.parse(stdout);
    assert.equal(binding.users.table, `${schema}.app_users`);
    assert.deepEqual(
      questions.map(({ answer }: { answer: unknown }) => answer),
      [JSON.parse(ENABLED), 'declared:Entra'],
    );
    const rows = await product.database.read(({ knex }) =>
      knex('host_user').withSchema('scim').select('login_name', 'is_enabled').orderBy('login_name'),
    );
    assert.deepEqual(
      rows.map(({ login_name, is_enabled }) => [login_name, Boolean(is_enabled)]),
      PEOPLE.map((name) => [name, name !== 'dmitri']),
    );
  });

  // A server may ask for a password first.
  if (engine.name !== 'embedded') return;

  it('asks at a terminal, with the evidence beside each choice, and Ctrl-C leaves nothing', async () => {
    const terminal = await Terminal.start([process.execPath, binFile, 'host', 'scaffold'], {
      columns: 160,
      rows: 60,
      env: { SCIMCTL_DATABASE: product.url, PGPASSFILE: '/nonexistent' },
    });
    await terminal.waitFor(/Which accounts can sign in/);
    assert.match(terminal.screen(), /status 1: 5 rows, 3: 1/);
    terminal.type('\r');
    await terminal.waitFor(/Which SAML provider/);
    terminal.type('\x03');
    assert.equal(await terminal.end(), 130);
  });
});

forEachEngine('host scaffold, where the login is the e-mail address', (engine) => {
  let product: Product;

  before(async () => {
    product = await freshProduct(engine, { host: false });
    const { query } = product.test;
    await query(
      'create table members (id varchar(36) not null primary key, email varchar(100) not null unique, full_name varchar(80) not null, is_active int not null)',
    );
    for (const [at, name] of PEOPLE.entries()) {
      await query(
        `insert into members values ('00000000-0000-4000-8000-00000000000${at}', '${name}@people.example', '${name} Example', ${at === 3 ? 0 : 1})`,
      );
    }
  });
  after(() => product.close());

  const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: product.url } });
  const ANSWERS = ['providers=declared:Entra', 'users.protected=none', 'users.where=all'].flatMap((one) => [
    '--answer',
    one,
  ]);

  it('makes views through which either of the two can be changed', async () => {
    const applied = await run('host', 'scaffold', '--accept', '--apply', ...ANSWERS);
    const status = await run('host', 'status', '-o', 'json');

    assert.equal(applied.code, 0, applied.stderr);
    assert.equal(status.code, 0, status.stdout);
  });

  it('says which column an answer names that is not there', async () => {
    const { code, stderr } = await run(
      'host',
      'scaffold',
      '--answer',
      'users.login={"read":{"column":"emaill"}}',
    );

    assert.equal(code, 2);
    assert.match(stderr, /members has no column emaill\. \[answer-invalid\]\n {2}Did you mean email\?/);
  });
});
