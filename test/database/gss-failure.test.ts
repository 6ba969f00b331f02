import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gssFailure } from '../../src/database/mssql/integrated/gss-failure.js';
import { loadGss } from '../../src/database/mssql/integrated/gss-library.js';
import { separateToken } from '../../src/database/mssql/integrated/login-answer.js';
import { libraryMissing, negotiationProblem } from '../../src/database/mssql/integrated/problems.js';
import { provesServer, sspiFailure } from '../../src/database/mssql/integrated/sspi.js';

const FAILURE = 13 << 16;
const NO_CREDENTIALS = 7 << 16;
const target = { host: 'sql01.example.com', port: 1433 };

describe('what Kerberos says is wrong', () => {
  // The numbers of krb5.h, as the library has them.
  const cases: [name: string, major: number, minor: number, code: string][] = [
    ['KRB5KRB_AP_ERR_SKEW', FAILURE, -1_765_328_347, 'kerberos-clock-skew'],
    ['KRB5KRB_AP_ERR_TKT_NYV', FAILURE, -1_765_328_351, 'kerberos-clock-skew'],
    ['KRB5_KDCREP_SKEW', FAILURE, -1_765_328_236, 'kerberos-clock-skew'],
    ['KRB5KRB_AP_ERR_TKT_EXPIRED', FAILURE, -1_765_328_352, 'kerberos-ticket-expired'],
    ['GSS_S_CREDENTIALS_EXPIRED', 11 << 16, 0, 'kerberos-ticket-expired'],
    ['KRB5_CC_NOTFOUND', NO_CREDENTIALS, -1_765_328_243, 'kerberos-ticket-missing'],
    ['KRB5_FCC_NOFILE', NO_CREDENTIALS, -1_765_328_189, 'kerberos-ticket-missing'],
    ['GSS_S_NO_CRED', NO_CREDENTIALS, 0, 'kerberos-ticket-missing'],
    ['KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN', FAILURE, -1_765_328_377, 'kerberos-server-unknown'],
    ['KRB5_KDC_UNREACH', FAILURE, -1_765_328_228, 'kerberos-failed'],
    ['KRB5_REALM_CANT_RESOLVE', FAILURE, -1_765_328_164, 'kerberos-failed'],
    ['KRB5_CONFIG_NODEFREALM', FAILURE, -1_765_328_160, 'kerberos-failed'],
    ['KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN', FAILURE, -1_765_328_378, 'kerberos-failed'],
    ['KRB5KDC_ERR_PREAUTH_FAILED', FAILURE, -1_765_328_360, 'kerberos-failed'],
    ['anything else', FAILURE, 100_001, 'kerberos-failed'],
  ];
  for (const [name, major, minor, code] of cases) {
    it(`${name} is ${code}, signed or not`, () => {
      for (const number of [minor, minor >>> 0]) {
        assert.equal(negotiationProblem(gssFailure(major, number), target, 'the detail').code, code);
      }
    });
  }

  it('is said on Windows in the words of Windows', () => {
    for (const failure of ['no-ticket', 'expired'] as const) {
      const { code, message, hint } = negotiationProblem(failure, target, '', 'win32');

      assert.match(code, /^kerberos-ticket-/);
      assert.match(message, /Windows account/);
      assert.doesNotMatch(hint ?? '', /kinit|KRB5/);
    }
    assert.equal(negotiationProblem('clock', target, '', 'win32').code, 'kerberos-clock-skew');
  });

  it('names the service, and the command that registers it', () => {
    const { message, hint } = negotiationProblem('server-unknown', target, '');

    assert.match(message, /MSSQLSvc\/sql01\.example\.com:1433/);
    assert.match(hint ?? '', /setspn -S MSSQLSvc\/sql01\.example\.com:1433 DOMAIN\\account/);
  });
});

describe('a machine without the library', () => {
  it('is told which package has it', async () => {
    const error = await loadGss('libgssapi_of_no_machine.so.2').catch((error: unknown) => error);

    assert.ok(error instanceof Error);
    const { code, hint } = libraryMissing(error, 'linux');
    assert.equal(code, 'kerberos-library-missing');
    assert.match(hint ?? '', /apt install libgssapi-krb5-2/);
  });

  it('of another kind is told what it can use instead', () => {
    const { message, hint } = libraryMissing(new Error('no'), 'darwin');

    assert.match(message, /Windows and Linux only/);
    assert.match(hint ?? '', /SQL login.*NTLM/);
  });
});

