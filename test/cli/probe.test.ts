import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { temporaryDirectory } from '../support/environment.js';
import { type CertificateName, closedPort, tlsFixture } from '../support/fake-servers/listen.js';
import { binFile, startCli } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';
import { type Heard, runHere } from '../support/processes/world.js';
import type { Fault } from '../support/scim/faults.js';
import { type ScimServer, type ScimServerOptions, startScimServer } from '../support/scim/server.js';

interface Report {
  status: string;
  url: string;
  checks: {
    name: string;
    idp: string;
    status: string;
    summary: string;
    advice?: string;
    deviations?: { code: string }[];
    details?: { ms: number; requests: { method: string; path: string; status: number; ms: number }[] };
  }[];
}

const servers: ScimServer[] = [];
async function serving(options: ScimServerOptions = {}): Promise<ScimServer> {
  const server = await startScimServer(options);
  servers.push(server);
  return server;
}
after(() => Promise.all(servers.map((server) => server.close())));

const probe = (server: ScimServer, words: readonly string[] = []): Promise<Heard> =>
  runHere(['probe', '--url', server.url, ...words], { env: { SCIMCTL_PROBE_TOKEN: server.token } });

const reportOf = ({ stdout }: Heard): Report => JSON.parse(stdout) as Report;

const serverTls = (name: CertificateName) => ({
  cert: readFileSync(tlsFixture(name)),
  key: readFileSync(tlsFixture('key-for-tests-only')),
});

describe('probe', () => {
  it('says of each thing an IdP does whether it passed, and ends with 0', async () => {
    const { code, stdout, stderr } = await probe(await serving());

    assert.equal(code, 0, stderr);
    assert.match(stdout, /^pass {5}any {4}reach +answers/m);
    assert.match(
      stdout,
      /^pass {5}entra {2}test-connection +a search for a random GUID is answered with 200/m,
    );
    assert.match(stdout, /^pass {5}okta {3}test-connection +the first 0 of 0 users are listed/m);
    assert.match(stderr, /^Entra: 9 passed\.\nOkta: 9 passed\.\n$/);
  });

  it('keeps its report in a file with --out, in each format', async () => {
    const server = await serving();
    const directory = await temporaryDirectory();
    for (const [format, start] of [
      ['table', /^pass {5}any {4}reach/],
      ['json', /^\{\s*"status": "pass"/],
      ['csv', /^\uFEFFname,idp,status,/],
    ] as const) {
      const path = join(directory, format);
      const { code, stdout, stderr } = await probe(server, ['-o', format, '--out', path]);
      assert.deepEqual([code, stdout], [0, ''], stderr);
      assert.match(await readFile(path, 'utf8'), start);
    }
  });

  it('hands the same to a script as JSON and CSV', async () => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const users = [{ schemas, userName: 'anna@contoso.example' }];
    const server = await serving({ faults: ['empty-is-404'], users });
    const json = await probe(server, ['--idp', 'entra', '-o', 'json']);
    const csv = await probe(server, ['--idp', 'entra', '-o', 'csv']);
    const { status, url, checks } = reportOf(json);

    assert.deepEqual([json.code, csv.code], [4, 4]);
    assert.deepEqual([status, url], ['fail', server.url]);
    const failed = checks.find(({ name }) => name === 'test-connection');
    assert.deepEqual(Object.keys(failed ?? {}), ['name', 'idp', 'status', 'summary', 'advice', 'deviations']);
    assert.equal(failed?.summary, 'GET /Users was answered with 404 (nothing found)');
    assert.match(failed.advice ?? '', /RFC 7644 §3\.4\.2\)\. Entra: fails the test connection/);
    assert.deepEqual(
      failed.deviations?.map(({ code }) => code),
      ['empty-not-200'],
    );
    assert.match(csv.stdout, /^name,idp,status,summary,advice\r\nreach,any,pass,/);
  });

  it('shows below a deviation what to do, where it is written and who would mind', async () => {
    const { code, stdout, stderr } = await probe(await serving({ faults: ['counts-as-text'] }), [
      '--idp',
      'okta',
    ]);

    assert.equal(code, 4);
    assert.match(
      stdout,
      /^fail {5}okta {3}test-connection +totalResults is "0"\n +-> Send totalResults, .* \(RFC 7644 §3\.4\.2\)\. Okta: cannot read the list\.\n/m,
    );
    assert.match(stderr, /^Okta: \d passed, 2 failed\.$/m);
  });

  it('ends with 5 for mere warnings where that was asked for', async () => {
    const server = await serving({ faults: ['no-discovery'] });

    assert.equal((await probe(server)).code, 0);
    assert.equal((await probe(server, ['--fail-on-findings'])).code, 5);
  });

  it('shows with --verbose what was sent and how long it took', async () => {
    const server = await serving();
    const table = await probe(server, ['--idp', 'entra', '-v']);
    const { checks } = reportOf(await probe(server, ['--idp', 'entra', '-v', '-o', 'json']));

    assert.match(table.stdout, /^ +GET \/Users\?filter=userName\+eq\+%22[0-9a-f-]{36}%22: 200 in \d+ ms$/m);
    assert.match(table.stdout, /^ +GET \/Users\?aadOptscim062020&filter=/m);
    assert.ok(checks.every(({ details }) => details && details.requests.length > 0 && details.ms >= 0));
  });

  it('sends a flag of the tenant URL along with every request', async () => {
    const server = await serving();
    const { code } = await runHere(['probe', '--url', `${server.url}/?aadOptscim062020`, '--idp', 'okta'], {
      env: { SCIMCTL_PROBE_TOKEN: server.token },
    });

    assert.equal(code, 0);
    assert.ok(
      server.requests.every(({ line }) => /^GET \/scim\/v2\/\w+(\/[^?]*)?\?aadOptscim062020/.test(line)),
    );
  });

  it('lets nothing an endpoint says do anything to the terminal', async () => {
    const server = await serving({ before: () => Promise.reject(new Error('\u001b[2J\u0007gone')) });
    const { stdout } = await probe(server);

    assert.match(stdout, /\\u\{1b\}\[2J\\u\{7\}gone/);
    assert.ok(!stdout.includes('\u001b'));
  });
});

