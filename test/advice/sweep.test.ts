import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.js';
import { parseCommandLine } from '../../src/cli/program.js';
import { PREREQUISITES } from '../../src/core/check/run-checks.js';
import { Problem } from '../../src/problem.js';
import { projectDirectory } from '../support/environment.js';
import { allCommands, commandLinesOf } from '../support/processes/commands.js';
import { fakeWorld } from '../support/processes/world.js';
import { commandsIn } from './advice-case.js';
import { BINDING } from './cases/binding.js';
import { CHECKS } from './cases/checks.js';
import { COMMAND_LINE } from './cases/command-line.js';
import { FILES } from './cases/files.js';
import { EMBEDDED, INSTALLATION } from './cases/installation.js';
import { PEOPLE } from './cases/people.js';
import { REFUSED_TOKENS, SCIM_ANSWERS } from './cases/scim-answers.js';
import { SERVERS } from './cases/servers.js';
import { SERVICES_ADVICE } from './cases/services.js';
import { SQL_SERVER } from './cases/sql-server.js';
import { TRAIL } from './cases/trail.js';
import { codesIn, codesInSource, PUT_TOGETHER } from './codes.js';

const CASES = [
  ...COMMAND_LINE,
  ...FILES,
  ...INSTALLATION,
  ...EMBEDDED,
  ...PEOPLE,
  ...BINDING,
  ...TRAIL,
  ...SERVERS,
  ...SERVICES_ADVICE,
  ...SQL_SERVER,
  ...SCIM_ANSWERS,
  ...REFUSED_TOKENS,
];

/** Codes whose hint no test can follow, and why. */
const NOT_FOLLOWED: Record<string, string> = {
  'command-missing': 'help is printed instead; commander has the code, and none of our commands leads to it',
  'database-busy': 'passes by itself: run the command again',
  'database-closed': 'a mistake of ours, without a hint',
  'database-connection-failed': 'whatever else a driver says; test/database/connect-failures.test.ts has it',
  'database-connection-lost': 'passes by itself; test/database/failover.test.ts has it',
  'database-disk-full': 'takes a full disk; test/database/connect-faults.test.ts has it',
  'database-error': 'whatever else a server says',
  'database-instance-unknown': 'takes SQL Server Browser; test/database/connect-failures.test.ts has it',
  'database-outcome-unknown': 'passes by itself; test/database/failover.test.ts has it',
  'database-pool-exhausted': 'passes by itself; test/database/transaction.test.ts has it',
  'database-starting': 'passes by itself; test/cli/db-wait.test.ts waits for it',
  'users-none-pending': 'there is nobody to disable; test/cli/users-disable-where.test.ts has it',
  declined: 'a person said no; test/cli/confirm.test.ts has it',
  'embedded-socket-unavailable': 'takes a machine without a directory for temporary files',
  'embedded-socket-unsafe': 'somebody is attacking; test/database/embedded-lock.test.ts has it',
  'group-invalid': 'the protocol refuses such values before; test/core/groups.test.ts has it',
  'host-other-owner':
    'takes schemas of different owners on SQL Server, of which a DBA has to make one; docs/host-scaffold.md has it',
  'idp-disabled':
    'between the check of the token and the change; test/core/provisioning-races.test.ts has it',
  'internal-error': 'a mistake of ours',
  'node-too-old': 'takes an old Node.js; test/support.test.ts plays one',
  interrupted: 'a person pressed Ctrl-C; test/cli/interrupt.test.ts has it',
  'kerberos-account-changed': 'takes a domain; test/database/integrated.test.ts has it',
  'kerberos-clock-skew': 'takes another clock; test/database/gss-failure.test.ts has it',
  'kerberos-failed': 'takes a domain; test/database/integrated.test.ts has it',
  'kerberos-library-missing':
    'takes a machine without MIT Kerberos; test/database/gss-failure.test.ts has it',
  'kerberos-server-unknown': 'takes a domain; test/database/integrated.test.ts has it',
  'kerberos-server-unproven':
    'takes a server that nobody should use; test/database/integrated.test.ts has it',
  'kerberos-ticket-expired': 'takes a domain; test/database/integrated.test.ts follows it',
  'kerberos-ticket-missing': 'takes a domain; test/database/integrated.test.ts follows it',
  'name-too-long': 'takes a name that no catalogue holds; test/database/scaffold-text.test.ts has it',
  'port-forbidden': 'takes an account that may not listen below port 1024, and tests may run as root',
  'proof-empty': 'takes a trail without a seal; test/core/audit-proof.test.ts follows it',
  'proof-pruned': 'takes a trail of 90 days; test/core/audit-proof.test.ts follows it',
  'proof-tampered': 'somebody is attacking; test/core/audit-proof.test.ts has it',
  'proof-void': 'somebody was attacking; test/core/audit-proof.test.ts follows it',
  'prune-contended': 'takes a prune at the same moment; test/core/audit-prune.test.ts has it',
  'schema-newer': 'takes a newer scimctl; test/cli/failures.test.ts has it',
  'seal-contended':
    'takes a login that adds seals at the same moment; the seal of another is waited for first',
  'service-file-missing': 'takes a machine that systemd runs; test/cli/service-systemd.test.ts has it',
  'service-manager-failed': 'takes a machine that systemd runs; test/cli/service-systemd.test.ts has it',
  'service-not-running': 'takes a machine that systemd runs; test/cli/service-systemd.test.ts has it',
  'service-unit-edited': 'takes a machine that systemd runs; test/cli/service-systemd.test.ts has it',
  'service-unit-foreign': 'takes a machine that systemd runs; test/cli/service-systemd.test.ts has it',
  'service-files-unremovable': 'takes a disk that cannot be written any more',
  'service-manager-missing': 'takes another machine; test/cli/service-install.test.ts sees it',
  'service-manager-old': 'takes an older systemd',
  'service-units-unwritable': 'takes an account other than root; test/cli/service-install.test.ts has it',
  'service-platform-unknown': 'takes another operating system; test/cli/service-print.test.ts plays one',
  'tls-failed': 'takes another server; test/database/connect-tls.test.ts has it',
  'tls-weak': 'takes another certificate; test/database/connect-tls.test.ts has it',
};

