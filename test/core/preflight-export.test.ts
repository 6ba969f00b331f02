import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXPORTS } from '../fixtures/exports.js';
import { readFiles } from '../support/people/user-list.js';
import { problemOf } from '../support/running/problem.js';

const read = async (content: string | Uint8Array) => readFiles({ 'export.csv': content });

/** Who is in it, in short. */
const short = async (content: string | Uint8Array) =>
  (await read(content)).people.map(({ at, profile }) => {
    const { userName, email, externalId, active, givenName, familyName } = profile;
    return [at, userName, email, externalId, active, givenName, familyName];
  });

const ANNA = ['anna@contoso.example', 'anna@mail.example', 'o-1', true, 'Anna', 'Schmidt'];

describe('an export as it is written by', () => {
  for (const fixture of EXPORTS) {
    it(`${fixture.name} (${fixture.source})`, async () => {
      const { people, report } = await read(fixture.content);

      assert.deepEqual(
        people.map(({ profile: { userName, email, externalId, active }, undecided }) => [
          ...[userName, email, externalId],
          undecided ? undefined : active,
        ]),
        fixture.users,
      );
      for (const { invalid, undecided } of people) assert.equal(invalid !== undefined, undecided === true);
      const [source] = report.sources;
      assert.deepEqual(
        [source?.kind, source?.notFound, source?.users],
        [fixture.kind, fixture.notFound ?? [], people.length],
      );
      assert.deepEqual(report.leftOut, fixture.leftOut ?? {});
      assert.deepEqual([report.guests, report.merged], [fixture.guests ?? 0, 0]);
      assert.equal(report.completeness, fixture.completeness ?? 'unknown');
      const { warning } = fixture;
      assert.equal(report.warnings.length, warning ? 1 : 0, report.warnings.join());
      if (warning) assert.match(report.warnings.join(), warning);
    });

    it(`${fixture.name}, arriving in pieces`, async () => {
      const whole = await read(fixture.content);
      for (const pieces of [1, 7, 64]) {
        const { people, report } = await readFiles({ 'export.csv': fixture.content }, { pieces });
        assert.deepEqual(people, whole.people);
        assert.deepEqual(report, whole.report);
      }
    });
  }
});

