import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type CliResult, runCli } from '../support/cli.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { setSeats } from '../support/people.js';
import { installProduct, type Product } from '../support/product.js';

const EXPORT = [
  'userPrincipalName,displayName,mail,id,accountEnabled',
  'anna.schmidt@contoso.example,Anna,anna.schmidt@contoso.example,o-1,True',
  'new.1@contoso.example,New,new.1@contoso.example,o-2,True',
  'new.2@contoso.example,New,,o-3,True',
  'off@contoso.example,Off,off@contoso.example,o-4,False',
];
/** Whose name would colour the terminal. */
const REFUSED = 'adm\u001b[31min@contoso.example,Admin,admin@contoso.example,o-5,True';

forEachEngine('users preflight', (engine) => {
  let product: Product;
  let directory: string;
  before(async () => {
    product = await installProduct(await engine.freshDatabase());
    directory = await temporaryDirectory('preflight');
    await writeFile(join(directory, 'good.csv'), EXPORT.join('\n'));
    await writeFile(join(directory, 'more.csv'), [...EXPORT, REFUSED].join('\n'));
  });
  after(() => product.close());

  const preflight = (args: string[], stdin?: string): Promise<CliResult> =>
    runCli(['users', 'preflight', ...args], {
      cwd: directory,
      env: { SCIMCTL_DATABASE: product.url },
      ...(stdin !== undefined && { stdin }),
    });

  it('counts for scripts, by the names that they lean on', async () => {
    const { code, stdout, stderr } = await preflight(['good.csv', '-o', 'json']);

    assert.deepEqual([code, stderr], [0, '']);
    const { checks, ...report } = JSON.parse(stdout);
    assert.deepEqual(report, {
      ...{ users: 4, matched: 1, toCreate: 3, linked: 0 },
      ...{ ambiguous: 0, protected: 0, claimed: 0, taken: 0, disabled: 0, invalid: 0 },
      ...{ toEnable: 0, toDisable: 0, becomePending: 0 },
      ...{ seatsNeeded: 2, seatsFree: 18, fits: true, status: 'pass', people: [] },
    });
    assert.deepEqual(
      checks.map(({ name, status }: Record<string, string>) => `${name} ${status}`),
      ['hosting pass', 'saml pass', 'certificate pass'],
    );
  });

  it('lists who would be refused, with the reason, and finds something only where it is asked to', async () => {
    const plain = await preflight(['more.csv']);

    assert.equal(plain.code, 0);
    assert.match(plain.stdout, /^ 6 {2}adm\\u\{1b\}\[31min@contoso\.example +protected /m);
    assert.doesNotMatch(plain.stdout, /anna|new\.1/);
    assert.ok(!plain.stdout.includes('\u001b'));
    assert.equal((await preflight(['more.csv', '--fail-on-findings'])).code, 5);
    assert.equal((await preflight(['good.csv', '--fail-on-findings'])).code, 0);
  });

  it('lists everybody as CSV, for whoever has to agree', async () => {
    const { code, stdout } = await preflight(['more.csv', '--all', '-o', 'csv']);

    assert.equal(code, 0);
    const [head, anna, ...rest] = stdout.trimEnd().split('\r\n');
    assert.equal(
      head,
      'at,userName,email,active,outcome,userId,loginName,needsSeat,detail,advice,changes,becomesPending',
    );
    assert.match(
      anna ?? '',
      /^2,anna\.schmidt@contoso\.example,anna\.schmidt@contoso\.example,true,match,\d+,anna\.schmidt@contoso\.example,false,,,"\{""displayName"":\[.*\]\}",false$/,
    );
    assert.equal(rest.length, 4);
  });

  it('reads what is piped into it, and says with -q whether it fits', async () => {
    const { code, stdout, stderr } = await preflight(
      ['-', '-q'],
      JSON.stringify([{ id: '1', status: 'ACTIVE', profile: { login: 'x@contoso.example' } }]),
    );

    assert.deepEqual([code, stdout, stderr], [0, 'yes\n', '']);
  });

  it('fails where the seats do not suffice, or SAML is not enabled', async () => {
    await setSeats(product, 'Dedicated', 0);
    await setSeats(product, 'Concurrent', 9);
    const { code, stdout } = await preflight(['good.csv', '-o', 'json']);
    assert.equal(code, 4);
    const { seatsNeeded, seatsFree, fits } = JSON.parse(stdout);
    assert.deepEqual([seatsNeeded, seatsFree, fits], [2, 1, false]);
    await setSeats(product, 'Concurrent', 20);
    assert.equal((await preflight(['good.csv'])).code, 0);

    await product.database.transaction(({ knex }) =>
      knex('SY_IdentityProviders'.toLowerCase()).withSchema('app').update({ enabled: false }),
    );
    assert.equal((await preflight(['good.csv'])).code, 4);
  });

  it('refuses what is no export, and an IdP that is not there', async () => {
    const refusals: [string[], string, number][] = [
      [['missing.csv'], 'export-unreadable', 2],
      [['.'], 'export-unreadable', 2],
      [['good.csv', '--idp', 'nobody'], 'idp-unknown', 1],
      [[], 'argument-missing', 2],
    ];
    for (const [args, expected, exit] of refusals) {
      const { code, stdout, stderr } = await preflight([...args, '-o', 'json']);
      assert.equal(stdout, '');
      assert.deepEqual([code, JSON.parse(stderr).error.code], [exit, expected], args.join(' '));
    }
  });
});
