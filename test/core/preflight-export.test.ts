import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readExport } from '../../src/core/preflight/export-file.js';
import { peopleOf } from '../../src/core/preflight/people.js';
import { problemOf } from '../support/problem.js';

const people = async (content: string | Uint8Array) =>
  peopleOf(await readExport(typeof content === 'string' ? Buffer.from(content) : content));

/** Who is in it, in short. */
const short = async (content: string | Uint8Array) =>
  (await people(content)).map(({ at, profile, invalid }) => {
    const { userName, email, externalId, active, givenName, familyName } = profile;
    return [at, userName, email, externalId, active, givenName, familyName, ...(invalid ? [invalid] : [])];
  });

const ANNA = ['anna@contoso.example', 'anna@mail.example', 'o-1', true, 'Anna', 'Schmidt'];

describe('an export of an IdP', () => {
  const ENTRA = [
    'userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled',
    'anna@contoso.example,"Schmidt, Anna",Schmidt,anna@mail.example,Anna,o-1,Member,True',
    '',
    'ben@contoso.example,"Ben ""B""\nJr",,,,o-2,Guest,False',
  ].join('\r\n');

  it('is what Entra downloads', async () => {
    assert.deepEqual(await short(ENTRA), [
      [2, ...ANNA],
      [5, 'ben@contoso.example', null, 'o-2', false, null, null],
    ]);
    assert.equal((await people(ENTRA))[0]?.profile.displayName, 'Schmidt, Anna');
  });

  it('is that as a spreadsheet has saved it, with a mark at its beginning, and other signs', async () => {
    for (const sign of [';', '\t']) {
      const text = ENTRA.replaceAll('"Schmidt, Anna"', 'A').replaceAll(',', sign);
      assert.deepEqual((await short(`\uFEFF${text}`))[0], [2, ...ANNA]);
      assert.deepEqual((await short(Buffer.from(`\uFEFF${text}`, 'utf16le')))[0], [2, ...ANNA]);
      assert.deepEqual((await short(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()))[0], [2, ...ANNA]);
    }
    assert.deepEqual((await short(`sep=;\r\nlogin;email\r\na@b.example;c@d.example\r\n`))[0]?.slice(0, 3), [
      3,
      'a@b.example',
      'c@d.example',
    ]);
  });

  it("is PowerShell's, and a filled-in template of Entra's", async () => {
    const shell =
      '#TYPE Microsoft.Graph.User\n"UserPrincipalName","Mail","Id","AccountEnabled","GivenName","Surname"\n"anna@contoso.example","anna@mail.example","o-1","True","Anna","Schmidt"\n';
    const template =
      'version:v1.0\nUser name [userPrincipalName] Required,E-mail [mail],Object Id [objectId],Block sign in,First name [givenName],Last name [surname]\nanna@contoso.example,anna@mail.example,o-1,No,Anna,Schmidt\n';
    for (const text of [shell, template]) assert.deepEqual(await short(text), [[3, ...ANNA]]);
  });

  it("is Okta's, with the states in which it provisions", async () => {
    const states = ['ACTIVE', 'PROVISIONED', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'STAGED', 'SUSPENDED', ''];
    const text = `Okta Id,Login,Primary email,First name,Last name,Status\n${states.map((state) => `o-1,anna@contoso.example,anna@mail.example,Anna,Schmidt,${state}`).join('\n')}`;
    const found = await short(text);
    assert.deepEqual(found[0], [2, ...ANNA]);
    assert.deepEqual(
      found.map((one) => one[4]),
      [true, true, true, true, false, false, true],
    );
  });

  it('is JSON of Microsoft Graph, of the Okta API, or of a SCIM endpoint', async () => {
    const [userName, email, id, active, givenName, familyName] = ANNA;
    const graph = {
      '@odata.context': 'x',
      value: [
        {
          userPrincipalName: userName,
          mail: email,
          id,
          accountEnabled: active,
          givenName,
          surname: familyName,
        },
      ],
    };
    const okta = [
      {
        id,
        status: 'ACTIVE',
        profile: { login: userName, email, firstName: givenName, lastName: familyName, secondEmail: null },
      },
    ];
    const scim = {
      Resources: [
        {
          ...{ id: 'ours', externalId: id, userName, active, name: { givenName, familyName } },
          emails: [{ value: 'home@mail.example' }, { value: email, type: 'work' }],
        },
      ],
    };
    for (const document of [graph, okta, scim]) {
      assert.deepEqual(await short(JSON.stringify(document)), [[1, ...ANNA]]);
    }
  });

  it('has the e-mail address for a user name where there is none', async () => {
    assert.deepEqual((await short('E-mail address\nanna@mail.example\n'))[0]?.slice(0, 3), [
      ...[2, 'anna@mail.example', 'anna@mail.example'],
    ]);
  });

  it('is empty but for its head where nobody is in it', async () => {
    assert.deepEqual(await short('userPrincipalName,mail\n'), []);
    assert.deepEqual(await short('[]'), []);
  });

  it('says of whom it cannot be told whether they are active', async () => {
    const [one] = await people('login,status\nanna@contoso.example,perhaps\n');
    assert.equal(one?.invalid, 'status is "perhaps", which is neither yes nor no');
  });

  it('with names of columns that mean something to JavaScript is none the worse', async () => {
    const [one] = await people('__proto__,constructor,login\nx,y,anna@contoso.example\n');
    assert.equal(one?.profile.userName, 'anna@contoso.example');
  });

  it('that goes down without end is read as far as it says something', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    assert.deepEqual(await short(`[{"userName": "anna@contoso.example", "a": ${deep}}]`), [
      [1, 'anna@contoso.example', null, null, true, null, null],
    ]);
  });

  const REFUSED: Record<string, [string | Uint8Array, string, RegExp]> = {
    'is empty': ['  \n', 'export-unreadable', /empty/],
    'is in an old code page': [Buffer.from([0x6c, 0xe9, 0x2c]), 'export-unreadable', /UTF-8/],
    'has a quote without an end': ['login\n"anna\n', 'export-unreadable', /no CSV/],
    'has JSON that breaks off': ['[{"userName": "a"', 'export-unreadable', /no JSON/],
    'has JSON without a list': ['{"userName": "a"}', 'export-unreadable', /no list/],
    'names nobody': ['a,b\n1,2\n', 'export-columns-missing', /it has a, b/],
    'names nobody in JSON': ['[{"a": 1}]', 'export-columns-missing', /it has a\./],
  };
  for (const [what, [content, code, message]] of Object.entries(REFUSED)) {
    it(`that ${what} is refused`, async () => {
      const problem = await problemOf(people(content));
      assert.equal(problem.code, code);
      assert.match(problem.message, message);
      assert.ok(problem.hint);
    });
  }
});