describe('the token of a probe', () => {
  it('comes from a file, the environment or stdin, the file first', async () => {
    const server = await serving();
    const file = join(await temporaryDirectory(), 'some.token');
    await writeFile(file, `${server.token}\n`);
    const url = ['probe', '--url', server.url];

    assert.equal((await runHere([...url, '--token-file', file])).code, 0);
    assert.equal((await runHere(url, { stdin: `${server.token}\n` })).code, 0);
    assert.equal((await runHere([...url, '--token-file', '-'], { stdin: server.token })).code, 0);
    const env = { SCIMCTL_PROBE_TOKEN: 'wrong' };
    assert.equal((await runHere(url, { env })).code, 4);
    assert.equal((await runHere([...url, '--token-file', file], { env })).code, 0);
  });

  for (const [what, stdin, code] of [
    ['nothing', '', 'token-not-given'],
    ['two words', 'Bearer abcdefgh', 'token-form'],
    ['a line break within', 'abc\r\nX-Other: 1', 'token-form'],
  ] as const) {
    it(`cannot be ${what}`, async () => {
      const heard = await runHere(['probe', '--url', 'http://127.0.0.1:1/scim/v2'], { stdin });

      assert.equal(heard.code, 2);
      assert.match(heard.stderr, new RegExp(`\\[${code}\\]`));
    });
  }

  it('is in nothing that is printed, even where the endpoint repeats it', async () => {
    const server = await serving();
    const echo = await serving({
      before: () => Promise.reject(new Error(`no user for Bearer ${server.token}`)),
    });
    for (const [at, words] of [
      [server, ['--write', '--yes', '-v']],
      [server, ['--write', '--yes', '-v', '-o', 'json']],
      [echo, ['-v']],
      [echo, ['-v', '-o', 'json']],
    ] as const) {
      const { stdout, stderr } = await runHere(['probe', '--url', at.url, ...words], {
        env: { SCIMCTL_PROBE_TOKEN: server.token },
      });
      assert.ok(stdout.length > 100);
      assert.ok(!`${stdout}${stderr}`.includes(server.token));
    }
  });

  it('goes to the endpoint only, not where that redirects to', async () => {
    const other = await serving();
    const server = await serving({ faults: ['redirects'] });
    const { code, stdout } = await probe(server);

    assert.equal(code, 4);
    assert.match(
      stdout,
      /^fail {5}any {4}reach +GET \/Users was redirected with 302 to https:\/\/login\.example\//m,
    );
    assert.match(
      stdout,
      /^skipped {2}entra {2}test-connection +not run, because the endpoint was not reached$/m,
    );
    assert.deepEqual(other.requests, []);
  });
});

