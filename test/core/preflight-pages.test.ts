import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFiles } from '../support/people/user-list.js';
import { problemOf } from '../support/running/problem.js';

/** Users by number, as Microsoft Graph and SCIM have them. */
const graphUser = (n: number) => ({
  ...{ id: `o-${n}`, userPrincipalName: `u${n}@contoso.example`, accountEnabled: true },
});
const scimUser = (n: number) => ({
  ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: `o-${n}` },
  ...{ userName: `u${n}@contoso.example`, active: true },
});
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);
const NEXT = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=x' };

const graph = (from: number, count: number, more: object = {}) =>
  JSON.stringify({ '@odata.context': 'x', ...more, value: numbers(from, count).map(graphUser) });
const scim = (from: number, count: number, totalResults: number) =>
  JSON.stringify({ totalResults, startIndex: from + 1, Resources: numbers(from, count).map(scimUser) });
const csv = (from: number, count: number) =>
  ['login,status', ...numbers(from, count).map((n) => `u${n}@contoso.example,ACTIVE`)].join('\n');

const resultOf = async (files: Record<string, string>) => {
  const { people, report } = await readFiles(files);
  return [people.length, report.completeness];
};

describe('a list of users in pages', () => {
  it('is complete when its pages have as many entries as it says, in any order', async () => {
    const pages = {
      ...{ a: graph(0, 3, { '@odata.count': 7, ...NEXT }), b: graph(3, 3, NEXT), c: graph(6, 1) },
    };
    const { a, b, c } = pages;
    for (const files of [pages, { c, b, a }, { b, a, c }]) {
      assert.deepEqual(await resultOf(files), [7, 'complete']);
    }
    assert.deepEqual(await resultOf({ a: scim(2, 2, 4), b: scim(0, 2, 4) }), [4, 'complete']);
    assert.deepEqual(await resultOf({ all: `${a}\n${b}${c}` }), [7, 'complete']);
  });

  it('may be several lists, each complete by itself', async () => {
    const [one, other] = [graph(0, 3, { '@odata.count': 3 }), graph(2, 4, { '@odata.count': 4 })];
    const { people, report } = await readFiles({ one, other });
    assert.deepEqual([people.length, report.completeness, report.merged], [6, 'complete', 1]);
  });

  it('may be several lists in pages, which may have entries in common', async () => {
    const [one, rest] = [graph(0, 3, { '@odata.count': 4, ...NEXT }), graph(3, 1)];
    const [other, end] = [graph(10, 3, { '@odata.count': 5, ...NEXT }), graph(13, 2)];
    assert.deepEqual(await resultOf({ one, rest, other, end }), [9, 'complete']);
    const problem = await problemOf(readFiles({ one, rest, other }));
    assert.match(problem.message, /one, rest, other has 7 of 9 entries/);
    assert.deepEqual(await resultOf({ one, rest, other, end: graph(0, 2) }), [7, 'unknown']);
  });

  for (const [what, files] of Object.entries<Record<string, string>>({
    'a count of none': { a: graph(0, 2, { '@odata.count': 0 }) },
    'a count that is too small': { a: graph(0, 3, { '@odata.count': 2 }) },
    'the same in SCIM': { a: scim(0, 3, 2) },
    'the same beside a list that is complete': { a: scim(0, 3, 2), b: scim(10, 2, 2) },
  })) {
    it(`is not known to be complete where its total contradicts its entries: ${what}`, async () => {
      const { report } = await readFiles(files);

      assert.equal(report.completeness, 'unknown');
      assert.equal(report.warnings.length, 1, report.warnings.join());
      assert.match(report.warnings[0] ?? '', /^a says that the list has \d \w+, but it has \d\./);
    });
  }

  it('is incomplete where another page follows, whatever its total says', async () => {
    const problem = await problemOf(readFiles({ a: graph(0, 3, { '@odata.count': 2, ...NEXT }) }));
    assert.equal(problem.code, 'export-incomplete');
  });

  const user = { login: 'u1@contoso.example', email: 'u1@contoso.example', status: 'ACTIVE' };
  const page = (more: object, users: readonly object[] = [user]) => JSON.stringify({ ...more, users });

  const OPEN: Record<string, object> = {
    'an SDK of Microsoft Graph': { odataNextLink: 'https://graph.microsoft.com/v1.0/users?$skiptoken=x' },
    'the Python SDK of Microsoft Graph': { odata_next_link: 'https://graph.microsoft.com/v1.0/users?x' },
    HAL: { _links: { self: { href: 'https://a.example' }, next: { href: 'https://a.example/2' } } },
    'JSON:API': { links: { next: 'https://a.example/users?page=2' } },
    Django: { count: 50, next: 'https://a.example/users?page=2', previous: null },
    Stripe: { object: 'list', has_more: true },
    GraphQL: { pageInfo: { hasNextPage: true, endCursor: 'x' } },
    Laravel: { meta: { current_page: 1, total: 50 }, links: { next: null } },
    Spring: { page: { size: 1, totalElements: 50, totalPages: 50, number: 0 } },
    Auth0: { start: 0, limit: 1, length: 1, total: 50 },
    'the number of a page': { nextPage: 2 },
  };
  for (const [name, members] of Object.entries(OPEN)) {
    it(`is known to be incomplete as ${name} says it`, async () => {
      const { code } = await problemOf(readFiles({ 'page.json': page(members) }));
      assert.equal(code, 'export-incomplete');
    });
  }

  it('is not known to be incomplete when nothing follows, whatever says so', async () => {
    for (const members of [
      { links: { next: null }, meta: { total: 1 } },
      { count: 1, next: null },
      { has_more: false, nextPage: 0, odataNextLink: '' },
      { pageInfo: { hasNextPage: false }, _links: { self: { href: 'https://a.example' } } },
      // Not more than the page has: it may be the number of pages.
      { meta: { total: 0 } },
    ]) {
      assert.deepEqual(
        await resultOf({ 'page.json': page(members) }),
        [1, 'unknown'],
        JSON.stringify(members),
      );
    }
    const rest = page({ total: 2 }, [{ ...user, login: 'u2@contoso.example', email: null }]);
    assert.deepEqual(await resultOf({ a: page({ total: 2 }), rest }), [2, 'complete']);
  });

  it('may have grown while its pages were fetched', async () => {
    assert.deepEqual(await resultOf({ a: scim(0, 2, 4), b: scim(2, 3, 5) }), [5, 'complete']);
  });

  it('counts entries that are no people, too', async () => {
    const group = { '@odata.type': '#microsoft.graph.group', id: 'g' };
    const page = JSON.stringify({ '@odata.context': 'x', '@odata.count': 2, value: [graphUser(1), group] });
    assert.deepEqual(await resultOf({ page }), [1, 'complete']);
  });

  const INCOMPLETE: Record<string, [Record<string, string>, RegExp]> = {
    'one page of Microsoft Graph': [
      { 'p.json': graph(0, 3, NEXT) },
      /p\.json says that another page follows/,
    ],
    'pages without the last': [{ a: graph(0, 3, NEXT), b: graph(3, 3, NEXT) }, /a, b says that another page/],
    'fewer than @odata.count': [
      { a: graph(0, 3, { '@odata.count': 9, ...NEXT }), c: graph(6, 3) },
      /a, c has 6 of 9 entries/,
    ],
    'fewer than totalResults': [{ a: scim(0, 2, 5) }, /a has 2 of 5 entries/],
    'the second page alone': [{ b: scim(2, 2, 4) }, /b has 2 of 4 entries/],
    'one page twice': [{ a: scim(0, 2, 4), b: scim(0, 2, 4) }, /a, b has 2 of 4 entries/],
    'one page of Google': [
      {
        a: JSON.stringify({
          nextPageToken: 'x',
          users: [{ id: '1', primaryEmail: 'a@b.example', suspended: false }],
        }),
      },
      /another page follows/,
    ],
    'one page of OneLogin': [
      {
        a: JSON.stringify({
          status: { error: false, code: 200 },
          pagination: { before_cursor: null, after_cursor: 'x' },
          data: [{ id: 1, username: 'a', email: 'a@b.example', status: 1, invitation_sent_at: null }],
        }),
      },
      /another page follows/,
    ],
    'fewer than totalCount of JumpCloud': [
      { a: JSON.stringify({ totalCount: 2, results: [{ _id: '1', email: 'a@b.example', username: 'a' }] }) },
      /has 1 of 2/,
    ],
    'one page beside a complete list of another kind': [
      { a: graph(0, 3, NEXT), b: csv(10, 3) },
      /a says that another page follows/,
    ],
  };
  for (const [what, [files, message]] of Object.entries(INCOMPLETE)) {
    it(`is refused as ${what}, unless a part is wanted`, async () => {
      const problem = await problemOf(readFiles(files));
      assert.deepEqual([problem.code, problem.kind], ['export-incomplete', 'usage']);
      assert.match(problem.message, message);
      assert.match(problem.hint ?? '', /--partial/);

      const { people, report } = await readFiles(files, { partial: true });
      assert.ok(people.length > 0);
      assert.equal(report.completeness, 'incomplete');
    });
  }

  it('is unknown where nothing says how many there are', async () => {
    assert.deepEqual(await resultOf({ a: csv(0, 3) }), [3, 'unknown']);
    assert.deepEqual(await resultOf({ a: JSON.stringify(numbers(0, 3).map(scimUser)) }), [3, 'unknown']);
    // It may be the last of several.
    assert.deepEqual(await resultOf({ a: graph(0, 3) }), [3, 'unknown']);
    // Whether one is missing between them cannot be seen.
    assert.deepEqual(await resultOf({ a: graph(0, 3, NEXT), c: graph(6, 3) }), [6, 'unknown']);
  });

  it('is warned of where it has as many entries as a page', async () => {
    for (const size of [100, 200, 999, 1000]) {
      const { report } = await readFiles({ 'users.csv': csv(0, size) });
      assert.match(
        report.warnings.join(),
        new RegExp(`^users.csv has exactly ${size} entries, which is a common page size`),
      );
      const { report: other } = await readFiles({ 'users.csv': csv(0, size + 2) });
      assert.deepEqual(other.warnings, []);
    }
    const { report } = await readFiles({ a: scim(0, 100, 100) });
    assert.deepEqual(report.warnings, [], 'a complete list is no page');
  });
});

