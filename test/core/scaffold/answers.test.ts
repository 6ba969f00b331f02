import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../../src/cli/nearest.js';
import { answerOf, parseAnswer } from '../../../src/core/scaffold/answers.js';
import { askedFor, type Proposal } from '../../../src/core/scaffold/proposal.js';
import { problemOf } from '../../support/running/problem.js';
import { tableFacts } from '../../support/scaffold-facts.js';

const users = tableFacts('public.Users', {
  Id: 'integer key identity',
  'user.name': 'text(40)',
  Mail: 'text(99)',
});
const providers: Proposal = askedFor(
  'providers',
  'Which?',
  null,
  [{ value: 'declared:SAML', evidence: '' }],
  '',
);
const known = { facts: { tables: [users], unseen: [] }, users, proposals: [providers], nearest };

const value = (text: string) => answerOf(parseAnswer(text), known);

describe('an answer', () => {
  for (const [given, expected] of [
    ['users.table=public.Users', { name: 'users.table', value: 'public.Users' }],
    ['users.table=PUBLIC.users', { name: 'users.table', value: 'public.Users' }],
    ['users.where=all', { name: 'users.where', value: 'all' }],
    ['users.email=mail', { name: 'users.email', value: { read: { column: 'Mail' } } }],
    ['users.email=none', { name: 'users.email', value: null }],
    ['users.rename-on-match=no', { name: 'users.rename-on-match', value: false }],
    ['users.create=enable-only', { name: 'users.create', value: 'enable-only' }],
    ['providers=declared:Entra = main', { name: 'providers', value: 'declared:Entra = main' }],
    ['seats=none', { name: 'seats', value: 'none' }],
    [
      'users.where={"column":"mail","null":false}',
      { name: 'users.where', value: { column: 'Mail', null: false } },
    ],
    [
      'insert.public.users."user.name"={"constant":"a=b"}',
      { name: 'insert.public.Users."user.name"', value: { constant: 'a=b' } },
    ],
  ] as const) {
    it(`is understood: ${given}`, () => assert.deepEqual(value(given), expected));
  }

  for (const [given, code, said] of [
    ['users.login', 'answer-invalid', /NAME=VALUE/],
    ['users.logn=a', 'answer-unknown', /users\.login/],
    ['insert.public.Users.Mai={"constant":1}', 'answer-unknown', /Mail/],
    ['member.public.Usres=none', 'answer-unknown', /public\.Users/],
    ['users.login-rule=mail', 'answer-invalid', /./],
    ['users.where=Mail is not null', 'answer-invalid', /./],
    ['users.where={"column":"Mail","isNull":true}', 'answer-invalid', /isNull|where/],
    ['users.login=nosuch', 'answer-invalid', /./],
  ] as const) {
    it(`is refused: ${given}`, async () => {
      const problem = await problemOf((async () => value(given))());
      assert.deepEqual([problem.kind, problem.code], ['usage', code]);
      assert.match(`${problem.message} ${problem.hint}`, said);
    });
  }
});
