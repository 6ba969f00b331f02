import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { runCliOk, runJson } from '../support/processes/cli.js';
import { terminalMissing } from '../support/processes/pty.js';
import {
  answer,
  CONTROL_C,
  type Dialogue,
  DOWN,
  REST,
  RETURN,
  startWizard,
  WAYS,
} from '../support/processes/wizard.js';

const UP = '\x1b[A';
const rest = Object.values(REST);
const EMBEDDED: Dialogue = [
  [/Where is the application's database\?/, WAYS.embedded],
  [/Directory of the embedded database/, `postgres://w@127.0.0.1:5544/wiz${RETURN}`],
  // Control-U clears the line.
  [/A connection string was given/, `\u0015try${RETURN}`],
];

forEachEngine('the wizard', (engine) => {
  it('asks for everything, then does everything', { skip: terminalMissing }, async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const terminal = await startWizard(home);

    await answer(terminal, [
      [/Where is the application's database\?/, WAYS.paste],
      [/Connection string/, `${url}${RETURN}`],
      ...rest,
    ]);

    assert.equal(await terminal.end(90_000), 0, terminal.screen());
    const screen = terminal.screen();
    const token = /^scimctl_\w{62}$/m.exec(screen)?.[0] ?? '';
    const { id, expiresAt } = (
      await runJson<{ id: string; expiresAt: string }[]>(['token', 'list', '--database', url])
    )[0] as {
      id: string;
      expiresAt: string;
    };
    assert.match(screen, /^pass +token /m);
    assert.match(screen, /https:\/\/iqm\.example\.com\/scim\/v2/);
    assert.equal(screen.split(token).length, 2, 'the token is shown once');
    // The sheet is about this token.
    const until = `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`;
    assert.ok(screen.includes(`token ${id}, as shown above; valid until ${until}`), screen);
    const at = ['--database', url];
    const idp = await runJson<{ kind: string; deprovisionPolicy: string }>(['idp', 'show', 'okta-eu', ...at]);
    assert.deepEqual([idp.kind, idp.deprovisionPolicy], ['okta', 'disable']);
    await runCliOk(['token', 'verify', ...at], { stdin: token });
    const password = /:\/\/[^:/]*:([^@]*)@/.exec(url)?.[1];
    if (password) assert.ok(!terminal.raw().includes(password), 'the pasted string is not shown');
  });

  it('run again, finds everything there', { skip: terminalMissing }, async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const flags = ['--database', url, '--host', 'reference', '--idp', 'entra', '--token-file', 'entra.token'];
    await runCliOk(['init', '--yes', ...flags], { home });
    const terminal = await startWizard(home, ['--database', url]);

    await answer(terminal, [
      [/Which IdP\?[\s\S]*entra \(exists already\)/, RETURN],
      [/Base URL for the IdP/, RETURN],
      [/entra, exists already, unchanged[\s\S]*Apply these changes\?/, RETURN],
    ]);

    assert.equal(await terminal.end(90_000), 0, terminal.screen());
    assert.match(terminal.screen(), /Token: IdP entra already has 1 live/);
    assert.match(terminal.screen(), /IdP entra: exists already, unchanged/);
  });
});

