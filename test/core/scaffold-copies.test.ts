import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { ScaffoldAnalysis } from '../../src/core/scaffold/analyse.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

// Logins that are addresses, and a table that repeats them by another name.
forEachEngine('a login that another table repeats', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  const proposed = async (name: string) => {
    const parts = { now: new Date(), declared: {}, nearest: () => undefined };
    const scaffold = await ScaffoldAnalysis.begin(product.database, parts);
    const { proposals } = await scaffold.analyse([]);
    return proposals.find((one) => one.name === name);
  };

  before(async () => {
    product = await freshProduct(engine, { host: false });
    const people = Array.from({ length: 8 }, (_, at) => at + 1);
    for (const statement of [
      `create table ${schema}.users (id int not null primary key, login varchar(100) not null unique, password varchar(100), active int not null)`,
      `create table ${schema}.spaces (id int not null primary key, user_id int not null references ${schema}.users (id), path varchar(100) not null, title varchar(100) not null)`,
      `insert into ${schema}.users values ${people.map((at) => `(${at}, 'P${at}@corp.example', 'x', 1)`).join()}`,
      `insert into ${schema}.spaces values ${people.map((at) => `(${at}, ${at}, '${at}', 'Space ${at}')`).join()}`,
    ])
      await product.test.query(statement);
  });
  after(() => product.close());

  it('is given another value by a match only where no table repeats it', async () => {
    const { value } = (await proposed('users.rename-on-match')) ?? assert.fail();
    assert.equal(value, true);

    await product.test.query(
      `update ${schema}.spaces set path = (select lower(u.login) from ${schema}.users u where u.id = user_id)`,
    );

    const repeated = (await proposed('users.rename-on-match')) ?? assert.fail();
    assert.equal(repeated.value, false);
    assert.equal(repeated.evidence, `${schema}.spaces.path repeats the login of 100 % of the users`);
  });
});
