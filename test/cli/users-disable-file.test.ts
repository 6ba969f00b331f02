import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import { installProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

forEachEngine('users disable, from a file', (engine) => {
  let product: Product;
  let directory: string;
  before(async () => {
    product = await installProduct(await engine.freshDatabase());
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
});