describe('the wizard', { skip: terminalMissing }, () => {
  it('says what is wrong with an answer, and asks again', async () => {
    const home = await temporaryDirectory('home');
    const terminal = await startWizard(home);

    await answer(terminal, [
      [/Where is the application's database\?/, WAYS.paste],
      [/Connection string/, `Password=hidden;nonsense${RETURN}`],
      [/Warning: [\s\S]*Connection string/, `postgresql://joe@127.0.0.1:1/db${RETURN}`],
      [/Password of joe/, `hidden${RETURN}`],
      [/nothing listens on that port[\s\S]*PostgreSQL server.*\(127\.0\.0\.1:1\)/, CONTROL_C],
    ]);

    assert.equal(await terminal.end(), 130);
    assert.ok(!terminal.raw().includes('hidden'), 'the password is not shown');
    assert.deepEqual(await readdir(home), []);
  });

  it('does not show the rest of a paste of several lines', async () => {
    const terminal = await startWizard(await temporaryDirectory('home'));

    await answer(terminal, [
      [/Where is the application's database\?/, WAYS.paste],
      [/Connection string/, 'Server=127.0.0.1,1;Database=x;User ID=joe;\nPassword=hidden\n'],
      [/Password of joe|Warning/, CONTROL_C],
    ]);

    assert.equal(await terminal.end(), 130);
    assert.ok(!terminal.raw().includes('hidden'), terminal.screen());
  });

  it('goes back from every question, and from the summary to any', async () => {
    const home = await temporaryDirectory('home');
    const terminal = await startWizard(home, [], { columns: 40 });
    const back = (question: RegExp): Dialogue[number] => [question, `<${RETURN}`];
    const up = (question: RegExp, choices: number): Dialogue[number] => [
      question,
      `${DOWN.repeat(choices)}${RETURN}`,
    ];
    const again = (question: RegExp): Dialogue[number] => [question, RETURN];

    await answer(terminal, [
      ...EMBEDDED,
      up(REST.schema[0], 2),
      back(EMBEDDED[1]?.[0] as RegExp),
      again(EMBEDDED[0]?.[0] as RegExp),
      [EMBEDDED[1]?.[0] as RegExp, `other${RETURN}`],
      REST.schema,
      up(REST.host[0], 3),
      again(REST.schema[0]),
      REST.host,
      up(REST.hosting[0], 2),
      again(REST.host[0]),
      REST.hosting,
      up(REST.kind[0], 3),
      again(REST.hosting[0]),
      REST.kind,
      back(REST.name[0]),
      // What was answered before is proposed.
      again(REST.kind[0]),
      REST.name,
      up(REST.leavers[0], 2),
      again(REST.name[0]),
      REST.leavers,
      up(REST.token[0], 2),
      again(REST.leavers[0]),
      REST.token,
      back(REST.lifetime[0]),
      again(REST.token[0]),
      REST.lifetime,
      back(REST.file[0]),
      again(/Lifetime of the token[\s\S]*\(60d\)/),
      [REST.file[0], `okta.token${RETURN}`],
      back(REST.baseUrl[0]),
      again(/File for the token[\s\S]*\(okta\.token\)/),
      again(REST.baseUrl[0]),
      up(REST.summary[0], 3),
      again(REST.baseUrl[0]),
      up(REST.summary[0], 1),
      // The file for the token; then what becomes of leavers.
      [/What do you want to change\?/, `${DOWN.repeat(10)}${RETURN}`],
      back(REST.file[0]),
      up(REST.summary[0], 1),
      [/What do you want to change\?/, `${DOWN.repeat(7)}${RETURN}`],
      [REST.leavers[0], `${UP}${RETURN}`],
      [
        /okta-eu[\s\S]*administrator\s+disables leavers[\s\S]*okta\.token[\s\S]*Apply these changes\?/,
        `${DOWN.repeat(2)}${RETURN}`,
      ],
    ]);

    assert.equal(await terminal.end(), 2, terminal.screen());
    assert.match(terminal.screen(), /Stopped before anything was/);
    assert.deepEqual(await readdir(home), []);
  });

  it('shows a summary that fits the terminal', async () => {
    for (const columns of [40, 80, 200]) {
      const terminal = await startWizard(await temporaryDirectory('h'), ['--idp', 'entra'], { columns });
      const dialogue = [
        ...EMBEDDED,
        ...rest.filter(([question]) => !/provider|Name of the IdP in/.test(question.source)),
      ];

      await answer(terminal, [...dialogue.slice(0, -1), [REST.summary[0], CONTROL_C]]);

      assert.equal(await terminal.end(), 130);
      // A line that is too long would go on in the first column, as only a word does that no line can hold.
      const [, summary = ''] = /\nSummary\n([\s\S]*?)\n\? Apply these changes/.exec(terminal.screen()) ?? [];
      const outside = summary.split('\n').filter((line) => !/^( {2}|$)/.test(line));
      assert.deepEqual(
        outside.filter((line) => line.includes(' ')),
        [],
        terminal.screen(),
      );
      assert.match(summary, /Token\s+create one; it expires/);
    }
  });

  const before: Dialogue = [...EMBEDDED, ...rest];
  for (const [how, keys, at] of [
    ['Control-C', CONTROL_C, 0],
    ['Control-C', CONTROL_C, 1],
    ['Control-C', CONTROL_C, 5],
    ['Control-D', '\x04', 8],
    ['Control-C', CONTROL_C, before.length - 1],
  ] as const) {
    const [question = /^/] = before[at] ?? [];
    it(`changes nothing when it is left with ${how} at ${question.source}`, async () => {
      const home = await temporaryDirectory('home');
      const terminal = await startWizard(home);

      await answer(terminal, [...before.slice(0, at), [question, keys]]);

      assert.equal(await terminal.end(), 130);
      assert.match(terminal.screen(), /Error: Interrupted\. \[interrupted\]\n +Nothing was changed/);
      assert.deepEqual(await readdir(home), []);
    });
  }

  it('asks without colours with --no-color', async () => {
    const home = await temporaryDirectory('home');
    const terminal = await startWizard(home, ['--no-color']);

    await terminal.waitFor(/Where is the application's database\?/);
    terminal.type(CONTROL_C);
    await terminal.end();

    assert.doesNotMatch(terminal.raw(), new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`));
  });

  it('leaves another config file as it is when told so', async () => {
    const home = await temporaryDirectory('home');
    await runCliOk(['init', '--yes', '--database', 'embedded:one', '--host', 'reference', '--idp', 'okta'], {
      home,
    });
    const config = join(home, '.config', 'scimctl', 'config.json');
    const content = await readFile(config, 'utf8');
    const flags = ['--migrate', '--host', 'reference', '--hosting', 'on-premises', '--idp', 'entra'];
    const more = ['--no-token', '--deprovision-policy', 'manual', '--database', 'embedded:two'];
    const terminal = await startWizard(home, [...flags, ...more]);

    await answer(terminal, [
      [/names another database\. Overwrite it\?/, RETURN],
      [/Base URL for the IdP/, RETURN],
      REST.summary,
    ]);

    assert.equal(await terminal.end(90_000), 0, terminal.screen());
    assert.equal(await readFile(config, 'utf8'), content);
    // The next command has to name the database, which the config file does not.
    assert.match(terminal.screen(), /scimctl serve --database \S*embedded:\S*two/);
  });
});