describe('an endpoint that cannot be reached', () => {
  const cases: [what: string, url: () => Promise<string>, code: string, said: RegExp][] = [
    [
      'a host name that is unknown',
      async () => 'https://nowhere.invalid/scim/v2',
      'host-unknown',
      /cannot be resolved/,
    ],
    [
      'a port on which nothing listens',
      async () => `http://127.0.0.1:${await closedPort()}/scim/v2`,
      'refused',
      /nothing listens on that port/,
    ],
    [
      'a certificate of an unknown authority',
      async () => (await serving({ tls: serverTls('trusted') })).url,
      'tls-untrusted',
      /is not from an authority that this machine trusts/,
    ],
    [
      'a certificate that it signed itself',
      async () => (await serving({ tls: serverTls('self-signed') })).url,
      'tls-untrusted',
      /is not from an authority that this machine trusts/,
    ],
    [
      'https where there is http',
      async () => (await serving()).url.replace('http:', 'https:'),
      'not-http',
      /does not speak TLS on that port/,
    ],
    [
      'http where there is https',
      async () => (await serving({ tls: serverTls('trusted') })).url.replace('https:', 'http:'),
      'cut-off',
      /closed the connection/,
    ],
  ];
  for (const [what, url, code, said] of cases) {
    it(`is said to be: ${what}`, async () => {
      const heard = await runHere(['probe', '--url', await url(), '-o', 'json'], { stdin: 'some-token' });
      const { checks, status } = reportOf(heard);

      assert.deepEqual([heard.code, status], [4, 'fail']);
      assert.equal(checks[0]?.deviations?.[0]?.code, code);
      assert.match(checks[0]?.summary ?? '', said);
      assert.ok((checks[0]?.advice ?? '').length > 10);
      assert.ok(checks.slice(1).every((check) => check.status === 'skipped'));
    });
  }

  for (const [name, code] of [
    ['trusted', undefined],
    ['expired', 'tls-expired'],
    ['other-name', 'tls-name-mismatch'],
  ] as const) {
    it(`or is, with --ca: ${name}`, async () => {
      const server = await serving({ tls: serverTls(name) });
      const heard = await probe(server, ['--ca', tlsFixture('authority'), '-o', 'json']);
      const { checks } = reportOf(heard);

      assert.equal(heard.code, code === undefined ? 0 : 4);
      assert.equal(checks[0]?.deviations?.[0]?.code, code);
      if (code === undefined) assert.match(checks[0]?.summary ?? '', /answers over TLS 1\.[23]/);
      if (name === 'other-name') assert.match(checks[0]?.summary ?? '', /but for db\.example, db2\.example/);
    });
  }

  it('or takes too long', async () => {
    const server = await serving({ before: () => new Promise(() => {}) });
    const heard = await probe(server, ['--request-timeout', '1s', '-o', 'json']);

    assert.equal(reportOf(heard).checks[0]?.deviations?.[0]?.code, 'timed-out');
    assert.match(reportOf(heard).checks[0]?.summary ?? '', /did not answer GET \/Users within 1 seconds/);
  });
});

