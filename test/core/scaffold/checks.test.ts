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
];

/** Of other columns, with another way to be fulfilled, or with more than a class of characters. */
const LEFT: readonly (readonly [check: string, column: string])[] = [
  ['(length(login) <= 20)', 'email'],
  ['(length(login_old) <= 20)', 'login'],
  ["((kind = 'bot'::text) OR (length(login) <= 20))", 'login'],
  ["((login)::text ~ '^(a|b)+$'::text)", 'login'],
  ["((login)::text ~ '^[^@]+$'::text)", 'login'],
  ["((login)::text ~ '[a-z]'::text)", 'login'],
  ['(valid_from < valid_until)', 'valid_until'],
];

describe('checks of a table', () => {
  for (const [check, column, means] of READ) {
    it(`are read: ${check}`, () => assert.deepEqual(checkedOf([check], column), means));
  }

  for (const [check, column] of LEFT) {
    it(`are left alone for ${column}: ${check}`, () => assert.deepEqual(checkedOf([check], column), {}));
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