describe('users in several files', () => {
  it('count once where the files say the same of them', async () => {
    const { people, report } = await readFiles({ 'a.csv': csv(0, 5), 'b.csv': csv(3, 5) });
    assert.deepEqual([people.length, report.merged], [8, 2]);
    assert.deepEqual(
      report.sources.map(({ file, entries, users }) => [file, entries, users]),
      [
        ['a.csv', 5, 5],
        ['b.csv', 5, 3],
      ],
    );
    assert.deepEqual([people[0]?.file, people[5]?.file, people[5]?.at], ['a.csv', 'b.csv', 4]);
  });

  it('count twice where the files differ, for the rules to find', async () => {
    const { people } = await readFiles({ a: csv(0, 1), b: csv(0, 1).replace('ACTIVE', 'SUSPENDED') });
    assert.deepEqual(
      people.map(({ profile }) => profile.active),
      [true, false],
    );
  });

  it('may be in files of different kinds, each with its own columns', async () => {
    const { people, report } = await readFiles({ a: csv(0, 1), b: scim(1, 1, 1), c: 'mail\nx@b.example' });
    assert.equal(people.length, 3);
    assert.deepEqual(
      report.sources.map(({ format, columns }) => [format, columns.userName, columns.active]),
      [
        ['csv', ['login'], ['status']],
        ['json', ['userName'], ['active']],
        ['csv', undefined, undefined],
      ],
    );
    assert.match(report.warnings.join(), /^c: no column says who is active/);
  });

  it('are named where a file cannot be read', async () => {
    const problem = await problemOf(readFiles({ 'a.csv': csv(0, 1), 'b.csv': '' }));
    assert.equal(problem.message, 'b.csv cannot be read: it is empty.');
  });
});
