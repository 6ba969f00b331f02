import assert from 'node:assert/strict';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { MailServer } from '../support/fake-servers/mail-server.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { runPowerShell, withoutPowerShell as skip } from '../support/processes/powershell.js';
import { codeBlocks, pages, readPage } from './markdown.js';

const SAMPLES = 'docs/samples';

/** Says what is wrong with each file, and what Windows PowerShell 5.1 does not know of it. */
const JUDGE = `
foreach ($file in $args) {
  $errors = $null; $tokens = $null
  $tree = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref] $tokens, [ref] $errors)
  foreach ($one in $errors) { "\${file}: $($one.Extent.StartLineNumber): $($one.Message)" }
  foreach ($one in $tree.FindAll({ $args[0].GetType().Name -in 'PipelineChainAst', 'TernaryExpressionAst' }, $true)) {
    "\${file}: $($one.Extent.StartLineNumber): not in 5.1: $($one.Extent.Text)"
  }
  foreach ($one in $tokens) { if ($one.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot') { "\${file}: not in 5.1: $($one.Text)" } }
}
`;

describe('PowerShell in the pages', { skip }, () => {
  let directory: string;
  before(async () => {
    directory = await temporaryDirectory('powershell');
    await writeFile(join(directory, 'judge.ps1'), JUDGE);
  });
  const judged = (files: string[]) => runPowerShell(join(directory, 'judge.ps1'), files, {});

  it('is understood, also by Windows PowerShell 5.1', async () => {
    const samples = (await readdir(join(projectDirectory, SAMPLES))).filter((name) => name.endsWith('.ps1'));
    const files = samples.map((name) => join(projectDirectory, SAMPLES, name));
    for (const page of await pages()) {
      for (const { language, text, line } of codeBlocks(await readPage(page))) {
        if (language !== 'powershell') continue;
        const file = join(directory, `${page.replaceAll('/', '-')}-${line}.ps1`);
        await writeFile(file, text);
        files.push(file);
      }
    }
    assert.ok(files.length > 10, `${files.length}`);
    assert.deepEqual(await judged(files), { code: 0, stdout: '', stderr: '' });
  });

  it('is not understood where it is wrong', async () => {
    const wrong = ['if ($a {', 'scimctl check && scimctl seats', '$a = $b ?? 1', '$a ? 1 : 2'];
    const files = wrong.map((_, at) => join(directory, `wrong-${at}.ps1`));
    for (const [at, file] of files.entries()) await writeFile(file, wrong[at] ?? '');
    const { stdout } = await judged(files);
    for (const file of files) assert.ok(stdout.includes(file), `${file}\n${stdout}`);
  });
});

forEachEngine(
  'docs/samples/Send-PendingReport.ps1',
  (engine) => {
    let product: Product;
    let scimctl: string;
    let port: number;
    const server = new MailServer();

    before(async () => {
      product = await freshProduct(engine);
      scimctl = join(
        await temporaryDirectory('scimctl'),
        process.platform === 'win32' ? 'scimctl.cmd' : 'scimctl',
      );
      const text =
        process.platform === 'win32'
          ? `@"${process.execPath}" "${binFile}" %*\r\n`
          : `#!/bin/sh\nexec "${process.execPath}" "${binFile}" "$@"\n`;
      await writeFile(scimctl, text);
      await chmod(scimctl, 0o755);
      port = await server.listen();
    });
    after(async () => {
      server.close();
      await product.close();
    });

    const mailing = (database: string) =>
      runPowerShell(
        join(projectDirectory, SAMPLES, 'Send-PendingReport.ps1'),
        [
          ...['-To', 'iam@example.com', '-From', 'scimctl@example.com', '-Server', '127.0.0.1'],
          ...['-Port', String(port), '-NoTls', '-Scimctl', scimctl],
        ],
        { SCIMCTL_DATABASE: database },
      );

    it('mails nothing where no account is pending', { skip }, async () => {
      const { code, stdout, stderr } = await mailing(product.url);
      assert.equal(code, 0, stdout + stderr);
      assert.equal(server.messages.length, 0);
    });

    it('mails the page, whatever the names', { skip }, async () => {
      const login = 'zoë.müller@contoso.example';
      await link(product, await addIdp(product, 'entra'), await addHostUser(product, login), {
        userName: login,
        accountLogin: login,
        deprovisionedAt: new Date(Date.now() - 9 * 86_400_000),
        deprovisionReason: 'disabled',
      });
      const { code, stdout, stderr } = await mailing(product.url);
      assert.equal(code, 0, stdout + stderr);
      const [mail = '', ...more] = server.messages;
      assert.equal(more.length, 0);
      assert.match(mail, /^to: iam@example\.com$/im);
      assert.match(mail, /^subject: Accounts of leavers that are still enabled$/im);
      const [, attached = ''] = /name="?pending\.html"?[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)/.exec(mail) ?? [];
      const page = Buffer.from(attached, 'base64').toString('utf8');
      assert.match(page, /^<!doctype html>/i);
      assert.match(page, /zoë\.müller@contoso\.example/);
    });

    it('mails nothing where the command fails, and ends as it did', { skip }, async () => {
      const before = server.messages.length;
      const { code } = await mailing('postgres://127.0.0.1:1/none');
      assert.equal(code, 3);
      assert.equal(server.messages.length, before);
    });
  },
  { only: ['postgres', 'mssql'] },
);