/** Checks whose advice no test can follow, and why. */
const CHECKS_NOT_FOLLOWED: Record<string, string> = {
  database: 'its advice is the hint of the problem that keeps it from being reached',
  version: 'takes another server',
  tls: 'takes a server on another machine; the settings are those of the hints about TLS',
  clock: 'takes another clock',
  rights: 'its advice is the command of the hint about rights; test/core/role-rights.test.ts has it',
  groups: 'for an administrator of the IdP; test/core/check-groups.test.ts has it',
  'user-names': 'for an administrator of the IdP; test/core/check-user-names.test.ts has it',
};

describe('every code of a problem', () => {
  it('has a case that follows its hint, or a reason why there is none', async () => {
    const inSource = new Set([...(await codesInSource()).keys(), ...PUT_TOGETHER]);
    const followed = new Set(CASES.map(({ code }) => code));
    const told = Object.keys(NOT_FOLLOWED);

    assert.deepEqual([...inSource].filter((code) => !followed.has(code) && !told.includes(code)).sort(), []);
    assert.deepEqual(
      told.filter((code) => !inSource.has(code) || followed.has(code)),
      [],
      'no longer true',
    );
  });

  it('is found in whatever way it is given', () => {
    const source = `
      throw usageProblem('one-code', \`x\`);
      operationProblem(
        another ? 'two-code' : 'three-code',
      new Problem('interrupted', 'four', 'x');
      return ['five-code', 'What happened.', 'What to do.'];
      size: { noun: 'a size', code: 'six-invalid' },`;
    assert.deepEqual(codesIn(source).sort(), [
      'five-code',
      'four',
      'one-code',
      'six-invalid',
      'three-code',
      'two-code',
    ]);
  });
});

describe('every check', () => {
  it('has a case that follows its advice, or a reason why there is none', () => {
    const followed = new Set(CHECKS.map(({ check }) => check));
    const names = PREREQUISITES.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !followed.has(name)).sort(),
      Object.keys(CHECKS_NOT_FOLLOWED).sort(),
    );
  });
});

describe('what the sources say of commands', () => {
  it('is command lines that parse, and mean the same in every shell', async () => {
    const faults: string[] = [];
    for (const { path, text } of await sources()) {
      for (const { line, isWhole } of linesOf(text)) {
        const error = await parse(commandLinesOf(commandsIn(`\`scimctl ${line}\``)[0] ?? '')[0] ?? []);
        const isAllowed = (isWhole ? LEFT_OUT : [...LEFT_OUT, ...PUT_IN]).includes(error?.code ?? '');
        if (error && !isAllowed) faults.push(`${path}: scimctl ${line}: ${error.message}`);
      }
    }
    assert.deepEqual(faults, []);
  });

  it('names only options that there are', async () => {
    const known = new Set(
      [...GLOBAL_OPTIONS, ...(await allCommands()).flatMap(({ command }) => command.options ?? [])]
        .flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? [])
        .concat(['--help', '--version']),
    );
    // The names of colours in a style begin so, too.
    const spoken = (await sources()).filter(({ path }) => path !== 'cli/output/report/style.ts');
    const faults = spoken.flatMap(({ path, text }) =>
      [...text.matchAll(/(?<=[\s`(])--[a-z][a-z-]+/g)]
        .map(([option]) => option)
        .filter((option) => !known.has(option) && !OF_OTHERS.includes(option))
        .map((option) => `${path}: ${option}`),
    );
    assert.deepEqual(faults, []);
  });
});

/** The command lines in backticks within texts of a source; `x` stands for what is put in. */
function linesOf(text: string): { line: string; isWhole: boolean }[] {
  const inTemplates = [...text.matchAll(/\\`scimctl ([^`]*)\\`/g)];
  const inQuotes = [...text.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g)].flatMap(([quoted]) => [
    ...quoted.matchAll(/`scimctl ([^`]*)`/g),
  ]);
  return [...inTemplates, ...inQuotes].map(([, line = '']) => ({
    line: line.replaceAll(/\$\{[^{}]*\}/g, 'x'),
    isWhole: !line.includes('${'),
  }));
}

/** What is left for the reader to add. */
const LEFT_OUT = ['argument-missing', 'option-missing', 'option-value-invalid'];

/** What an `x` may be taken for. */
const PUT_IN = ['too-many-arguments', 'unknown-command', 'max-departures-invalid'];

/** Options of psql, and of V8. */
const OF_OTHERS = ['--no-psqlrc', '--dbname', '--file', '--wasm-tiering-budget'];

async function parse(words: readonly string[]): Promise<Problem | undefined> {
  const outcome = await parseCommandLine(words, fakeWorld({ stdout: '', stderr: '' })).catch(
    (error) => error,
  );
  return outcome instanceof Problem ? outcome : undefined;
}

async function sources(): Promise<{ path: string; text: string }[]> {
  const root = join(projectDirectory, 'src');
  const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.ts'));
  return Promise.all(
    paths.map(async (path) => ({ path, text: withoutComments(await readFile(join(root, path), 'utf8')) })),
  );
}

const withoutComments = (text: string) => text.replaceAll(/\/\*\*?\s[\s\S]*?\*\/|^\s*\/\/ .*$/gm, '');
