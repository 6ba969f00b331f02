import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';

const skip = process.platform === 'win32' ? 'needs a POSIX shell' : false;

forEachEngine('docs/samples/mail-report.sh', (engine) => {
  let product: Product;
  let directory: string;

  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('mail');
    await mkdir(join(directory, 'bin'));
    await program('bin/scimctl', `exec "${process.execPath}" "${binFile}" "$@"`);
    await program('mailer', `printf '%s\\n' "$@" > "${directory}/words"\ncat > "${directory}/mail"`);
  });
  after(() => product.close());

  async function program(name: string, text: string): Promise<void> {
    await writeFile(join(directory, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(directory, name), 0o755);
  }
  const mailing = (database: string, ...words: string[]) =>
    spawnSync('sh', [join(projectDirectory, 'docs/samples/mail-report.sh'), 'iam@example.com', ...words], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
        SENDMAIL: join(directory, 'mailer'),
        SCIMCTL_DATABASE: database,
      },
    });
  const mail = () => readFile(join(directory, 'mail'), 'utf8');
  const partsOf = (text: string) => {
    const [, boundary = ''] = /boundary="([^"]+)"/.exec(text) ?? [];
    return text
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => {
        const [head = '', ...body] = part.trim().split('\n\n');
        return { head, text: Buffer.from(body.join(''), 'base64').toString('utf8') };
      });
  };

  it('mails nothing where no account is pending', { skip }, async () => {
    const { status, stderr } = mailing(product.url);
    assert.equal(status, 0, stderr);
    await assert.rejects(mail, { code: 'ENOENT' });
  });

  it('mails the list and the page, whatever the names', { skip }, async () => {
    const entra = await addIdp(product, 'entra');
    const login = 'zoë.müller@contoso.example';
    const leaver = await addHostUser(product, login);
    await link(product, entra, leaver, {
      userName: login,
      accountLogin: login,
      deprovisionedAt: new Date(Date.now() - 9 * 86_400_000),
      deprovisionReason: 'disabled',
    });
    const { status, stderr } = mailing(product.url, '--max-age', '7d');
    assert.equal(status, 0, stderr);
    assert.equal(await readFile(join(directory, 'words'), 'utf8'), '-t\n-i\n');
    const text = await mail();
    assert.match(text, /^To: iam@example\.com\nSubject: [ -~]+\nMIME-Version: 1\.0\n/);
    const [list, page] = partsOf(text);
    assert.match(list?.text ?? '', /zoë\.müller@contoso\.example/);
    assert.match(page?.head ?? '', /filename="pending\.html"/);
    assert.match(page?.text ?? '', /^<!doctype html>/i);
    assert.match(page?.text ?? '', /zoë\.müller@contoso\.example/);
    await rm(join(directory, 'mail'));
  });

  it('mails nothing where the command fails, and ends as it did', { skip }, async () => {
    const { status, stderr } = mailing('postgres://127.0.0.1:1/none');
    assert.equal(status, 3, stderr);
    await assert.rejects(mail, { code: 'ENOENT' });
  });
});
