import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { strangeOptions } from '../advice/advice-case.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp, link, linkHostUsers } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

const HEAD = 'userPrincipalName,mail,id,accountEnabled';
const LEFT = 'anna.schmidt@contoso.example';

forEachEngine('the command users reconcile', (engine) => {
  let product: Product;
  let directory: string;
  let logins: string[];
  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('reconcile');
    const entra = await addIdp(product, 'entra');
    logins = await linkHostUsers(product, entra, 30);
    assert.ok(logins.length >= 20);
    const line = (login: string) => `${login},${login},id-${login},True`;
    await writeFile(join(directory, 'all.csv'), [HEAD, ...logins.map(line)].join('\n'));
    await writeFile(
      join(directory, 'most.csv'),
      [HEAD, ...logins.filter((login) => login !== LEFT).map(line)].join('\n'),
    );
    await writeFile(join(directory, 'few.csv'), [HEAD, ...logins.slice(0, 2).map(line)].join('\n'));
    const page = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=x', value: [] };
    await writeFile(
      join(directory, 'page.json'),
      JSON.stringify({
        ...page,
        value: [{ userPrincipalName: 'a@x.example', id: '1', accountEnabled: true }],
      }),
    );
  });
  after(() => product.close());

  const reconcile = (...words: string[]) =>
    runHere(['users', 'reconcile', ...words], { cwd: directory, env: { SCIMCTL_DATABASE: product.url } });
  const jsonOf = async (...words: string[]) => JSON.parse((await reconcile(...words, '-o', 'json')).stdout);

  it('ends with 0, with 5 where findings are to fail, and with 4 where the list looks like the wrong one', async () => {
    const codes = [];
    for (const words of [
      ['all.csv', '--fail-on-findings'],
      ['most.csv'],
      ['most.csv', '--fail-on-findings'],
      ['few.csv'],
      ['few.csv', '--mark'],
      ['page.json'],
    ])
      codes.push((await reconcile(...words)).code);

    assert.deepEqual(codes, [0, 0, 5, 4, 4, 2]);
  });

  it('hints at no option that it does not have', async () => {
    const { stderr } = await reconcile('page.json');

    const [, hint = ''] = /\n {2}(.*)/.exec(stderr) ?? [];
    assert.match(hint, /^Export the other pages and pass all files in one command/);
    assert.deepEqual(await strangeOptions(hint, ['users', 'reconcile', 'page.json']), []);
    assert.deepEqual(await strangeOptions('Or add --partial.', ['users', 'reconcile']), ['--partial']);
  });

  it('says in JSON what was compared and what was found, by the names that scripts lean on', async () => {
    const { sources, accounts, ...summary } = await jsonOf('most.csv');

    assert.deepEqual(summary, {
      ...{ findings: 1, idp: 'entra', users: logins.length - 1, active: logins.length - 1, undecided: 0 },
      ...{ compared: summary.compared, pendingAlready: 0, unknown: 0, missing: 1, disabled: 0, several: 0 },
      ...{ found: 0, linksInForce: logins.length, toMark: 1, markedAlready: 0, plausible: true },
      ...{ completeness: 'unknown', merged: 0, leftOut: {}, guests: 0, warnings: [] },
    });
    assert.equal(sources.length, 1);
    const [account] = accounts;
    assert.deepEqual(Object.keys(account), [
      ...['finding', 'userId', 'loginName', 'email', 'displayName', 'userName', 'externalId', 'licenceType'],
      ...['lastSignInAt', 'markedSince', 'others'],
    ]);
    assert.deepEqual([account.finding, account.loginName, account.userName], ['missing', LEFT, LEFT]);
  });

  it('needs the name of the IdP where there are several, and --mark for what belongs to it', async () => {
    const alone = await reconcile('all.csv');
    await addIdp(product, 'okta');
    const several = await reconcile('all.csv');

    assert.equal(alone.code, 0);
    assert.equal(several.code, 2);
    assert.match(several.stderr, /option-missing.*\n.*--idp .*entra, okta/);
    for (const option of [['--expect', '1'], ['--dry-run']]) {
      const { code, stderr } = await reconcile('all.csv', '--idp', 'entra', ...option);
      assert.equal(code, 2);
      assert.match(stderr, /requires --mark/);
    }
  });

  it('marks, says so, and ends the mark with the next list; in a dry run nothing changes', async () => {
    const dry = await reconcile('most.csv', '--idp', 'entra', '--mark', '--dry-run');
    assert.match(dry.stderr, /Dry run: nothing was changed.*1 account marked as missing/);
    assert.equal((await jsonOf('most.csv', '--idp', 'entra')).toMark, 1);

    const done = await jsonOf('most.csv', '--idp', 'entra', '--mark');
    assert.deepEqual([done.marked, done.ended, done.passedOver], [1, 0, 0]);
    const pending = await runHere(['users', 'pending', '--reason', 'missing', '-o', 'json'], {
      env: { SCIMCTL_DATABASE: product.url },
    });
    assert.deepEqual(
      JSON.parse(pending.stdout).map(({ loginName, idp, reason }: Record<string, string>) => [
        loginName,
        idp,
        reason,
      ]),
      [[LEFT, 'entra', 'missing']],
    );
    const again = await reconcile('most.csv', '--idp', 'entra', '--mark', '--expect', '1');
    assert.equal(again.code, 0);
    assert.match(again.stderr, /0 accounts marked as missing/);

    const ended = await reconcile('all.csv', '--idp', 'entra', '--mark');
    assert.match(ended.stderr, /The mark of 1 account ended/);
    assert.equal((await jsonOf('all.csv', '--idp', 'entra')).found, 0);
  });

  it('marks as many as --expect says, and no other number', async () => {
    const { toMark } = await jsonOf('few.csv', '--idp', 'entra');
    const wrong = await reconcile('few.csv', '--idp', 'entra', '--mark', '--expect', String(toMark - 1));
    const right = await reconcile('few.csv', '--idp', 'entra', '--mark', '--expect', String(toMark), '-q');

    assert.equal(wrong.code, 4);
    assert.match(wrong.stderr, /reconcile-not-as-expected/);
    assert.deepEqual([right.code, right.stdout], [0, `${toMark}\n`]);
    await link(product, await addIdp(product, 'third'), '999999');
  });
});