describe('the answer to a login', () => {
  const done = Buffer.from([0xfd, ...Array<number>(12).fill(0)]);
  const features = Buffer.from([0xae, 4, 1, 0, 0, 0, 9, 10, 2, 0, 0, 0, 1, 2, 0xff]);
  const token = (...bytes: number[]) => Buffer.from([0xed, bytes.length, 0, ...bytes]);
  const info = Buffer.from([0xab, 2, 0, 7, 8]);

  it('is taken apart wherever its token is', () => {
    const { rest, token: found } = separateToken(Buffer.concat([info, token(1, 2, 3), features, done]));

    assert.deepEqual(found, Buffer.from([1, 2, 3]));
    assert.deepEqual(rest, Buffer.concat([info, features, done]));
  });

  it('may have an empty token, which is not the same as none', () => {
    assert.deepEqual(separateToken(Buffer.concat([token(), done])).token, Buffer.alloc(0));
    assert.equal(separateToken(done).token, undefined);
  });

  it('is left as it is from where it cannot be read', () => {
    for (const broken of [Buffer.from([0xed, 9, 0, 1]), Buffer.from([0x01, 2, 3]), features.subarray(0, 9)]) {
      assert.deepEqual(separateToken(Buffer.concat([info, broken])), { rest: Buffer.concat([info, broken]) });
    }
  });

  it('of any bytes is either read or left, and never fails', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 0x8000_0000;
      return seed;
    };
    const kinds = [0xe3, 0xaa, 0xab, 0xad, 0xed, 0xee, 0xae, 0xfd, 0xff, 0];
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(Array.from({ length: random() % 40 }, () => (random() >> 8) % 256));
      if (bytes.length > 0) bytes[0] = kinds[random() % kinds.length] ?? 0;
      const { rest, token } = separateToken(bytes);
      assert.ok(rest.length + (token?.length ?? 0) <= bytes.length);
    }
  });
});

describe('what SSPI says is wrong', () => {
  // The numbers of winerror.h.
  const cases: [name: string, status: number, code: string][] = [
    ['SEC_E_TARGET_UNKNOWN', 0x8009_0303, 'kerberos-server-unknown'],
    ['SEC_E_NO_CREDENTIALS', 0x8009_030e, 'kerberos-ticket-missing'],
    ['SEC_E_NO_AUTHENTICATING_AUTHORITY', 0x8009_0311, 'kerberos-failed'],
    ['SEC_E_CONTEXT_EXPIRED', 0x8009_0317, 'kerberos-ticket-expired'],
    ['SEC_E_WRONG_PRINCIPAL', 0x8009_0322, 'kerberos-server-unknown'],
    ['SEC_E_TIME_SKEW', 0x8009_0324, 'kerberos-clock-skew'],
    ['SEC_E_CERT_EXPIRED', 0x8009_0328, 'kerberos-failed'],
    ['SEC_E_LOGON_DENIED', 0x8009_030c, 'kerberos-failed'],
  ];
  for (const [name, status, code] of cases) {
    it(`${name} is ${code}`, () => {
      const [failure, word] = sspiFailure(status | 0);
      assert.equal(negotiationProblem(failure, target, word, 'win32').code, code);
    });
  }

  it('does not prove the server by NTLM, which proves the client alone, but on this machine', () => {
    const [MUTUAL, REPLAY, CONFIDENTIALITY] = [0x02, 0x04, 0x10];
    for (const [attributes, host, isProven] of [
      [MUTUAL | REPLAY | CONFIDENTIALITY, 'sql01.corp.example', true],
      [REPLAY | CONFIDENTIALITY, 'sql01.corp.example', false],
      [0, '10.0.0.5', false],
      [REPLAY, 'localhost', true],
      [0, '127.0.0.1', true],
      [0, 'localhost.corp.example', false],
    ] as const) {
      assert.equal(provesServer(attributes, host), isProven, `${attributes} ${host}`);
    }
  });
});
