import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkedOf, heeding } from '../../../src/core/scaffold/checks.js';

/** As PostgreSQL and SQL Server write them in their catalogues, with what they mean. */
const READ: readonly (readonly [check: string, column: string, means: object])[] = [
  ['((email)::text = lower((email)::text))', 'email', { letters: 'lower' }],
  ['(email = lower(email))', 'email', { letters: 'lower' }],
  ['([Code]=upper([Code]))', 'Code', { letters: 'upper' }],
  ['(length((login)::text) <= 20)', 'login', { maxLength: 20 }],
  ['(char_length("Login") < 21)', 'Login', { maxLength: 20 }],
  ['(len([UserName])<=(20))', 'UserName', { maxLength: 20 }],
  ["((login)::text ~ '^[a-z]+$'::text)", 'login', { allowed: 'a-z' }],
  ["((login)::text ~ '^[a-z][a-z0-9_-]{2,19}$'::text)", 'login', { allowed: 'a-za-z0-9_-', maxLength: 20 }],
  ["((login)::text ~* '^[a-z.]+$'::text)", 'login', { allowed: 'a-z.A-Z' }],
  ["(NOT [Login] like '%[^a-z0-9]%')", 'Login', { allowed: 'a-z0-9' }],
  ['((length(login) >= 3) AND (length(login) <= 40))', 'login', { maxLength: 40 }],
  [
    "((status)::text = ANY ((ARRAY['A'::character varying, 'I'::character varying])::text[]))",
    'status',
    { values: ['A', 'I'] },
  ],
  ["((role)::text = ANY (ARRAY['owner'::text, 'it''s'::text]))", 'role', { values: ['owner', "it's"] }],
  ["([Active]='N' OR [Active]='Y')", 'Active', { values: ['N', 'Y'] }],
  ['([State]=(2) OR [State]=(1))', 'State', { values: ['2', '1'] }],
  [
    "(((status)::text = ANY ((ARRAY['A'::character varying, 'or'::character varying])::text[])) OR (status IS NULL))",
    'status',
    { values: ['A', 'or'] },
  ],
  ["((kind in ('a', 'b')) AND (kind in ('b', 'c')))", 'kind', { values: ['b'] }],
  ['((length(login) <= 20) AND (length(login) <= 40))', 'login', { maxLength: 20 }],
  ["(((kind = 'bot'::text) OR (age > 1)) AND (length(login) <= 20))", 'login', { maxLength: 20 }],
  ['((project_view IS NOT NULL))', 'project_view', { required: true }],
  ['([Kind] IS NOT NULL)', 'Kind', { required: true }],
  ["([Login] NOT like '%[^a-z]%' AND len([Login])<(9))", 'Login', { allowed: 'a-z', maxLength: 8 }],
];

/** Of other columns, with another way to be fulfilled, or with more than a class of characters. */
const LEFT: readonly (readonly [check: string, column: string])[] = [
  ['(length(login) <= 20)', 'email'],
  ['((login IS NOT NULL) OR (email IS NOT NULL))', 'login'],
  ['(length(login_old) <= 20)', 'login'],
  ["((kind = 'bot'::text) OR (length(login) <= 20))", 'login'],
  ["((login)::text ~ '^(a|b)+$'::text)", 'login'],
  ["((login)::text ~ '^[^@]+$'::text)", 'login'],
  ["((login)::text ~ '[a-z]'::text)", 'login'],
  ['(valid_from < valid_until)', 'valid_until'],
  ["(NOT ((login)::text ~ '^[0-9]+$'::text))", 'login'],
  ['(NOT (char_length((login)::text) < 3))', 'login'],
  ['(NOT (len([Login])<(3)))', 'Login'],
  ["((login)::text !~ '^[0-9]+$'::text)", 'login'],
  ["(NOT (status = ANY (ARRAY['A'::text, 'B'::text])))", 'status'],
  ["([Status]<>'A' OR [Status]='B')", 'Status'],
  ["\nCASE\n    WHEN (kind = 'svc'::text) THEN (length(login) <= 8)\n    ELSE true\nEND", 'login'],
  ["(CASE WHEN kind = 'a' AND length(login) <= 8 AND x THEN true ELSE false END)", 'login'],
  ['((length(login) <= 8) = is_short)', 'login'],
  ["(((login)::text ~ '^[a-z]+$'::text) IS FALSE)", 'login'],
  ['((length(login) <= 8) IS NOT TRUE)', 'login'],
  ['(octet_length(login) <= 20)', 'login'],
  ['(datalength([Login])<=(40))', 'Login'],
  ["(note <> 'x and length(login) <= 3'::text)", 'login'],
  ['((length(login) <= 8) AND (x = 1) OR (y = 2))', 'login'],
];

/** As long as applications have them: a regular expression that tries every way to divide it would take minutes. */
const CODES = Array.from({ length: 40 }, (_, at) => 1000 + at);
const LONG: readonly (readonly [check: string, means: object])[] = [
  [`code in (${CODES.join(', ')}) or code is null`, { values: CODES.map(String) }],
  [`((code = ANY (ARRAY[${CODES.join(', ')}])) OR (other IS NULL))`, {}],
  [`(code in (${CODES.join(',')}) AND other is not null)`, { values: CODES.map(String) }],
  [`(code in (${CODES.map((one) => `'${one}'`).join(',')}, other))`, {}],
  [`(${CODES.map((one) => `[code]=(${one})`).join(' OR ')} OR [other]=(1))`, {}],
  [`(code ~ '^${'[a-z]'.repeat(40)}(x|y)$')`, {}],
  [`${'('.repeat(60)}code > 1${')'.repeat(60)}`, {}],
  [`(code = ${' '.repeat(2_000)}other)`, {}],
];

describe('checks of a table', () => {
  for (const [check, column, means] of READ) {
    it(`are read: ${check}`, () => assert.deepEqual(checkedOf([check], column), means));
  }

  for (const [check, column] of LEFT) {
    it(`are left alone for ${column}: ${check}`, () => assert.deepEqual(checkedOf([check], column), {}));
  }

  for (const [check, means] of LONG) {
    it(`are read at once: ${check.slice(0, 30)} … ${check.slice(-30)}`, () => {
      const from = performance.now();
      assert.deepEqual(checkedOf([check], 'code'), means);
      assert.ok(performance.now() - from < 500);
    });
  }

  it('say what a field gets: the shorter length, small letters, and what it may have before them', () => {
    const field = { read: { column: 'login' }, maxLength: 60 };
    assert.deepEqual(heeding(field, 'login', { letters: 'lower', maxLength: 20, allowed: 'a-z.' }), {
      read: { column: 'login' },
      write: { lower: { field: 'login' } },
      maxLength: 20,
      allowed: 'A-Za-z.',
    });
  });
});
