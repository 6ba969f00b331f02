import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FilterScope, parseFilter, resolveFilter } from '../../src/scim/protocol/filter/resolve.js';
import type { Filter } from '../../src/words/filter.js';
import { ENTERPRISE, FACTORY, GROUP, refused, USER } from '../support/scim/scim.js';

const resolve = (text: string, scope: Partial<FilterScope> = {}) =>
  resolveFilter(parseFilter(text), { type: USER, baseUrl: 'https://iqm.example/scim/v2', ...scope });

/** A filter in short: `emails.value co "x"`, with brackets wherever there is a choice. */
function brief(filter: Filter | boolean): string {
  if (typeof filter === 'boolean') return String(filter);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map(brief).join(` ${filter.kind} `)})`;
    case 'not':
      return `not ${brief(filter.filter)}`;
    case 'present':
      return `${filter.attribute.path.join('.')} pr`;
    case 'element':
      return `${filter.attribute.path.join('.')}[${brief(filter.filter)}]`;
    case 'compare':
      return `${filter.attribute.path.join('.')} ${filter.operator} ${JSON.stringify(filter.value)}`;
  }
}

const reads = (text: string, expected: string, scope?: Partial<FilterScope>) =>
  it(`${text} is ${expected}`, () => assert.equal(brief(resolve(text, scope)), expected));

describe('a filter', () => {
  for (const operator of ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']) {
    reads(`userName ${operator} "a"`, `userName ${operator} "a"`);
    reads(`USERNAME ${operator.toUpperCase()} "a"`, `userName ${operator} "a"`);
  }
  reads('title pr', 'title pr');
  reads('name.givenName PR', 'name.givenName pr');

  describe('joins by and, or and not', () => {
    reads(
      'userName eq "a" or title pr and active eq true',
      '(userName eq "a" or (title pr and active eq true))',
    );
    reads(
      '(userName eq "a" or title pr) AND active eq true',
      '((userName eq "a" or title pr) and active eq true)',
    );
    reads('not (title pr)', 'not title pr');
    reads('NOT(title pr) and not (userName eq "a")', '(not title pr and not userName eq "a")');
    reads('not title pr and active eq true', '(not title pr and active eq true)');
    reads('not (not (title pr))', 'title pr');
    reads('title pr and title pr and title pr', '(title pr and title pr and title pr)');
    reads('((((title pr))))', 'title pr');
  });

  describe('names attributes', () => {
    reads('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a"', 'userName eq "a"');
    reads(`${ENTERPRISE}:department eq "a"`, `${ENTERPRISE}.department eq "a"`);
    reads(`${ENTERPRISE.toUpperCase()}:MANAGER.VALUE eq "a"`, `${ENTERPRISE}.manager.value eq "a"`);
    reads(`${ENTERPRISE}:manager eq "a"`, `${ENTERPRISE}.manager.value eq "a"`);
    reads('emails co "example.com"', 'emails.value co "example.com"');
    reads('emails.type eq "work"', 'emails.type eq "work"');
    reads('members eq "a"', 'members.value eq "a"', { type: GROUP });
    reads('members.$ref eq "a"', 'members.$ref eq "a"', { type: GROUP });
    reads(
      'name pr',
      `(${['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map((part) => `name.${part} pr`).join(' or ')})`,
    );
    reads('id eq "x" and externalId eq "y"', '(id eq "x" and externalId eq "y")');
  });

  describe('names values', () => {
    reads('displayName eq "a \\"b\\" \\\\ \\u00e9 \\n"', 'displayName eq "a \\"b\\" \\\\ é \\n"');
    reads('displayName eq ""', 'displayName eq ""');
    reads('displayName eq "a) or (b"', 'displayName eq "a) or (b"');
    reads('displayName eq "\' or 1=1 --"', 'displayName eq "\' or 1=1 --"');
    reads('active eq true', 'active eq true');
    reads('active ne FALSE', 'active ne false');
    reads('title eq null', 'not title pr');
    reads('title ne null', 'title pr');
    reads(`${FACTORY}:floor ge -12`, `${FACTORY}.floor ge -12`);
    reads(`${FACTORY}:load lt 1.5e3`, `${FACTORY}.load lt 1500`);
    reads(
      `${FACTORY}:since gt "2026-01-31T13:00:00+01:00"`,
      `${FACTORY}.since gt "2026-01-31T12:00:00.000Z"`,
    );
    reads('meta.lastModified ge "2026-01-31T12:00:00Z"', 'meta.lastModified ge "2026-01-31T12:00:00.000Z"');
  });

  describe('of values in a list', () => {
    reads('emails[type eq "work"]', 'emails[emails.type eq "work"]');
    reads(
      'emails[type eq "work" and not (value co "@")]',
      'emails[(emails.type eq "work" and not emails.value co "@")]',
    );
    it('keeps both halves of emails[type eq "work"].value eq "…" about one element', () => {
      assert.equal(
        brief(resolve('emails[type eq "work"].value eq "ann@contoso.example"')),
        'emails[(emails.type eq "work" and emails.value eq "ann@contoso.example")]',
      );
    });
    reads('emails[type eq "work"].value pr', 'emails[(emails.type eq "work" and emails.value pr)]');
    reads('roles[primary eq "True"].value eq "x"', 'roles[(roles.primary eq true and roles.value eq "x")]');
    reads('name[givenName eq "Ann"]', 'name.givenName eq "Ann"');
    reads(`${FACTORY}:tags[value eq "x"]`, `${FACTORY}.tags[${FACTORY}.tags eq "x"]`);
    reads(`${FACTORY}:machines[hours gt 3]`, `${FACTORY}.machines[${FACTORY}.machines.hours gt 3]`);
    it('says of what kind they are', () => {
      const filter = resolve('emails[type eq "work"]');
      assert.ok(typeof filter === 'object' && filter.kind === 'element');
      assert.deepEqual(filter.attribute, {
        path: ['emails'],
        type: 'string',
        caseExact: false,
        multiValued: true,
      });
    });
  });

  describe('as IdPs write it', () => {
    describe('Entra ID: an externalId without quotes', () => {
      reads('externalId eq jdoe', 'externalId eq "jdoe"');
      reads('externalId eq 12345', 'externalId eq "12345"');
      reads('externalId eq true', 'externalId eq "true"');
      reads(
        'externalId eq 2819c223-7f76-453a-919d-413861904646 and active eq true',
        '(externalId eq "2819c223-7f76-453a-919d-413861904646" and active eq true)',
      );
    });
    describe('Entra ID: booleans as text', () => {
      reads('active eq "True"', 'active eq true');
      reads('active eq "False"', 'active eq false');
      reads('active eq True', 'active eq true');
    });
    describe('Entra ID: is somebody in a group, is somebody a manager', () => {
      reads('id eq "1" and members eq "2"', '(id eq "1" and members.value eq "2")', { type: GROUP });
      reads(
        `id eq "1" and ${ENTERPRISE}:manager eq "2"`,
        `(id eq "1" and ${ENTERPRISE}.manager.value eq "2")`,
      );
    });
    describe('a URN that is mistyped', () => {
      reads(
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department pr',
        `${ENTERPRISE}.department pr`,
      );
      reads(
        'urn:ietf:params:scim:schemas:extension:Enterprise:2.0:User.department pr',
        `${ENTERPRISE}.department pr`,
      );
      reads('urn:ietf:params:scim:schemas:core:2.0User:title pr', 'title pr');
    });
  });

  describe('by what is worked out for each resource', () => {
    reads('meta.resourceType eq "User"', 'true');
    reads('meta.resourceType eq "Group"', 'false');
    reads('meta.resourceType eq "User" and title pr', 'title pr');
    reads('meta.resourceType eq "Group" or title pr', 'title pr');
    reads('meta.location eq "https://iqm.example/scim/v2/Users/abc"', 'id eq "abc"');
    reads('meta.location eq "https://elsewhere.example/Users/abc"', 'false');
    reads('schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', 'true');
    reads(
      `schemas eq "${ENTERPRISE}" and title pr`,
      `((${['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager.value'].map((name) => `${ENTERPRISE}.${name} pr`).join(' or ')}) and title pr)`,
    );
    reads('schemas pr', 'true');
  });

  describe('of several types', () => {
    const both = { others: [GROUP] };
    reads('members pr or userName eq "a"', 'userName eq "a"', both);
    reads('members eq "x"', 'false', both);
    reads('displayName eq "x"', 'displayName eq "x"', both);
    it('still refuses what no type has', () => {
      assert.equal(refused(() => resolve('shoeSize eq "x"', both)).scimType, 'invalidFilter');
    });
  });

  describe('is refused', () => {
    const refuses = (text: string, detail: RegExp, scope?: Partial<FilterScope>) =>
      it(text.length > 70 ? `${text.slice(0, 70)}…` : text || 'where it is empty', () => {
        const error = refused(() => resolve(text, scope));
        assert.equal(error.status, 400);
        assert.equal(error.scimType, 'invalidFilter');
        assert.match(error.detail, detail);
      });
    refuses('', /nothing where the name of an attribute should be/);
    refuses('userName', /userName is followed by nothing, not by one of eq, ne/);
    refuses('userName is "a"', /userName is followed by “is”, not by one of eq/);
    refuses('userName eq', /userName eq is followed by nothing, not by a value/);
    refuses('userName eq )', /userName eq is followed by “\)”, not by a value/);
    refuses('userName eq "a" title pr', /“title” where and, or, or the end should be, at character 17/);
    refuses('userName eq "a" and', /nothing where the name of an attribute should be, at character 20/);
    refuses('(userName eq "a"', /nothing where and, or, or a closing bracket should be/);
    refuses('userName eq "a")', /“\)” where and, or, or the end/);
    refuses('userName eq "a', /character 13 has no closing quote/);
    refuses('userName eq "\\x"', /escape that JSON does not have/);
    refuses('userName eq "a\\u0000b"', /a character that no value has/);
    refuses('userName eq "\\ud800"', /a character that no value has/);
    refuses('"userName" eq "a"', /the text "userName" where the name of an attribute/);
    refuses('shoeSize eq "44"', /User has no attribute "shoeSize"/);
    refuses('password eq "secret"', /User has no attribute "password"/);
    refuses(`${FACTORY}:pin eq "1234"`, /User has no attribute/);
    refuses(`${ENTERPRISE}:shoeSize eq "44"`, /User has no attribute/);
    refuses(`${ENTERPRISE} eq "44"`, /is a schema; name one of its attributes/);
    refuses('urn:example:other:thing eq "x"', /User has no attribute "urn:example:other:thing"/);
    refuses('__proto__ eq "x"', /no attribute "__proto__"/);
    refuses('constructor pr', /no attribute "constructor"/);
    refuses('name.constructor pr', /no attribute/);
    refuses('name eq "Ann"', /name has parts; name one of them, such as name.formatted/);
    refuses('addresses eq "x"', /addresses has parts/);
    refuses('emails[shoeSize eq "x"]', /emails has no part "shoeSize"; it has value, display, type, primary/);
    refuses('emails[type eq "work"', /closing bracket/);
    refuses('emails[type[value eq "x"]]', /no other filter in brackets/);
    refuses('emails[type eq "work"]value eq "x"', /“value” where and, or, or the end/);
    refuses('emails.type[value eq "x"]', /emails.type takes no filter in brackets/);
    refuses('active eq "perhaps"', /active is true or false and cannot be compared with "perhaps"/);
    refuses('active gt true', /active is true or false, and gt does not apply to it; use eq, ne/);
    refuses('userName eq ann', /userName is text and cannot be compared with "ann"; write it in quotes/);
    refuses('userName eq 5', /write it in quotes/);
    refuses('userName eq true', /write it in quotes/);
    refuses('userName gt null', /null can be compared with eq and ne alone/);
    refuses('meta.created co "2026"', /meta.created is an instant, and co does not apply/);
    refuses(
      'meta.created gt "yesterday"',
      /meta.created is an instant and cannot be compared with "yesterday"/,
    );
    refuses(`${FACTORY}:floor eq "third"`, /is a number and cannot be compared with "third"/);
    refuses(`${FACTORY}:floor eq 1.5`, /is a number and cannot be compared/);
    refuses(`${FACTORY}:floor eq 1e999`, /is a number and cannot be compared/);
    refuses(`${FACTORY}:card gt "AA=="`, /is binary, and gt does not apply/);
    refuses('meta.version eq "x"', /meta.version cannot be filtered by/);
    refuses('meta.location co "x"', /meta.location cannot be filtered by with co/);
    refuses('members eq "x"', /User has no attribute "members"/);
    refuses('userName eq "x"', /Group has no attribute "userName"/, { type: GROUP });
    refuses(`${'('.repeat(31)}title pr${')'.repeat(31)}`, /nests deeper than 30/);
    refuses('('.repeat(16_000), /nests deeper than 30/);
    refuses(`title eq "${'x'.repeat(17_000)}"`, /longer than 16384 characters/);
    refuses(Array.from({ length: 201 }, () => 'title pr').join(' or '), /more than 200 comparisons/);

    it('at once, however long it is', () => {
      const before = process.cpuUsage();
      for (const text of ['not '.repeat(4_000), '('.repeat(16_000), '"'.repeat(16_000), 'a.'.repeat(8_000)]) {
        refused(() => resolve(text));
      }
      // Of the processor, which others may keep busy.
      assert.ok(process.cpuUsage(before).user < 1_000_000);
    });
  });
});
