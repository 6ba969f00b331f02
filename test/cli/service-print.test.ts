import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { markOf } from '../../src/installation/service/mark.js';
import { windowsCommandLine } from '../../src/installation/service/windows/command-line.js';
import { serviceSid, taskSid } from '../../src/installation/service/windows/sid.js';
import { main } from '../../src/main.js';
import { temporaryDirectory } from '../support/environment.js';
import { fakeWorld, runHere, type WorldOptions } from '../support/processes/world.js';

const HERE = ['--program', '/opt/scimctl/current/bin/scimctl.js', '--node', '/usr/bin/node'];
const WINDOWS = process.platform === 'win32';

interface Printed {
  name: string;
  files: { path: string; text: string }[];
  enable?: string[];
}

async function printed(words: readonly string[], options: WorldOptions = {}): Promise<Printed> {
  const heard = await runHere(['service', 'print', ...words, '-o', 'json'], options);
  assert.equal(heard.code, 0, heard.stderr);
  return JSON.parse(heard.stdout);
}

/** Of Linux, by their names. */
async function unitsOf(words: readonly string[], options?: WorldOptions): Promise<Record<string, string>> {
  const { files } = await printed(['--platform', 'linux', ...HERE, ...words], options);
  return Object.fromEntries(files.map(({ path, text }) => [path.replace('/etc/systemd/system/', ''), text]));
}

async function refused(words: readonly string[], options?: WorldOptions): Promise<string> {
  const heard = await runHere(['service', 'print', '--platform', 'linux', ...HERE, ...words], options);
  assert.equal(heard.stdout, '');
  return `${heard.code} ${/\[([\w-]+)\]/.exec(heard.stderr)?.[1]}`;
}

/** A directory with a config file and the files that it names. */
async function configured(config: object): Promise<{ cwd: string; file: string }> {
  const cwd = await temporaryDirectory('service');
  await mkdir(join(cwd, 'etc'));
  const file = join(cwd, 'etc', 'config.json');
  await writeFile(file, JSON.stringify(config));
  await writeFile(join(cwd, 'etc', 'db.txt'), 'mssql://scim:Secret-In-File@sql01.example.com/IQM');
  return { cwd, file };
}

const SYSTEMD_MISSING =
  spawnSync('systemd-analyze', ['--version']).status === 0 ? undefined : 'systemd-analyze is not installed';

