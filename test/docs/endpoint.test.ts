import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SERVE_SETTINGS } from '../../src/cli/commands/serve/declared.js';
import { runHere } from '../support/processes/world.js';
import { assertGenerated, table } from './generated.js';
import { readPage } from './markdown.js';

describe('the page on the endpoint', () => {
  it('has every setting of serve, in its three places', async () => {
    const rows = SERVE_SETTINGS.map(({ flags, env, name, description }) => [
      `\`${flags}\``,
      `\`${env}\``,
      `\`${name}\``,
      description,
    ]);
    await assertGenerated(
      'docs/endpoint.md',
      'serve',
      table(['option', 'environment', 'in "serve"', 'meaning'], rows),
    );
  });
});

/** A file that `service print` prints, in a block of a page. */
async function printed(words: readonly string[], name: string, language: string): Promise<string> {
  const { code, stdout, stderr } = await runHere(['service', 'print', ...words, '-o', 'json']);
  assert.equal(code, 0, stderr);
  const files: { path: string; text: string }[] = JSON.parse(stdout).files;
  const found = files.find(({ path }) => path.endsWith(name));
  assert.ok(found, `${name} is not printed`);
  const heading = language === 'ini' ? `# ${found.path}\n` : '';
  return `\`\`\`${language}\n${heading}${found.text.replaceAll('\r\n', '\n')}\`\`\`\n`;
}

/** As on a server where scimctl is installed as docs/install.md says, whatever the machine of the tests is. */
const ON_LINUX = [
  ...['--platform', 'linux', '--program', '/opt/scimctl/current/bin/scimctl.js'],
  ...['--node', '/usr/bin/node'],
];
const ON_WINDOWS = [
  ...['--platform', 'windows', '--program', 'C:\\Program Files\\scimctl\\bin\\scimctl.js'],
  ...['--node', 'C:\\Program Files\\nodejs\\node.exe', '--wrapper', 'D:\\install\\WinSW-x64.exe'],
  ...['--config', 'C:\\ProgramData\\scimctl\\config.json'],
];

describe('the pages on services', () => {
  it('show the unit of the endpoint as it is written', async () => {
    const tls = ['--tls-cert', '/etc/scimctl/server.pem', '--tls-key', '/etc/scimctl/server.key'];
    const words = [...ON_LINUX, '--host', '0.0.0.0', '--port', '443', ...tls];
    await assertGenerated('docs/endpoint.md', 'unit', await printed(words, '/scimctl.service', 'ini'));
  });

  it('show the configuration of the wrapper as it is written', async () => {
    await assertGenerated('docs/endpoint.md', 'winsw', await printed(ON_WINDOWS, 'scimctl.xml', 'xml'));
  });

  it('keep tasks of your own out of the directory whose rights an installation sets anew', async () => {
    const page = await readPage('docs/automation.md');
    const actions = page.split('\n').filter((line) => line.includes('New-ScheduledTaskAction'));

    assert.ok(actions.length >= 2);
    for (const action of actions) {
      assert.doesNotMatch(action, /C:\\ProgramData\\scimctl\\/i);
      for (const [path = ''] of action.matchAll(/C:\\ProgramData\\[\w-]+/g)) {
        assert.ok(page.includes(`icacls ${path} /inheritance:r`), path);
      }
    }
    assert.match(
      page,
      /icacls (C:\\ProgramData\\[\w-]+\\lists) \/grant "CONTOSO\\svc-scimctl:\(OI\)\(CI\)M"[\s\S]*--out \1\\/,
    );
  });

  it('show a job as it is written', async () => {
    const words = [...ON_LINUX, '--on-failure', 'notify@%n.service'];
    await assertGenerated(
      'docs/automation.md',
      'job',
      await printed(words, '/scimctl-pending.service', 'ini'),
    );
  });
});
