import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addHostUser, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { type CliResult, runCli } from '../support/processes/cli.js';

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
    product = await freshProduct(engine);
    directory = await temporaryDirectory('preflight');
    await writeFile(join(directory, 'good.csv'), EXPORT.join('\n'));
    await writeFile(join(directory, 'head.csv'), `${EXPORT[0]}\n`);
    await writeFile(join(directory, 'refusal.txt'), 'Forbidden');
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
    const { checks, sources, catalogue, ...report } = JSON.parse(stdout);
    const { lengths, ...compared } = catalogue;
    assert.equal(lengths.login_name, 320);
    assert.deepEqual(compared, { unique: ['login_name'], uniqueUnread: [], showsAllRows: true });
    assert.deepEqual(report, {
      ...{ users: 4, matched: 1, toCreate: 3, linked: 0 },
      ...{ ambiguous: 0, protected: 0, claimed: 0, taken: 0, disabled: 0, doubtful: 0 },
      ...{ invalid: 0, refused: 0, undecided: 0 },
      ...{ toEnable: 0, toDisable: 0, becomePending: 0, changed: { displayName: 1 } },
      ...{ seatsNeeded: 2, seatsFree: 18, fits: true, status: 'pass', people: [] },
      ...{ completeness: 'unknown', merged: 0, leftOut: {}, guests: 0, warnings: [] },
    });
    assert.deepEqual(sources, [
      {
        ...{ file: 'good.csv', format: 'csv', kind: 'Entra ID or Microsoft Graph', entries: 4, users: 4 },
        columns: {
          ...{ userName: ['userPrincipalName'], email: ['mail'], externalId: ['id'] },
          ...{ displayName: ['displayName'], active: ['accountEnabled'] },
        },
        notFound: ['givenName', 'familyName'],
      },
    ]);
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

  it('shows the columns and as many rows as asked for, in every format', async () => {
    const asked = ['more.csv', '--all', '--columns', 'userName,outcome', '--limit', '1'];
    const [table, csv, json] = await Promise.all(
      [[], ['-o', 'csv'], ['-o', 'json']].map((format) => preflight([...asked, ...format])),
    );

    assert.match(table?.stdout ?? '', /\n\nUSER NAME +OUTCOME\nanna\.schmidt@contoso\.example +match\n$/);
    assert.equal(csv?.stdout, 'userName,outcome\r\nanna.schmidt@contoso.example,match\r\n');
    assert.deepEqual(JSON.parse(json?.stdout ?? '').people, [
      { userName: 'anna.schmidt@contoso.example', outcome: 'match' },
    ]);
  });

  it('lists everybody as CSV, for whoever has to agree', async () => {
    const { code, stdout } = await preflight(['more.csv', '--all', '-o', 'csv']);

    assert.equal(code, 0);
    const [head, anna, ...rest] = stdout.trimEnd().split('\r\n');
    assert.equal(
      head,
      'at,userName,email,active,outcome,userId,loginName,needsSeat,detail,advice,changes,becomesPending,file,rehearsal,attributes',
    );
    assert.match(
      anna ?? '',
      /^2,anna\.schmidt@contoso\.example,anna\.schmidt@contoso\.example,true,match,\d+,anna\.schmidt@contoso\.example,false,,,"\{""displayName"":\[.*\]\}",false,,,$/,
    );
    assert.equal(rest.length, 4);
  });

  it('announces the seat, in every format', async () => {
    await addHostUser(product, 'unseated@contoso.example');
    const list = 'userPrincipalName,accountEnabled\nunseated@contoso.example,True\n';
    const asked = ['-', '--all', '--columns', 'changes'];

    const [table, csv, json] = await Promise.all(
      [[], ['-o', 'csv'], ['-o', 'json']].map((format) => preflight([...asked, ...format], list)),
    );

    assert.match(table?.stdout ?? '', /\n\nCHANGES\nlicenceType \(none\) → Concurrent\n$/);
    assert.equal(csv?.stdout, 'changes\r\n"{""licenceType"":[null,""Concurrent""]}"\r\n');
    assert.deepEqual(JSON.parse(json?.stdout ?? '').people, [
      { changes: { licenceType: [null, 'Concurrent'] } },
    ]);
  });

  it('rehearses for one IdP, with consent, and says what it has used up', async () => {
    await addIdp(product, 'entra');
    const rehearse = (...more: string[]) => preflight(['good.csv', '--rehearse', ...more]);

    const refused = [await rehearse('--yes'), await rehearse('--idp', 'entra')];
    const asJson = await rehearse('--idp', 'entra', '--yes', '--all', '-o', 'json');
    const asTable = await rehearse('--idp', 'entra', '--yes');

    assert.deepEqual(
      refused.map(({ code, stderr }) => [code, /\[([\w-]+)\]/.exec(stderr)?.[1]]),
      [
        [2, 'option-missing'],
        [2, 'confirmation-missing'],
      ],
    );
    assert.equal(asJson.code, 0, asJson.stderr);
    const { rehearsal, people, fits } = JSON.parse(asJson.stdout);
    assert.deepEqual([rehearsal, fits], [{ created: 3, changed: 1, notTried: 0 }, true]);
    assert.deepEqual(
      people.map((one: Record<string, unknown>) => one.rehearsal),
      ['passed', 'passed', 'passed', 'passed'],
    );
    assert.match(
      asTable.stdout,
      /^REHEARSED: +3 creates and 1 change, all rolled back; each create used up a sequence number$/m,
    );
  });

  it('takes no list for fitting that the host application refuses users of', async () => {
    const long = `userPrincipalName,displayName,accountEnabled\nlong@contoso.example,${'x'.repeat(201)},True\n`;

    const { code, stdout } = await preflight(['-'], long);

    assert.equal(code, 4);
    assert.match(stdout, /^FITS: +no: the host application refuses 1 user$/m);
    assert.match(stdout, /^REFUSED: +1$/m);
    assert.match(stdout, /displayName has 201 characters, but display_name allows 200\.$/m);
  });

  it('lists as many as there are, in their order', async () => {
    const names = Array.from({ length: 1_201 }, (_, n) => `long.${n}@contoso.example`);
    const list = ['userPrincipalName,accountEnabled', ...names.map((name) => `${name},False`)].join('\n');

    const asJson = JSON.parse((await preflight(['-', '--all', '-o', 'json'], list)).stdout);
    const asCsv = (await preflight(['-', '--all', '-o', 'csv'], list)).stdout.trimEnd().split('\r\n');
    const asTable = (await preflight(['-', '--all'], list)).stdout;

    assert.deepEqual(
      asJson.people.map(({ userName }: { userName: string }) => userName),
      names,
    );
    assert.deepEqual(
      asCsv.slice(1).map((line) => line.split(',')[1]),
      names,
    );
    assert.equal(asTable.match(/long\.\d+@contoso\.example +create/g)?.length, names.length);
  });

  it('says what it recognised, and on what the result depends', async () => {
    const { stdout, stderr } = await preflight(['good.csv']);

    assert.match(stdout, /^FITS: +yes, if these are all users: the list does not say how many there are$/m);
    assert.match(stdout, /^COMPLETENESS: +unknown$/m);
    assert.match(
      stdout,
      /^good\.csv: 4 entries, Entra ID or Microsoft Graph\n {2}userName {5}userPrincipalName\n(.*\n){3} {2}active {7}accountEnabled\n {2}givenName {4}\(no column found\)\n {2}familyName {3}\(no column found\)$/m,
    );
    assert.equal(stderr, '');
    const csv = await preflight(['good.csv', '-o', 'csv']);
    assert.match(csv.stderr, /^FITS: yes, if .*\ngood\.csv: 4 entries/);
    assert.doesNotMatch(csv.stdout, /FITS/);
  });

  it('warns that everybody counts as active where no column says who is', async () => {
    const plain = 'userPrincipalName\nanna.schmidt@contoso.example\noff@contoso.example\n';
    for (const format of ['table', 'csv', 'json']) {
      const { code, stdout, stderr } = await preflight(['-', '-o', format], plain);
      assert.equal(code, 0);
      assert.match(
        format === 'json' ? JSON.parse(stdout).warnings.join() : stderr,
        /standard input: no column says who is active: everyone is treated as active\./,
      );
    }
  });

  it('takes the pages of a list in any order, and no part of it but for the asking', async () => {
    const user = (n: number) => ({
      id: `${n}`,
      userPrincipalName: `p${n}@contoso.example`,
      accountEnabled: true,
    });
    const page = (n: number, more: object) =>
      writeFile(join(directory, `page-${n}.json`), JSON.stringify({ ...more, value: [user(n)] }));
    await page(1, { '@odata.count': 3, '@odata.nextLink': 'https://graph.microsoft.com/x' });
    await page(2, { '@odata.context': 'x', '@odata.nextLink': 'https://graph.microsoft.com/y' });
    await page(3, { '@odata.context': 'x' });

    const all = await preflight(['page-3.json', 'page-1.json', 'page-2.json', '--all', '-o', 'json']);
    const { users, completeness, people } = JSON.parse(all.stdout);
    assert.deepEqual([all.code, users, completeness], [0, 3, 'complete']);
    assert.deepEqual(
      people.map(({ file, at }: Record<string, unknown>) => [file, at]),
      [
        ['page-3.json', 1],
        ['page-1.json', 1],
        ['page-2.json', 1],
      ],
    );
    const { stdout } = await preflight(['page-1.json', 'page-2.json', 'page-3.json']);
    assert.match(stdout, /^FITS: +yes$/m);
    assert.match(stdout, /^page-1\.json and 2 more: 3 entries, /m);

    const one = await preflight(['page-1.json', '-o', 'json']);
    assert.deepEqual([one.code, one.stdout], [2, '']);
    assert.equal(JSON.parse(one.stderr).error.code, 'export-incomplete');
    const part = await preflight(['page-1.json', '--partial']);
    assert.equal(part.code, 0);
    assert.match(part.stdout, /^FITS: +yes, for these users only: the list is incomplete$/m);
  });

  it('does not fit where the export says of nobody whether they are active', async () => {
    const { code, stdout, stderr } = await preflight(
      ['-'],
      'UserPrincipalName,AccountEnabled\na@contoso.example,\nb@contoso.example,\n',
    );
    assert.equal(code, 4);
    assert.match(stdout, /^FITS: +no$/m);
    assert.match(stdout, /^UNDECIDED: +2$/m);
    assert.match(
      stdout,
      /invalid +AccountEnabled is empty, which does not say whether the user is active\.$/m,
    );
    assert.match(stderr, /^Warning: standard input: no value of AccountEnabled says who is active\./);
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
      [['good.csv', 'missing.csv'], 'export-unreadable', 2],
      [['-', '-'], 'options-conflict', 2],
      [['refusal.txt'], 'export-columns-missing', 2],
      [['head.csv'], 'export-empty', 2],
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
