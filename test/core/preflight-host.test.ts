import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';

const EXPORT = [
  'userPrincipalName,displayName,mail,accountEnabled',
  'new.1@contoso.example,New,new.1@contoso.example,True',
  'new.2@contoso.example,New,new.2@contoso.example,True',
].join('\n');

forEachEngine('users preflight of a host application that cannot be written', (engine) => {
  let product: Product;
  let url: string;
  let file: string;
  const isMssql = engine.name === 'mssql';
  beforeEach(async () => {
    product = await freshProduct(engine);
    url = product.url;
    file = join(await temporaryDirectory(), 'new.csv');
    await writeFile(file, EXPORT);
  });
  afterEach(() => product.close());

  const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: url } });
  const execute = (...statements: string[]) =>
    product.database.transaction(async ({ knex }) => {
      for (const statement of statements) await knex.raw(statement);
    });
  /** Without its triggers. */
  const view = (columns: Record<string, string> = {}, rest = '') => {
    const items = Object.entries({
      user_id: 'u.id',
      login_name: 'u.login',
      email: 'u.email',
      display_name: 'u.display_name',
      is_enabled: 'u.enabled',
      licence_type: 'u.licence_type',
      ...columns,
    }).map(([name, made]) => `${made} as ${name}`);
    return execute(
      ...(isMssql ? ['drop trigger scim.host_user_insert', 'drop trigger scim.host_user_update'] : []),
      'drop view scim.host_user',
      `create view scim.host_user as select ${items.join(', ')} from app.users u ${rest}`,
    );
  };
  const on = isMssql ? 'u.enabled = 1' : 'u.enabled';
  const grouped = isMssql
    ? 'group by u.id, u.login, u.email, u.display_name, u.enabled, u.licence_type'
    : 'group by u.id';

  const CASES: [what: string, columns: Record<string, string>, rest: string, says: RegExp][] = [
    ['a view with a group', {}, grouped, /FITS: +no: the host application refuses 2 users/],
    [
      'a flag that is text',
      { is_enabled: `case when ${on} then 'Y' else 'N' end` },
      '',
      /FITS: +no: host_user\.is_enabled/,
    ],
    [
      'a licence that is a constant',
      { licence_type: "cast('Concurrent' as varchar(20))" },
      '',
      /FITS: +no: the host application refuses 2 users/,
    ],
    [
      'a name that is derived',
      { display_name: "concat(u.first_name, ' ', u.last_name)" },
      '',
      /FITS: +no: the host application refuses 2 users/,
    ],
  ];
  for (const [what, columns, rest, says] of CASES) {
    it(`does not say that it fits: ${what}`, async () => {
      await view(columns, rest);

      const { code, stdout } = await run('users', 'preflight', file);

      assert.equal(code, 4, stdout);
      assert.match(stdout, says);
      assert.equal((await run('check', 'host')).code, 4);
    });
  }

  it('says that it fits where the database writes through the view by itself', async () => {
    await view();

    const { code, stdout } = await run('users', 'preflight', file);

    assert.equal(code, 0, stdout);
    assert.match(stdout, /FITS: +yes/);
  });

  describe('and seats that cannot be counted', () => {
    const pools = (total: string) =>
      execute(
        'drop view scim.host_licence',
        `create view scim.host_licence as select licence_type, assign_order, ${total} as seats_total, 0 as seats_used from app.licence_pools`,
      );
    const totals: [string, string][] = [
      ['a word', "'many'"],
      ['a fraction', '10.5'],
      ['less than none', '-5'],
      ['more than can be counted', 'cast(1e30 as float)'],
      ...(isMssql
        ? []
        : ([
            ['not a number', "cast('NaN' as float)"],
            ['infinite', "cast('Infinity' as float)"],
          ] as [string, string][])),
    ];
    for (const [what, total] of totals) {
      it(`refuses to count them: ${what}`, async () => {
        await pools(total);

        const seats = await run('seats');
        assert.equal(seats.code, 1, seats.stdout);
        assert.match(seats.stderr, /host_licence\.seats_total .*\[host-broken\]\n.*host status/s);
        const { code, stdout } = await run('users', 'preflight', file);
        assert.equal(code, 4);
        assert.match(stdout, /FITS: +no: host_licence\.seats_total: \d rows have no whole number from 0/);
        assert.match(stdout, /SEATS FREE: +unknown/);
        assert.doesNotMatch(stdout, /NaN|unlimited|Infinity/);
      });
    }

    it('counts no limit as unlimited', async () => {
      await pools('cast(null as int)');

      const { code, stdout } = await run('seats');
      assert.equal(code, 0);
      assert.match(stdout, /unlimited/);
      const report = await run('users', 'preflight', file);
      assert.match(report.stdout, /SEATS FREE: +unlimited/);
    });
  });
});