describe('an export', () => {
  const ENTRA = [
    'userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled',
    'anna@contoso.example,"Schmidt, Anna",Schmidt,anna@mail.example,Anna,o-1,Member,True',
    '',
    'ben@contoso.example,"Ben ""B""\nJr",,,,o-2,Guest,False',
    'cora@contoso.example,"Cora\r\nC",,,,o-3,,True',
    'dora@contoso.example,,,,,o-4,,True',
  ].join('\r\n');

  it('is found again by the lines that its entries begin on', async () => {
    assert.deepEqual(await short(ENTRA), [
      [2, ...ANNA],
      [4, 'ben@contoso.example', null, 'o-2', false, null, null],
      [6, 'cora@contoso.example', null, 'o-3', true, null, null],
      [8, 'dora@contoso.example', null, 'o-4', true, null, null],
    ]);
    const { people } = await read(ENTRA);
    assert.deepEqual(
      people.map(({ profile }) => profile.displayName),
      ['Schmidt, Anna', 'Ben "B"\nJr', 'Cora\r\nC', null],
    );
  });

  it('may have been saved by a spreadsheet, with a mark at its beginning, and other signs', async () => {
    for (const sign of [';', '\t']) {
      const text = ENTRA.replaceAll('"Schmidt, Anna"', 'A').replaceAll(',', sign);
      assert.deepEqual((await short(`\uFEFF${text}`))[0], [2, ...ANNA]);
      assert.deepEqual((await short(Buffer.from(`\uFEFF${text}`, 'utf16le')))[0], [2, ...ANNA]);
      assert.deepEqual((await short(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()))[0], [2, ...ANNA]);
    }
    const [first] = await short('sep=;\r\nlogin;email\r\na@b.example;c@d.example\r\n');
    assert.deepEqual(first?.slice(0, 3), [3, 'a@b.example', 'c@d.example']);
    assert.deepEqual((await short(ENTRA.replaceAll('\r\n', '\r').replaceAll('\n', ' ')))[0], [2, ...ANNA]);
    assert.deepEqual((await short(`${ENTRA}\r\n,,,,,,,\r\n`)).length, 4);
  });

  it('separates by the sign of its head, not by those inside quotes', async () => {
    const [one] = (await read('login;"a,b,c";email\nanna@contoso.example;x;anna@mail.example')).people;
    assert.deepEqual([one?.profile.userName, one?.profile.email], ANNA.slice(0, 2));
  });

  it('may have had its true and false translated by a spreadsheet', async () => {
    const words = { WAHR: true, FALSCH: false, VRAI: true, FAUX: false, VERDADERO: true, PRAWDA: true };
    for (const [word, expected] of Object.entries(words)) {
      const [one] = (await read(`userPrincipalName,accountEnabled\nanna@contoso.example,${word}`)).people;
      assert.deepEqual([one?.profile.active, one?.invalid], [expected, undefined], word);
    }
  });

  it('has the e-mail address for a user name where there is none', async () => {
    const [one] = await short('E-mail address\nanna@mail.example\n');
    assert.deepEqual(one?.slice(0, 3), [2, 'anna@mail.example', 'anna@mail.example']);
  });

  it('never takes an empty or unknown state for active', async () => {
    const { people, report } = await read(
      'login,status\nanna@contoso.example,perhaps\nben@contoso.example,\ncora@contoso.example,ACTIVE\n',
    );
    assert.deepEqual(
      people.map(({ profile, invalid, undecided }) => [profile.active, undecided, invalid]),
      [
        [false, true, 'status is "perhaps", which does not say whether the user is active.'],
        [false, true, 'status is empty, which does not say whether the user is active.'],
        [true, undefined, undefined],
      ],
    );
    assert.deepEqual(report.warnings, []);
  });

  it('does not take users for active who lack a state that others have', async () => {
    const users = [{ userName: 'a' }, { userName: 'b', active: true }, { userName: 'c' }];
    const { people } = await read(JSON.stringify(users));
    assert.deepEqual(
      people.map(({ profile, undecided }) => [profile.userName, profile.active, undecided]),
      [
        ['a', false, true],
        ['b', true, undefined],
        ['c', false, true],
      ],
    );
  });

  it('has columns whose yes means no', async () => {
    const inverted = ['Block sign in', 'Sign-in blocked', 'Account Disabled', 'Deactivated', 'isArchived'];
    for (const name of [...inverted, 'Suspended', 'Block credential', 'msDS-UserAccountDisabled']) {
      const { people } = await read(`login,${name}\na@b.example,Yes\nc@d.example,FALSE\n`);
      assert.deepEqual(
        people.map(({ profile }) => profile.active),
        [false, true],
        name,
      );
    }
  });

  it('has columns of state with more words than one', async () => {
    const columns: [name: string, value: string, active: boolean][] = [
      ['Sign-in enabled', 'No', false],
      ['Account active', 'No', false],
      ['Is user enabled?', 'Yes', true],
      ['Login blocked', 'Yes', false],
      ['Account is suspended', 'No', true],
      ['Not enabled', 'Yes', false],
    ];
    for (const [name, value, active] of columns) {
      const { people, report } = await read(`login,${name}\nanna@contoso.example,${value}\n`);
      assert.deepEqual([people[0]?.profile.active, report.warnings], [active, []], name);
    }
    const { report } = await read('login,Mail enabled,Security enabled\nanna@contoso.example,No,No\n');
    assert.match(report.warnings.join(), /no column says who is active/);
  });

  it('leaves out those who are deleted, as delta queries of Microsoft Graph and other columns say it', async () => {
    const user = { id: 'o-1', userPrincipalName: 'anna@contoso.example', accountEnabled: true };
    const value = [user, { ...user, id: 'o-2', '@removed': { reason: 'changed' } }];
    const columns = 'login,deleted,deleted_at\na@b.example,no,\nc@d.example,TRUE,\ne@f.example,,2025-01-01\n';
    for (const [text, left] of [
      [JSON.stringify({ value }), 1],
      [columns, 2],
    ] as const) {
      const { people, report } = await read(text);
      assert.deepEqual([people.length, report.leftOut], [1, { 'deleted users': left }]);
    }
  });

  it('is refused with the line of a NUL byte, which does not make it UTF-16', async () => {
    const lines = ['userPrincipalName,mail', 'a@x.example,a@x.example', 'b@x.example,b@x.example'];
    const long = [
      'login,email',
      ...Array.from({ length: 9_000 }, (_, n) => `u${n}@x.example,u${n}@x.example`),
    ];
    for (const [text, at] of [
      [lines.join('\n').replace('b@', '\0b@'), 3],
      [lines.join('\r\n').replace('a@', 'a\0@'), 2],
      [`${lines[0]?.replace('mail', 'ma\0il')}\n${lines[1]}`, 1],
      [`${lines[0]}\na@x.example,\0\0@x.example`, 2],
      [`${long.join('\n')}\nz\0,z`, 9_002],
    ] as const) {
      for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
        const { message } = await problemOf(read(bytes));
        assert.equal(message, `export.csv cannot be read: line ${at} has a NUL byte.`);
      }
    }
  });

  it('is refused in UTF-32, and with zeros in its text', async () => {
    const utf32 = Buffer.concat(
      [...'\uFEFFlogin,email\na,b\n'].map((one) =>
        Buffer.from([one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8, 0, 0]),
      ),
    );
    const zeros = Buffer.from(`\uFEFFlogin,email\n${'a,b\n'.repeat(20_000)}`, 'utf16le');
    for (const [bytes, says] of [
      [utf32, /not in UTF-8 or UTF-16/],
      [Buffer.concat([zeros, Buffer.from([0, 0])]), /line 20002 has a NUL byte/],
    ] as const) {
      const { code, message } = await problemOf(read(bytes));
      assert.deepEqual([code, says.test(message)], ['export-unreadable', true], message);
    }
  });

  it('is sure of users who are blocked, whatever else it does not say', async () => {
    const { people } = await read(
      'login,accountEnabled,blockCredential\na@b.example,,True\nc@d.example,,False\n',
    );
    assert.deepEqual(
      people.map(({ profile, undecided }) => [profile.active, undecided]),
      [
        [false, undefined],
        [false, true],
      ],
    );
  });

  it('with a separator too many in a line does not have its columns mixed up', async () => {
    const { people } = await read(
      'login,displayName,enabled\na@b.example,Schmidt, Anna,True\nc@d.example,C,True,,\n',
    );
    assert.equal(
      people[0]?.invalid,
      'The row has 4 values for 3 columns: a value contains a separator but is not quoted.',
    );
    assert.deepEqual([people[0]?.undecided, people[1]?.invalid], [true, undefined]);
  });

  it('with names of columns that mean something to JavaScript is none the worse', async () => {
    const { people } = await read('__proto__,constructor,login\nx,y,anna@contoso.example\n');
    assert.equal(people[0]?.profile.userName, 'anna@contoso.example');
    const json = '[{"__proto__": {"userName": "x"}, "userName": "anna@contoso.example"}]';
    assert.equal((await read(json)).people[0]?.profile.userName, 'anna@contoso.example');
  });

  it('that goes down without end is read as far as it says something', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    assert.deepEqual(await short(`[{"userName": "anna@contoso.example", "a": ${deep}}]`), [
      [1, 'anna@contoso.example', null, null, true, null, null],
    ]);
  });

  it('may be several that were appended to each other', async () => {
    const head = 'userPrincipalName,accountEnabled';
    assert.equal((await short(`${head}\na@b.example,True\n${head}\nc@d.example,True\n`)).length, 2);
    assert.equal(
      (await short('[{"userName":"a","active":true}]\n[{"userName":"b","active":true}]')).length,
      2,
    );
  });

  it('may be JSON lines, as jq -c prints them', async () => {
    const lines = (...users: object[]) => users.map((user) => JSON.stringify(user)).join('\n');
    const [a, b, c] = ['a', 'b', 'c'].map((userName, at) => ({
      userName,
      active: at !== 1,
      groups: [{ id: 'g' }],
    }));
    const { people, report } = await read(lines({ ...a }, { ...b }, { ...c }));
    assert.deepEqual(
      people.map(({ at, profile }) => [at, profile.userName, profile.active]),
      [
        [1, 'a', true],
        [2, 'b', false],
        [3, 'c', true],
      ],
    );
    assert.deepEqual([report.completeness, report.sources[0]?.entries], ['unknown', 3]);
    const refused = lines({ ...a }, { ...b }, { error: { code: 'TooManyRequests', message: 'Slow down' } });
    assert.match((await problemOf(read(refused))).message, /error response of the API \(TooManyRequests/);
  });

  it('may be pages or lists in a list, as jq -s makes them', async () => {
    const users = ['a', 'b', 'c'].map((userPrincipalName) => ({ userPrincipalName, accountEnabled: true }));
    const next = { '@odata.nextLink': 'https://graph.microsoft.com/next' };
    const pages = [
      { '@odata.context': 'x', ...next, value: users.slice(0, 2) },
      { '@odata.context': 'x', value: users.slice(2) },
    ];
    for (const [text, completeness] of [
      [pages, 'unknown'],
      [[users.slice(0, 2), users.slice(2)], 'unknown'],
      [[{ schemas: ['s'], totalResults: 3, Resources: users }], 'complete'],
      [[{ kind: 'admin#directory#users', etag: 'e', users }], 'unknown'],
    ] as const) {
      const { people, report } = await read(JSON.stringify(text));
      assert.deepEqual(
        [people.length, report.completeness, report.sources[0]?.entries],
        [3, completeness, 3],
      );
    }
    const { code, message } = await problemOf(read(JSON.stringify(pages.slice(0, 1))));
    assert.deepEqual([code, /another page follows/.test(message)], ['export-incomplete', true], message);
    const refused = [...pages.slice(1), { error: { code: 'TooManyRequests', message: 'Slow down' } }];
    assert.match((await problemOf(read(JSON.stringify(refused)))).message, /error response of the API/);
    // Groups have lists of members, and are no pages.
    const groups = [{ displayName: 'Sales', members: users }];
    assert.equal((await problemOf(read(JSON.stringify(groups)))).code, 'export-columns-missing');
  });

  for (const [header, row, warning] of [
    [
      'userPrincipalName,mail,accountEnabled,Account Enabled',
      'a@x.example,a@x.example,true,false',
      'Account Enabled contradicts accountEnabled in 1 entry',
    ],
    [
      'userPrincipalName,mail,accountEnabled,accountEnabled',
      'a@x.example,a@x.example,true,false',
      'accountEnabled (column 4) contradicts accountEnabled in 1 entry',
    ],
    [
      'userPrincipalName,mail,accountEnabled,Block sign in (Yes/No) [accountEnabled]',
      'a@x.example,a@x.example,true,Yes',
      'Block sign in (Yes/No) [accountEnabled] contradicts accountEnabled in 1 entry',
    ],
    [
      'userPrincipalName,mail,accountEnabled,User Principal Name',
      'a@x.example,a@x.example,true,b@x.example',
      'User Principal Name has the same name as userPrincipalName, but another value in 1 entry',
    ],
    [
      'userPrincipalName,mail,accountEnabled,Mail',
      'a@x.example,a@x.example,true,b@x.example',
      'Mail has the same name as mail, but another value in 1 entry',
    ],
    [
      'userPrincipalName,id,accountEnabled,id',
      'a@x.example,1,true,2',
      'id (column 4) has the same name as id, but another value in 1 entry',
    ],
  ] as const) {
    it(`names two columns of one name that disagree: ${header}`, async () => {
      const { people, report } = await read(`${header}\n${row}\n`);

      assert.equal(people.length, 1);
      assert.equal(report.warnings.length, 1, report.warnings.join());
      assert.ok(report.warnings[0]?.includes(warning), report.warnings.join());
    });
  }

  it('lets the second of two columns that block a user say no', async () => {
    const { people } = await read('userPrincipalName,blocked,Blocked\na@x.example,false,true\n');

    assert.deepEqual(
      people.map(({ profile }) => profile.active),
      [false],
    );
  });

  it('says nothing of two columns of one name that agree', async () => {
    const { report } = await read(
      'userPrincipalName,mail,accountEnabled,Mail,Account Enabled\na@x.example,a@x.example,true,a@x.example,yes\n',
    );

    assert.deepEqual(report.warnings, []);
  });

  it('names columns that contradict the one that decides who is active', async () => {
    const { people, report } = await read(
      'userPrincipalName,accountEnabled,status\na@b.example,True,SUSPENDED\nc@d.example,False,active\ne@f.example,True,part-time\n',
    );
    assert.deepEqual(
      people.map(({ profile }) => profile.active),
      [true, false, true],
    );
    assert.deepEqual(report.warnings, [
      'export.csv: status contradicts accountEnabled in 2 entries. accountEnabled decides. If that is wrong, remove this column from the file.',
    ]);
  });

  const REFUSED: Record<string, [string | Uint8Array, string, RegExp]> = {
    'is empty': ['  \n', 'export-unreadable', /empty/],
    'is nothing at all': ['', 'export-unreadable', /empty/],
    'holds only a refusal': ['Forbidden', 'export-columns-missing', /Its columns: Forbidden\./],
    'is a page to sign in on': ['<!DOCTYPE html><html>', 'export-unreadable', /web page/],
    'is in an old code page': [Buffer.from([0x6c, 0xe9, 0x2c]), 'export-unreadable', /UTF-8/],
    'has a quote without an end': [
      'login\n"anna\nben\n',
      'export-unreadable',
      /not valid CSV: Quote Not Closed/,
    ],
    'has text behind a quote': [
      'login\n"anna" x\n',
      'export-unreadable',
      /not valid CSV: .* after quote at line 2/,
    ],
    'has JSON that breaks off': [
      '[{"userName": "a"},{"userName"',
      'export-unreadable',
      /not valid JSON after 1 entry/,
    ],
    'has JSON that breaks off between entries': ['[{"userName": "a"},', 'export-unreadable', /in the middle/],
    'has JSON that is none': ['[{"userName": a}]', 'export-unreadable', /not valid JSON/],
    'has JSON without a list': ['{"userName": "a"}', 'export-unreadable', /no list/],
    'is an error of Microsoft Graph': [
      '{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}',
      ...(['export-unreadable', /error response of the API \(Authorization_RequestDenied Insuff/] as const),
    ],
    'is an error of Okta': [
      '{"errorCode":"E0000011","errorSummary":"Invalid token provided"}',
      ...(['export-unreadable', /E0000011 Invalid token/] as const),
    ],
    'is an error of SCIM': [
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"No"}',
      ...(['export-unreadable', /\(401 No\)/] as const),
    ],
    'names nobody': ['a,b\n1,2\n', 'export-columns-missing', /Its columns: a, b/],
    'names nobody in JSON': ['[{"a": 1}]', 'export-columns-missing', /Its columns: a\./],
    'has no users': ['userPrincipalName,mail\n', 'export-empty', /contains no users\./],
    'has an empty list': ['[]', 'export-empty', /contains no users\./],
    'has an empty page': ['{"value":[]}', 'export-empty', /contains no users\./],
    'has only groups': [
      '{"value":[{"@odata.type":"#microsoft.graph.group","id":"1","mail":"a@b.example"}]}',
      ...(['export-empty', /contains no users\. It contains groups: 1\./] as const),
    ],
  };
  for (const [what, [content, code, message]] of Object.entries(REFUSED)) {
    it(`that ${what} is refused`, async () => {
      const problem = await problemOf(read(content));
      assert.deepEqual([problem.code, problem.kind], [code, 'usage'], problem.message);
      assert.match(problem.message, message);
      assert.ok(problem.hint);
    });
  }
});