describe('probe --write', () => {
  it('needs consent, and does nothing without', async () => {
    const server = await serving();
    const { code, stderr } = await probe(server, ['--write']);

    assert.equal(code, 2);
    assert.match(
      stderr,
      /scimctl-probe-[0-9a-f]{10}@example\.invalid .* 2 groups .*\[confirmation-missing\]/s,
    );
    assert.deepEqual(server.requests, []);
  });

  it('leads whole lives in the shapes of both IdPs, and clears them away', async () => {
    const server = await serving();
    const heard = await probe(server, [
      '--write',
      '--yes',
      '--user-name',
      'test.user@contoso.example',
      '-o',
      'json',
    ]);
    const { checks, status } = reportOf(heard);

    assert.deepEqual([heard.code, status], [0, 'pass']);
    assert.deepEqual([server.users, server.groups], [[], []]);
    assert.equal(checks.at(-1)?.name, 'clean-up');
    assert.match(
      String(checks.at(-1)?.summary),
      /the application behind it may still have the accounts: test\.user/,
    );
    assert.match(String(checks.at(-1)?.advice), /`scimctl users disable test\.user/);
    const sent = JSON.stringify(server.requests);
    for (const shape of [
      '{"op":"Replace","path":"active","value":"False"}',
      '{"op":"replace","path":"active","value":false}',
      '"name.givenName":"Scim"',
      '{"op":"Remove","path":"members","value":[{"value":',
      '{"op":"replace","value":{"active":false}}',
      'ADSCIM/2.0/Group',
      '{"op":"replace","value":{"id":"',
    ]) {
      assert.ok(sent.includes(shape), `${shape} was not sent`);
    }
    const names = new Set(server.requests.map(({ body }) => body?.userName).filter(Boolean));
    assert.deepEqual([...names], ['test.user@contoso.example', 'test.user-2@contoso.example']);
  });

  it('does not touch a user who is there already', async () => {
    const there = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'anna@contoso.example',
    };
    const server = await serving({ users: [there] });
    const { code, stdout } = await probe(server, ['--write', '--yes', '--user-name', 'Anna@contoso.example']);

    assert.equal(code, 4);
    assert.match(stdout, /^fail {5}entra {2}create +a user Anna@contoso\.example already exists/m);
    assert.match(stdout, /^skipped {2}entra {2}deactivate +not run, because the user could not be created$/m);
    assert.equal(server.users.length, 1);
    assert.deepEqual(
      server.requests.filter(
        ({ line }) => /^(PATCH|PUT|DELETE)/.test(line) && line.includes(String(server.users[0]?.id)),
      ),
      [],
    );
  });

  for (const [words, code] of [
    [['--step', 'create'], 'write-missing'],
    [['--user-name', 'a@b.example'], 'write-missing'],
    [['--write', '--step', 'create'], 'option-missing'],
    [['--write', '--step', 'create', '--idp', 'entra'], 'option-missing'],
    [['--write', '--step', 'delete', '--idp', 'okta', '--user-name', 'a@b.example'], 'step-unknown'],
    [['--ca', '/nowhere/ca.pem'], 'file-unreadable'],
    [['--ca', binFile], 'ca-invalid'],
    [['--request-timeout', 'soon'], 'duration-invalid'],
  ] as const) {
    it(`refuses ${words.join(' ')}`, async () => {
      const server = await serving();
      const heard = await probe(server, words);

      assert.equal(heard.code, 2);
      assert.match(heard.stderr, new RegExp(`\\[${code}\\]`));
      assert.deepEqual(server.requests, []);
    });
  }

  for (const url of [
    'ftp://host/scim',
    'host/scim/v2',
    'https://user:secret@host/scim/v2',
    'https://host/#a',
  ]) {
    it(`refuses the URL ${url}`, async () => {
      const { code, stderr } = await runHere(['probe', '--url', url]);

      assert.equal(code, 2);
      assert.match(stderr, /\[url-invalid\]/);
      assert.ok(!stderr.includes('secret'));
    });
  }
});

describe('probe --write --step', () => {
  for (const idp of ['entra', 'okta'] as const) {
    it(`does one step as ${idp}, and leaves it so`, async () => {
      const server = await serving();
      const step = async (name: string) => {
        const words = ['--write', '--yes', '--idp', idp, '--user-name', 'new.hire@contoso.example'];
        const { code, stdout } = await probe(server, [...words, '--step', name]);
        assert.equal(code, 0, stdout);
        return stdout;
      };

      assert.match(
        await step('create'),
        /^pass +\w+ +create +new\.hire@contoso\.example is created: \/Users\//m,
      );
      assert.equal(server.users.length, 1);
      await step('update');
      assert.equal(server.users[0]?.displayName, 'Scimctl Probe-Renamed');
      await step('deactivate');
      assert.equal(server.users[0]?.active, false);
      await step('reactivate');
      assert.equal(server.users[0]?.active, true);
      assert.match(await step('create'), /^skipped +\w+ +create +not run, because the user already exists$/m);
      if (idp === 'entra') await step('delete');
      assert.equal(server.users.length, idp === 'entra' ? 0 : 1);
    });
  }

  it('fails where the user is not there', async () => {
    const server = await serving();
    const words = ['--write', '--yes', '--idp', 'entra', '--user-name', 'nobody@contoso.example'];
    const { code, stdout } = await probe(server, [...words, '--step', 'deactivate']);

    assert.equal(code, 4);
    assert.match(stdout, /^fail {5}entra {2}find +there is no user nobody@contoso\.example$/m);
  });
});

describe('a probe that is interrupted', () => {
  let server: ScimServer;
  let reached: Promise<void>;
  let faults: Fault[] = [];
  before(() => {
    faults = [];
  });

  const held = async (line: RegExp, holdMs = 0): Promise<void> => {
    let reach = () => {};
    reached = new Promise((resolve) => {
      reach = resolve;
    });
    server = await serving({
      faults,
      before: async ({ method, url }) => {
        if (!line.test(`${method} ${url}`)) return;
        reach();
        await new Promise((resolve) => setTimeout(resolve, holdMs));
      },
    });
  };
  const start = () =>
    startCli(['probe', '--url', server.url, '--write', '--yes'], {
      env: { SCIMCTL_PROBE_TOKEN: server.token },
    });

  for (const [what, line] of [
    ['while it creates a user', /^POST .*Users/],
    ['while it changes one', /^PATCH .*Users/],
    ['while it has a group', /^PATCH .*Groups/],
  ] as const) {
    it(`clears away what it has made: ${what}`, async () => {
      await held(line, 700);
      const running = await start();
      await reached;
      running.kill('SIGINT');
      const { code, stderr } = await running.end();

      assert.equal(code, 130);
      assert.match(stderr, /The test users and groups of the probe were deleted at the endpoint\./);
      assert.match(
        stderr,
        /Warning: The application behind it may still have the accounts: scimctl-probe-\w+@example\.invalid/,
      );
      assert.match(stderr, /`scimctl users disable scimctl-probe-/);
      assert.doesNotMatch(stderr, /cleaned up|applied completely/);
      assert.match(stderr, /\[interrupted\]/);
      assert.ok(server.requests.some(({ line: sent }) => sent.startsWith('DELETE ')));
      assert.deepEqual([server.users, server.groups], [[], []]);
    });
  }

  it('says what is left where that cannot be cleared away', async () => {
    faults = ['delete-refused'];
    await held(/^PATCH .*Users/, 500);
    const running = await start();
    await reached;
    running.kill('SIGTERM');
    const { code, stderr } = await running.end();

    assert.equal(code, 130);
    assert.match(
      stderr,
      /Warning: Not cleaned up; delete by hand: scimctl-probe-\w+@example\.invalid \(\/Users\//,
    );
  });

  it('asks at a terminal, and takes no for an answer', { skip: terminalMissing }, async () => {
    const other = await serving();
    const terminal = await Terminal.start(
      [process.execPath, binFile, 'probe', '--url', other.url, '--write'],
      {
        env: { SCIMCTL_PROBE_TOKEN: other.token },
      },
    );
    await terminal.waitFor(/deletes them\.\s+Continue\?/);
    terminal.type('n\r');

    assert.equal(await terminal.end(), 2);
    assert.deepEqual(other.requests, []);
  });
});

describe('the code of the probe', () => {
  it('sends tokens nowhere but in the header', async () => {
    const source = await readFile(new URL('../../../src/scim/probe/client.ts', import.meta.url), 'utf8');

    assert.equal(source.match(/Bearer \$\{token\}/g)?.length, 1);
  });
});
