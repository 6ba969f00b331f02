import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import { lockingHost } from '../support/databases/locking-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

forEachEngine('users disable, from a file', (engine) => {
  let product: Product;
  let directory: string;
  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('disable');
    const entra = await addIdp(product, 'entra');
    for (const id of ['4', '6', '9'])
      await link(product, entra, id, { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
  });
  after(() => product.close());
  beforeEach(() =>
    product.database.transaction(async ({ knex }) => {
      await knex('users').withSchema('app').whereIn('id', [4, 6, 9]).update({ enabled: true });
    }),
  );

  const run = (...words: string[]) =>
    runHere(words, { cwd: directory, env: { SCIMCTL_DATABASE: product.url } });
  const put = (text: string | Buffer) => writeFile(join(directory, 'users.txt'), text);
  const disabled = async () =>
    (await rowsOf(product, 'app.users'))
      .filter(({ id, enabled }) => [4, 6, 9].includes(Number(id)) && !enabled)
      .map(({ id }) => Number(id))
      .sort();

  it('disables the users of the list as users pending writes it, and keeps the reason', async () => {
    const { stdout } = await run('users', 'pending', '-o', 'csv');
    // A spreadsheet saves it as UTF-16 with semicolons; one row was taken out after the review.
    const reviewed = stdout
      .split('\r\n')
      .filter((line) => !line.startsWith('6,'))
      .join('\r\n')
      .replaceAll(',', ';');
    await put(Buffer.from(`\uFEFF${reviewed}`, 'utf16le'));

    const { code, stderr } = await run(
      ...['users', 'disable', '--from', 'users.txt', '--reason', 'CHG-1042', '--yes'],
    );

    assert.deepEqual([code, await disabled()], [0, [4, 9]]);
    assert.match(stderr, /2 accounts are disabled/);
    const remarks = (await rowsOf(product, 'scim.event'))
      .filter(({ action }) => action === 'user.disable')
      .map(({ details }) => JSON.parse(String(details)).remark);
    assert.deepEqual(remarks, ['CHG-1042', 'CHG-1042']);
  });

  it('takes names, one per line, beside those of the command line', async () => {
    await put('# reviewed\n\nzoe.mueller@contoso.example\n9\n9\n');

    const { code } = await run('users', 'disable', '6', '--from', 'users.txt', '--yes');

    assert.deepEqual([code, await disabled()], [0, [4, 6, 9]]);
  });

  it('disables nobody if one of them is not pending, and needs consent', async () => {
    await put('4\nanna.schmidt@contoso.example\n');
    const wrong = await run('users', 'disable', '--from', 'users.txt', '--yes');
    await put('4\n');
    const silent = await run('users', 'disable', '--from', 'users.txt');

    assert.deepEqual([wrong.code, silent.code, await disabled()], [1, 2, []]);
    assert.match(wrong.stderr, /user-not-pending/);
    assert.match(silent.stderr, /confirmation-missing/);
  });

  it('takes the guard against formulas off an id, and no row of a CSV for a remark', async () => {
    for (const login of ['-zoe', '#sergej']) {
      const id = login === '-zoe' ? 4 : 6;
      await product.database.transaction(({ knex }) =>
        knex('users').withSchema('app').where({ id }).update({ login }),
      );
    }
    await put("userId,loginName\n'-zoe,x\n#sergej,y\n");

    const { code, stderr } = await run('users', 'disable', '--from', 'users.txt', '--yes');

    assert.deepEqual([code, await disabled()], [0, [4, 6]], stderr);
  });

  it('says what was disabled before the host application refused an account', async () => {
    const isPostgres = product.database.dialect.name !== 'mssql';
    const [make, drop] = isPostgres
      ? [
          `create function app.keep_nine() returns trigger language plpgsql as $$ begin
            if new.id = 9 and not new.enabled then raise exception 'nine stays'; end if; return new; end $$;
           create trigger keep_nine before update on app.users for each row execute function app.keep_nine()`,
          'drop trigger keep_nine on app.users; drop function app.keep_nine()',
        ]
      : [
          `create trigger app.keep_nine on app.users after update as
            if exists (select 1 from inserted where id = 9 and enabled = 0) throw 50001, 'nine stays', 1`,
          'drop trigger app.keep_nine',
        ];
    const raw = (text: string) =>
      product.database.transaction(async ({ knex }) => {
        for (const one of isPostgres ? text.split(/;\s*(?=create trigger|drop function)/) : [text])
          await knex.raw(one);
      });
    await raw(make);
    try {
      const { code, stdout, stderr } = await run('users', 'disable', '4', '9', '6', '--yes', '-o', 'json');

      assert.deepEqual([code, await disabled()], [1, [4]], stderr);
      assert.deepEqual(
        JSON.parse(stdout).map(({ userId }: { userId: string }) => userId),
        ['4'],
      );
      assert.match(stderr, /One account is disabled\.\n[\s\S]*host-refused/);
    } finally {
      await raw(drop);
    }
  });

  it('says what is wrong with a CSV', async () => {
    const said: string[] = [];
    for (const text of [
      'loginName;email\nzoe;z\n',
      'userId,loginName\n4,x\n,y\n',
      '# reviewed\nuserId,loginName\n4,x\n6\n \n,y\n',
      'userId,displayName\n4,"Zoe\n6,y\n',
    ]) {
      await put(text);
      const { code, stderr } = await run('users', 'disable', '--from', 'users.txt', '--yes');
      assert.equal(code, 2, stderr);
      said.push(/cannot be read: (.*)\. \[users-unreadable\]/.exec(stderr)?.[1] ?? stderr);
    }

    assert.deepEqual(said.slice(0, 3), [
      'it is a CSV without a column userId',
      'line 3 has no userId',
      'line 6 has no userId',
    ]);
    assert.match(said[3] ?? '', /^it is not valid CSV: .*quote/i);
    assert.deepEqual(await disabled(), []);
  });

  it('says what is wrong with the file, the reason, or the command', async () => {
    await put('# nobody\n');
    const codes: (string | undefined)[] = [];
    for (const words of [
      ['--from', 'users.txt'],
      ['--from', 'none.txt'],
      [],
      ['4', '--reason', ' '],
      ['4', '--reason', 'x'.repeat(501)],
    ]) {
      const { code, stderr } = await run('users', 'disable', ...words, '--yes');
      assert.equal(code, 2);
      codes.push(/\[([a-z-]+)\]/.exec(stderr)?.[1]);
    }

    assert.deepEqual(codes, [
      ...['users-empty', 'users-unreadable', 'users-missing', 'reason-invalid', 'reason-invalid'],
    ]);
  });

  // Last, since it changes the host views.
  it('asks before it disables an account that is locked for now', async () => {
    for (const statement of await lockingHost(product.database.dialect.name))
      await product.database.transaction(({ knex }) => knex.raw(statement));
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: 4 }).update({ locked: true }),
    );

    const { code, stderr } = await run('users', 'disable', '4');

    assert.equal(code, 2);
    assert.match(stderr, /confirmation-missing/);
    assert.deepEqual(await disabled(), []);
    assert.equal((await run('users', 'disable', '4', '--yes')).code, 0);
    assert.deepEqual(await disabled(), [4]);
  });
});