describe('service print for systemd', () => {
  it('hands over every file that the config file names, and contains nothing of them', {
    skip: WINDOWS && 'Windows reads no config file of Linux',
  }, async () => {
    const { cwd, file } = await configured({
      database: '@db.txt',
      databasePasswordFile: 'password',
      tokenKeysFile: '/srv/keys/token-keys',
      serve: {
        host: '0.0.0.0',
        tlsCert: 'server.pem',
        tlsKey: 'server.key',
        onPending: 'https://h.example/s3cret',
        onPendingSecretFile: 'hook',
      },
    });

    const units = await unitsOf(['--config', 'etc/config.json'], { cwd });

    const unit = units['scimctl.service'] ?? '';
    const etc = join(cwd, 'etc');
    for (const [id, path, line] of [
      ['config.json', file, 'SCIMCTL_CONFIG=%d/config.json'],
      ['database', join(etc, 'db.txt'), 'SCIMCTL_DATABASE=@%d/database'],
      ['database-password', join(etc, 'password'), 'SCIMCTL_DATABASE_PASSWORD_FILE=%d/database-password'],
      ['token-keys', '/srv/keys/token-keys', 'SCIMCTL_TOKEN_KEYS_FILE=%d/token-keys'],
      ['tls-cert', join(etc, 'server.pem'), 'SCIMCTL_SERVE_TLS_CERT=%d/tls-cert'],
      ['tls-key', join(etc, 'server.key'), 'SCIMCTL_SERVE_TLS_KEY=%d/tls-key'],
      [
        'on-pending-secret-file',
        join(etc, 'hook'),
        'SCIMCTL_SERVE_ON_PENDING_SECRET_FILE=%d/on-pending-secret-file',
      ],
    ]) {
      assert.ok(unit.includes(`\nLoadCredential=${id}:${path}\nEnvironment=${line}\n`), `${id}\n${unit}`);
    }
    assert.match(
      unit,
      /^ExecStart=\/usr\/bin\/node \/opt\/scimctl\/current\/bin\/scimctl\.js serve --wait 5m$/m,
    );
    assert.doesNotMatch(Object.values(units).join(''), /Secret-In-File|s3cret/);
    // What it has read is watched; the config file is not, since an edit would end the endpoint half-way.
    const watched = [...(units['scimctl-restart.path'] ?? '').matchAll(/^PathChanged=(.*)$/gm)].map(
      ([, path]) => path,
    );
    assert.equal(watched.length, 6);
    assert.ok(!watched.includes(file));
    // The jobs have no use for TLS.
    assert.match(units['scimctl-check.service'] ?? '', /LoadCredential=token-keys:/);
    assert.doesNotMatch(units['scimctl-check.service'] ?? '', /tls-key|hook/);
  });

  it('takes options of serve, and refuses at once what serve would refuse', async () => {
    const unit = (
      await unitsOf([
        ...['--port', '8443', '--host', '0.0.0.0', '--behind-proxy', '--stop-timeout', '90s', '--wait', '0s'],
      ])
    )['scimctl.service'];

    assert.match(
      unit ?? '',
      /^ExecStart=.* serve --port 8443 --host 0\.0\.0\.0 --behind-proxy --stop-timeout 90s --wait 0s$/m,
    );
    assert.match(unit ?? '', /^TimeoutStopSec=105$/m);
    assert.match(unit ?? '', /^CapabilityBoundingSet=$/m);
    assert.equal(await refused(['--port', '99999']), '2 number-invalid');
    assert.equal(await refused(['--log-level', 'loud']), '2 option-value-invalid');
    assert.equal(await refused(['--host', '0.0.0.0']), '2 plain-http-refused');
    assert.equal(await refused(['--tls-cert', '/etc/scimctl/a.pem']), '2 option-missing');
    assert.equal(await refused(['--database', 'postgresql://u:secret@h/d']), '2 options-conflict');
    assert.equal(await refused(['--on-pending', 'https://h.example/s']), '2 service-option-secret');
  });

  it('reads what the config file says of serve, and nothing of this shell', {
    skip: WINDOWS && 'Windows reads no config file of Linux',
  }, async () => {
    const { cwd } = await configured({
      database: 'postgresql://scim@db01.example.com/iqm',
      serve: { stopTimeout: '2m', port: 443 },
    });
    const env = {
      SCIMCTL_SERVE_STOP_TIMEOUT: '1s',
      SCIMCTL_DATABASE: 'embedded:./x',
      SCIMCTL_TOKEN_KEYS_FILE: 'x',
    };

    const unit = (await unitsOf(['--config', 'etc/config.json'], { cwd, env }))['scimctl.service'] ?? '';

    assert.match(unit, /^TimeoutStopSec=135$/m);
    assert.match(unit, /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
    assert.doesNotMatch(unit, /SCIMCTL_TOKEN_KEYS_FILE|SCIMCTL_DATABASE=/);
    await writeFile(
      join(cwd, 'etc', 'config.json'),
      '{ "database": "postgresql://a@b/c", "serve": { "prot": 1 } }',
    );
    assert.equal(await refused(['--config', 'etc/config.json'], { cwd }), '3 config-invalid');
    await writeFile(join(cwd, 'etc', 'config.json'), '{ "serve": { "port": 1 } }');
    assert.equal(await refused(['--config', 'etc/config.json'], { cwd }), '3 database-not-set');
  });

  it('makes an account for the service, or takes the one that is named', async () => {
    const own = (await unitsOf([]))['scimctl.service'] ?? '';
    const named = (await unitsOf(['--user', 'svc_scim']))['scimctl.service'] ?? '';

    assert.match(own, /^DynamicUser=yes\nUser=scimctl$/m);
    assert.match(named, /^User=svc_scim$/m);
    assert.doesNotMatch(named, /DynamicUser/);
  });

  it('prints only the parts that are asked for, by the name that is asked for', async () => {
    const { files, enable } = await printed([
      ...['--platform', 'linux', ...HERE, '--name', 'scimctl-hr', '--parts', 'check', 'pending'],
      ...['--older-than', '30d', '--on-failure', 'notify@%n.service'],
    ]);

    assert.deepEqual(
      files.map(({ path }) => path),
      ['pending.service', 'pending.timer', 'check.service', 'check.timer'].map(
        (end) => `/etc/systemd/system/scimctl-hr-${end}`,
      ),
    );
    assert.deepEqual(enable, ['scimctl-hr-pending.timer', 'scimctl-hr-check.timer']);
    const pending = files[0]?.text ?? '';
    // A list of leavers is not for the journal.
    assert.match(
      pending,
      /users pending --older-than 30d --fail-on-findings -o csv --out \/var\/lib\/scimctl-hr\/pending\.csv$/m,
    );
    assert.match(pending, /^StateDirectory=scimctl-hr\nStateDirectoryMode=0700$/m);
    assert.match(pending, /^OnFailure=notify@%n\.service$/m);
  });

  it('writes words as systemd reads them back', async () => {
    const units = await unitsOf([
      '--program',
      '/opt/50% "of" $HOME/scimctl',
      '--base-url',
      'https://iqm.example.com/a%20b',
    ]);

    assert.match(
      units['scimctl.service'] ?? '',
      /^ExecStart="\/opt\/50%% \\"of\\" \$\$HOME\/scimctl" serve --base-url https:\/\/iqm\.example\.com\/a%%20b --wait 5m$/m,
    );
  });

  it('can be told from units of others, and from edited ones', async () => {
    for (const text of Object.values(await unitsOf(['--parts', 'serve', 'seal']))) {
      assert.equal(markOf(text)?.isEdited, false);
      assert.equal(markOf(`${text}# mine\n`)?.isEdited, true);
      assert.equal(
        markOf(text.replace('RestartSec=5', 'RestartSec=6'))?.isEdited,
        text.includes('RestartSec'),
      );
      assert.equal(markOf(text.slice(text.indexOf('\n') + 1)), undefined);
    }
  });

  it('writes files to a new directory', async () => {
    const cwd = await temporaryDirectory('service');
    const words = ['service', 'print', '--platform', 'linux', ...HERE, '--parts', 'check', '--out', 'units'];

    const heard = await runHere(words, { cwd });
    const again = await runHere(words, { cwd });

    assert.equal(heard.code, 0, heard.stderr);
    assert.equal(heard.stdout, 'scimctl-check.service\nscimctl-check.timer\n');
    assert.match(heard.stderr, /systemctl enable --now scimctl-check\.timer/);
    assert.deepEqual((await readdir(join(cwd, 'units'))).sort(), [
      'scimctl-check.service',
      'scimctl-check.timer',
    ]);
    assert.match(again.stderr, /\[directory-not-empty\]/);
  });

  it('is what systemd takes for valid, and for well shut off', { skip: SYSTEMD_MISSING }, async () => {
    const cwd = await temporaryDirectory('service');
    // A program that is there: verify looks for it.
    const words = ['--platform', 'linux', '--program', '/bin/true', '--host', '0.0.0.0', '--port', '443'];
    const tls = ['--tls-cert', '/etc/scimctl/50% of it.pem', '--tls-key', '/etc/scimctl/server.key'];
    const heard = await runHere(['service', 'print', ...words, ...tls, '--out', 'units'], { cwd });
    assert.equal(heard.code, 0, heard.stderr);

    const files = (await readdir(join(cwd, 'units'))).map((name) => join(cwd, 'units', name));
    const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const verified = analyze('verify', '--man=no', ...files);
    const services = files.filter((file) => file.endsWith('.service') && !file.endsWith('-restart.service'));
    const secured = analyze('security', '--offline=yes', '--threshold=20', ...services);

    assert.ok(files.length >= 9);
    assert.equal(verified.status, 0, verified.stderr);
    // Of other units on this machine it may complain; of ours it must not.
    assert.doesNotMatch(verified.stderr, /scimctl/);
    assert.equal(services.length, 4);
    assert.equal(
      secured.status,
      0,
      secured.stdout
        .split('\n')
        .filter((line) => line.includes('Overall'))
        .join('\n'),
    );
  });

  it('says so on a system without such services', async () => {
    const heard = { stdout: '', stderr: '' };
    const code = await main(['service', 'print'], { ...fakeWorld(heard), platform: 'freebsd' });

    assert.equal(code, 2);
    assert.match(heard.stderr, /--platform linux or --platform windows.*/);
    assert.match(heard.stderr, /\[service-platform-unknown\]/);
  });
});

describe('service print for Windows', () => {
  const windows = ['--platform', 'windows', '--wrapper', 'D:\\down\\WinSW-x64.exe'];
  const program = [
    '--program',
    'C:\\Program Files\\scimctl\\bin\\scimctl.js',
    '--node',
    'C:\\Program Files\\nodejs\\node.exe',
  ];
  const config = ['--config', 'C:\\ProgramData\\scimctl\\config.json'];
  const filesOf = async (...words: string[]) => {
    const { files } = await printed([...windows, ...program, ...config, ...words]);
    return Object.fromEntries(files.map(({ path, text }) => [path, text]));
  };

  it('starts Node.js itself, with a quoted path, and waits for the end', async () => {
    const { 'scimctl.xml': xml = '' } = await filesOf(
      '--stop-timeout',
      '60s',
      '--tls-pfx',
      'C:\\ProgramData\\scimctl\\a & b.pfx',
    );

    assert.match(xml, /<executable>C:\\Program Files\\nodejs\\node\.exe<\/executable>/);
    assert.match(
      xml,
      /<arguments>&quot;C:\\Program Files\\scimctl\\bin\\scimctl\.js&quot; serve --tls-pfx &quot;C:\\ProgramData\\scimctl\\a &amp; b\.pfx&quot; --stop-timeout 1m --wait 5m --config C:\\ProgramData\\scimctl\\config\.json<\/arguments>/,
    );
    assert.match(xml, /<stoptimeout>75 sec<\/stoptimeout>/);
  });

  it('makes a service with an account of its own, and tasks that alone may read', async () => {
    const files = await filesOf();
    const commands = (files['install.cmd'] ?? '').split('\r\n');

    assert.ok(commands.length > 15);
    // A service of the same name that others have made is left alone; ours is stopped, so that it can be replaced.
    const [first = '', second = ''] = commands.filter((each) => /System32\\(?:sc|net)\./.test(each));
    assert.match(
      first,
      /sc\.exe query scimctl > nul && if not exist .*\\scimctl\.xml" \(echo .* & exit \/b 1\)$/,
    );
    assert.match(second, /\\net\.exe stop scimctl \/y$/);
    for (const line of commands.filter(
      (each) =>
        /\.exe /.test(each) && !/^copy|net\.exe|sc\.exe query|fsutil\.exe|schtasks\.exe \/query/.test(each),
    )) {
      assert.match(
        line,
        /^%SystemRoot%\\System32\\(?:sc|icacls|schtasks|reg|takeown)\.exe .* \|\| exit \/b 1$/,
        line,
      );
    }
    const script = commands.join('\n');
    assert.match(
      script,
      /sc\.exe create scimctl "binPath=" "\\"C:\\Program Files\\scimctl-service\\scimctl\.exe\\"" "start=" delayed-auto .*"obj=" "NT SERVICE\\scimctl"/,
    );
    assert.match(
      script,
      /icacls\.exe C:\\ProgramData\\scimctl \/inheritance:r \/grant:r "\*S-1-5-32-544:\(OI\)\(CI\)F"/,
    );
    assert.match(
      script,
      new RegExp(
        `icacls\\.exe C:\\\\ProgramData\\\\scimctl\\\\logs /grant "\\*${serviceSid('scimctl')}:\\(OI\\)\\(CI\\)M"`,
      ),
    );
    assert.ok(
      script.includes(`icacls.exe C:\\ProgramData\\scimctl\\config.json /grant *${serviceSid('scimctl')}:R`),
    );
    assert.match(files['scimctl-seal.xml'] ?? '', /<Interval>PT1H<\/Interval>/);
    assert.match(
      files['scimctl-pending.xml'] ?? '',
      /<UserId>S-1-5-19<\/UserId>\s*<ProcessTokenSidType>unrestricted</,
    );
    const removal = (files['uninstall.cmd'] ?? '').split('\r\n').filter((line) => line.includes('delete'));
    // One that is missing must not keep the others.
    assert.equal(removal.length, 5);
    for (const line of removal) assert.match(line, /(?:\/f|scimctl)$/);
  });

  it('ends every earlier right on the directory of the service, and on nothing else', async () => {
    const files = await filesOf('--tls-pfx', 'D:\\certificates\\server.pfx');
    const lines = (files['install.cmd'] ?? '').split('\r\n');
    const changes = lines.filter((line) => /takeown|\/setowner|\/reset|\/inheritance/.test(line));
    const home = 'C:\\ProgramData\\scimctl';
    const icacls = '%SystemRoot%\\System32\\icacls.exe';
    const [administrators, system] = ['*S-1-5-32-544', '*S-1-5-18'];
    const whole = `"${administrators}:(OI)(CI)F" "${system}:(OI)(CI)F"`;

    assert.deepEqual(
      changes.map((line) => line.replace(/ \|\| exit \/b 1$/, '')),
      [
        `%SystemRoot%\\System32\\takeown.exe /f ${home} /a`,
        `${icacls} ${home} /reset /L`,
        `${icacls} ${home} /inheritance:r /grant:r ${whole} /L`,
        `${icacls} ${home}\\config.json /setowner ${administrators} /L`,
        `${icacls} ${home}\\config.json /reset /L`,
        `${icacls} ${home}\\config.json /inheritance:r /grant:r ${administrators}:F ${system}:F /L`,
        ...['logs', 'reports'].flatMap((name) => [
          `${icacls} ${home}\\${name} /setowner ${administrators} /T /L`,
          `${icacls} ${home}\\${name} /reset /T /L`,
        ]),
      ],
    );
    // The rights of a file outside are added to.
    assert.ok(lines.some((line) => /icacls\.exe D:\\certificates\\server\.pfx \/grant \S+:R/.test(line)));
    // Before a directory gets rights, it must not lead elsewhere.
    for (const name of ['logs', 'reports']) {
      const at = (text: string) => lines.findIndex((line) => line.includes(text));
      const check = at(`fsutil.exe reparsepoint query ${home}\\${name} > nul && (echo `);
      assert.ok(check > 0 && check < at(`${home}\\${name} /setowner`), name);
    }
    // No name of an account that this machine or a domain could understand otherwise.
    for (const line of lines.filter((each) => / \/grant/.test(each)))
      assert.doesNotMatch(line, /NT (?:TASK|SERVICE)/);
    assert.ok(
      lines.some((line) => line.includes(`${home} /grant "*${taskSid('scimctl-pending')}:(OI)(CI)RX"`)),
    );
  });

  it('names the whole path of every program, since the current directory may have another of the name', async () => {
    const files = await filesOf();
    const builtIn = /^@?(?:cd|copy|echo|exit|if|mkdir|rem)$/;

    for (const name of ['install.cmd', 'uninstall.cmd']) {
      const lines = (files[name] ?? '')
        .split('\r\n')
        .filter((line) => line !== '' && !line.startsWith('rem '));
      assert.ok(lines.length > 5);
      for (const line of lines) {
        // Of each command: what comes first in the line, after a condition, and after && || & and (.
        const bare = line.replaceAll(/"[^"]*"/g, '"').replaceAll(/\^./g, '_');
        const commands = bare.replaceAll(/if not exist \S+ /g, ' & ').split(/[&|()]+/);
        for (const word of commands
          .map((each) => each.trim().split(' ')[0] ?? '')
          .filter((each) => each !== '')) {
          assert.ok(builtIn.test(word) || word.startsWith('%SystemRoot%\\System32\\'), `${word} in ${line}`);
        }
      }
    }
  });

  it("refuses a directory that is not the service's own", async () => {
    const refusal = async (file: string, ...words: string[]) => {
      const heard = await runHere(['service', 'print', ...windows, ...program, '--config', file, ...words]);
      assert.equal(heard.stdout, '');
      return `${heard.code} ${/\[([\w-]+)\]/.exec(heard.stderr)?.[1]}`;
    };

    for (const file of [
      'C:\\inetpub\\MyApp\\scimctl.json',
      'D:\\scimctl.json',
      'C:\\ProgramData\\scimctl\\hr\\config.json',
      'C:\\Program Files\\scimctl\\config.json',
    ]) {
      assert.equal(await refusal(file), '3 service-directory-foreign', file);
    }
    assert.equal(
      await refusal('C:\\ProgramData\\scimctl\\config.json', '--name', 'scimctl-hr'),
      '3 service-directory-foreign',
    );
    const own = ['--name', 'scimctl-hr', '--config', 'D:\\iam\\SCIMCTL-HR\\config.json'];
    assert.equal((await runHere(['service', 'print', ...windows, ...program, ...own])).code, 0);
  });

  it('refuses accounts, paths and names that Windows would take otherwise', async () => {
    const refusal = async (platform: string, ...words: string[]) => {
      const heard = await runHere(['service', 'print', '--platform', platform, ...words]);
      return `${heard.code} ${/\[([\w-]+)\]/.exec(heard.stderr)?.[1]}`;
    };
    const there = [...program, ...config];

    // It has no password that could be given.
    for (const account of ['svc', 'LocalSystem']) {
      assert.equal(
        await refusal('windows', ...there, '--user', account),
        '2 service-account-invalid',
        account,
      );
    }
    assert.equal(await refusal('linux', ...HERE, '--user', 'CONTOSO\\svc$'), '2 service-account-invalid');
    for (const name of ['con', 'nul', 'com1']) {
      assert.equal(await refusal('windows', ...there, '--name', name), '2 service-name-invalid', name);
    }
    if (WINDOWS) return;
    for (const path of ['\\scimctl\\config.json', 'C:config.json', '/scimctl/config.json']) {
      assert.equal(await refusal('windows', ...program, '--config', path), '2 service-path-relative', path);
    }
  });

  it('takes a group managed service account', async () => {
    const files = await filesOf('--user', 'CONTOSO\\svc-scimctl$');

    assert.match(files['install.cmd'] ?? '', /"obj=" CONTOSO\\svc-scimctl\$ "password=" ""/);
    assert.match(
      files['scimctl-check.xml'] ?? '',
      /<UserId>CONTOSO\\svc-scimctl\$<\/UserId>\s*<LogonType>Password</,
    );
  });

  it('writes tasks in UTF-16, as schtasks reads them', async () => {
    const cwd = await temporaryDirectory('service');
    const words = [
      'service',
      'print',
      '--platform',
      'windows',
      ...program,
      ...config,
      '--parts',
      'check',
      '--out',
      'x',
    ];
    assert.equal((await runHere(words, { cwd })).code, 0);

    const bytes = await readFile(join(cwd, 'x', 'scimctl-check.xml'));
    assert.deepEqual([...bytes.subarray(0, 4)], [0xff, 0xfe, 0x3c, 0]);
    assert.match(bytes.toString('utf16le'), /^\ufeff<\?xml version="1\.0" encoding="UTF-16"\?>\r\n/);
  });

  it('has a wrapper of its own, which it copies from beside the program', async () => {
    const { files } = await printed(['--platform', 'windows', ...program, ...config, '--parts', 'serve']);
    const found = Object.fromEntries(files.map(({ path, text }) => [path, text]));

    assert.deepEqual(Object.keys(found).sort(), ['install.cmd', 'scimctl.conf', 'uninstall.cmd']);
    assert.deepEqual((found['scimctl.conf'] ?? '').split('\n').slice(2), [
      'service=scimctl',
      'program=C:\\Program Files\\nodejs\\node.exe',
      'arguments="C:\\Program Files\\scimctl\\bin\\scimctl.js" serve --wait 5m --config C:\\ProgramData\\scimctl\\config.json',
      'log=C:\\ProgramData\\scimctl\\logs\\scimctl.log',
      'stopseconds=45',
      '',
    ]);
    assert.ok(
      found['install.cmd']?.includes(
        'copy /y "C:\\Program Files\\scimctl\\service\\scimctl-service.exe" "C:\\Program Files\\scimctl-service\\scimctl.exe" || exit /b 1',
      ),
    );
  });

  it('knows the identifier of a service before there is one', () => {
    // As Windows prints it: sc.exe showsid TrustedInstaller.
    assert.equal(
      serviceSid('TrustedInstaller'),
      'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
    );
  });

  it('quotes words so that a program of Windows finds them again', () => {
    const words = [
      'plain',
      '',
      'two words',
      'C:\\dir\\',
      'C:\\my dir\\',
      'say "x"',
      'back\\"slash',
      '\\\\srv\\a b\\\\',
    ];

    assert.deepEqual(takenApart(windowsCommandLine(words)), words);
  });
});

/** As CommandLineToArgvW does it: 2n backslashes before a quote are n, 2n + 1 are n and a quote. */
function takenApart(line: string): string[] {
  const words: string[] = [];
  let [word, isQuoted, isBegun] = ['', false, false];
  for (let at = 0; at < line.length; ) {
    const slashes = /^\\+/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line[at + slashes];
    if (slashes > 0 || next === '"') {
      isBegun = true;
      const isBeforeQuote = next === '"';
      word += '\\'.repeat(isBeforeQuote ? Math.floor(slashes / 2) : slashes);
      if (isBeforeQuote && slashes % 2 === 1) word += '"';
      else if (isBeforeQuote) isQuoted = !isQuoted;
      at += slashes + (isBeforeQuote ? 1 : 0);
    } else if (/\s/.test(next ?? '') && !isQuoted) {
      if (isBegun) words.push(word);
      [word, isBegun] = ['', false];
      at++;
    } else {
      word += next;
      isBegun = true;
      at++;
    }
  }
  return isBegun ? [...words, word] : words;
}
