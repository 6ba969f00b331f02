import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { runHere } from '../support/processes/world.js';

/** No number, date or catalogue name has it: where it is printed, a value of a person's row was. */
const TOKEN = 'Zqx';

/**
 * Tables beside the people, with the columns that hold what a person is called or has written. Each of them looks like
 * something whose values are shown: attributes, groups, roles, tenants, counters.
 */
const TABLES: Readonly<Record<string, { columns: string; rows: number; row: (at: number) => string }>> = {
  users: {
    columns:
      'id int not null primary key, login varchar(60) not null unique, email varchar(100) not null, full_name varchar(100) not null, name varchar(60), company varchar(60), manager_id int null references managers (id), account_id int null references managers (id), is_active int not null, password_hash varchar(60) not null',
    rows: 200,
    row: (at) =>
      `${at}, '${TOKEN}l${at}', '${TOKEN}m${at}@people.example', '${TOKEN} Full${at}', '${TOKEN}n${at}', '${TOKEN}c${at}', ${(at % 9) + 1}, ${(at % 9) + 1}, ${at % 9 === 0 ? 0 : 1}, 'x'`,
  },
  // Few rows, as tenants are, whose names are those of people.
  managers: {
    columns: 'id int not null primary key, name varchar(60) not null, email varchar(60)',
    rows: 9,
    row: (at) => `${at}, '${TOKEN}n${at}', '${TOKEN}n${at}@people.example'`,
  },
  user_profile: {
    columns:
      'id int not null primary key, user_id int not null unique references users (id), name varchar(60) not null, text varchar(60) not null',
    rows: 200,
    row: (at) => `${at}, ${at}, '${TOKEN}n${at}', '${TOKEN}t${at}'`,
  },
  user_note: {
    columns:
      'id int not null primary key, user_id int not null references users (id), label varchar(60) not null, content varchar(60) not null',
    rows: 8,
    row: (at) => `${at}, ${at}, '${TOKEN}l${at}', '${TOKEN}t${at}'`,
  },
  profiles: {
    columns:
      'id int not null primary key, user_id int not null unique references users (id), name varchar(60) not null',
    rows: 8,
    row: (at) => `${at}, ${at}, '${TOKEN}n${at}'`,
  },
  profile_visits: {
    columns:
      'id int not null primary key, user_id int not null references users (id), profile_id int not null references profiles (id)',
    rows: 8,
    row: (at) => `${at}, ${at}, ${at}`,
  },
  user_roles: {
    columns:
      'id int not null primary key, user_id int not null references users (id), role varchar(60) not null, granted_name varchar(60) not null',
    rows: 12,
    row: (at) => `${at}, ${at}, '${at === 1 ? 'admin' : 'user'}', '${TOKEN}g${at}'`,
  },
  counters: {
    columns: 'name varchar(60) not null, number int not null',
    rows: 6,
    row: (at) => `'${TOKEN}${at}', ${at + 900}`,
  },
};
const ORDER = [
  'managers',
  'users',
  ...Object.keys(TABLES).filter((name) => !/^(users|managers)$/.test(name)),
];

forEachEngine('what host scaffold prints', (engine) => {
  let product: Product;

  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const name of ORDER) {
      const { columns, rows, row } = TABLES[name] ?? { columns: '', rows: 0, row: () => '' };
      await product.test.query(`create table ${name} (${columns})`);
      const values = Array.from({ length: rows }, (_, at) => `(${row(at + 1)})`);
      await product.test.query(`insert into ${name} values ${values.join(', ')}`);
    }
  });
  after(() => product.close());

  async function scaffold(): Promise<{ questions: string[]; leaks: string[] }> {
    const { stdout, code, stderr } = await runHere(['host', 'scaffold', '-o', 'json'], {
      env: { SCIMCTL_DATABASE: product.url },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /is_active 1: 178 rows, 0: 22/);
    const { questions } = JSON.parse(stdout) as { questions: { name: string }[] };
    return {
      questions: questions.map(({ name }) => name),
      leaks: stdout.split('\n').filter((line) => line.toLowerCase().includes(TOKEN.toLowerCase())),
    };
  }

  it('has no value of a column that holds what people are called or have written', async () => {
    const { leaks } = await scaffold();

    assert.deepEqual(leaks.slice(0, 5), [], `${leaks.length} lines`);
  });

  it('has none either where it asks about administrators, and offers groups and tenants', async () => {
    await product.test.query('drop table user_roles');
    const { questions, leaks } = await scaffold();

    assert.ok(questions.includes('users.protected'), questions.join());
    assert.deepEqual(leaks.slice(0, 5), [], `${leaks.length} lines`);
  });

  it('has them in no message of a wrong answer either', async () => {
    const { stderr, stdout } = await runHere(
      ['host', 'scaffold', '--answer', 'users.protected={"yes":{"column":"none","in":[1]}}'],
      { env: { SCIMCTL_DATABASE: product.url } },
    );

    assert.doesNotMatch(stderr + stdout, new RegExp(TOKEN, 'i'));
  });
});
