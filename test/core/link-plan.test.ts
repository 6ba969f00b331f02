import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planLink, type WantedLink } from '../../src/core/users/link-plan.js';
import type { AccountLinkRow } from '../../src/database/queries/links/account-links.js';
import { Problem } from '../../src/problem.js';

const WANTED: WantedLink = {
  idpId: 'e',
  idp: 'entra',
  externalId: 'object-1',
  userName: null,
  hostUserId: '7',
  loginName: 'anna',
};

let count = 0;
const row = (more: Partial<AccountLinkRow> = {}): AccountLinkRow => ({
  identityId: `link-${++count}`,
  serviceAccountId: 'e',
  idp: 'entra',
  userName: 'anna@contoso.example',
  externalId: 'object-1',
  accountExternalId: 'object-1',
  knownSubject: null,
  knownExternalId: null,
  hostUserId: '7',
  isInForce: true,
  deprovisionedAt: null,
  reason: null,
  awaitsIdp: false,
  isVisible: true,
  isSuperseded: false,
  loginName: 'anna',
  agrees: true,
  ...more,
});
const ended = { isInForce: false, deprovisionedAt: new Date(0), reason: 'disabled' } as const;
const elsewhere = { hostUserId: '9', loginName: 'other' };
const goneElsewhere = { hostUserId: '9', loginName: null };
const doubtful = { agrees: false };

/** What the plan is, by the numbers of the links. */
function told(links: AccountLinkRow[], wanted: Partial<WantedLink> = {}): string {
  try {
    const { link, isThere, staysEnded, unlinked, superseded } = planLink(links, { ...WANTED, ...wanted });
    const at = (one: AccountLinkRow) => links.indexOf(one);
    const words = [
      link ? `${isThere ? 'is' : 'takes'} ${at(link)}` : 'new',
      staysEnded && 'stays ended',
      unlinked.length > 0 && `unlinks ${unlinked.map(at)}`,
      superseded.length > 0 && `supersedes ${superseded.map(at)}`,
    ];
    return words.filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('a link by hand', () => {
  const byName = { externalId: null, userName: 'Anna@Contoso.example' };
  const cases: [string, AccountLinkRow[], Partial<WantedLink>, string][] = [
    ['a user whom the IdP never had', [], {}, 'new'],
    ['what is so already', [row()], {}, 'is 0'],
    ['what is so already, by user name', [row()], byName, 'is 0'],
    [
      'an account that another IdP manages',
      [row({ serviceAccountId: 'o', idp: 'okta' })],
      {},
      'user-claimed',
    ],
    [
      'an account that the IdP manages for another user',
      [row({ externalId: 'object-2' })],
      {},
      'user-claimed',
    ],
    ['a user who has another account', [row(elsewhere)], {}, 'user-exists'],
    ['a user who has another account, by user name', [row(elsewhere)], byName, 'user-exists'],
    [
      'a link made by hand that was wrong about the account',
      [row({ ...elsewhere, awaitsIdp: true })],
      {},
      'takes 0',
    ],
    [
      'a link made by hand that was wrong about the user',
      [row({ externalId: 'object-2', awaitsIdp: true })],
      {},
      'new, unlinks 0',
    ],
    [
      'a link made by hand that was wrong about the IdP',
      [row({ serviceAccountId: 'o', idp: 'okta', awaitsIdp: true })],
      {},
      'new, unlinks 0',
    ],
    ['the doubtful link of this user', [row(doubtful)], {}, 'takes 0'],
    ['the doubtful link of this user, by user name', [row(doubtful)], byName, 'takes 0'],
    [
      'the doubtful link of another user',
      [row({ ...doubtful, externalId: 'object-2' })],
      {},
      'new, unlinks 0',
    ],
    [
      'doubtful links of others, in force and ended',
      [
        row({ ...doubtful, serviceAccountId: 'o' }),
        row({ ...doubtful, ...ended, externalId: 'object-3' }),
        row({ ...ended, serviceAccountId: 'o' }),
      ],
      {},
      'new, unlinks 0,1',
    ],
    ['a user whose account was reused by another', [row({ ...elsewhere, ...doubtful })], {}, 'takes 0'],
    ['a user whose account is gone', [row(goneElsewhere)], {}, 'takes 0'],
    ['a user who has left', [row(ended)], {}, 'is 0, stays ended'],
    ['a user who was deleted', [row({ ...ended, isVisible: false })], {}, 'is 0, stays ended'],
    ['a user who has left, by user name', [row(ended)], byName, 'is 0, stays ended'],
    ['a user who has left a doubtful account', [row({ ...ended, ...doubtful })], {}, 'takes 0, stays ended'],
    [
      'a user who has left, and whose external id is said now',
      [row({ ...ended, externalId: null })],
      { userName: 'anna@contoso.example' },
      'takes 0, stays ended',
    ],
    [
      'a user who has left, beside a doubtful link of another',
      [row(ended), row({ ...doubtful, serviceAccountId: 'o' })],
      {},
      'takes 0, stays ended, unlinks 1',
    ],
    [
      'a user who has left, and whose user name another object has had since',
      [
        row({ ...ended, isVisible: false, isSuperseded: true }),
        row({ ...ended, ...elsewhere, externalId: 'object-2' }),
      ],
      {},
      'takes 0, stays ended, supersedes 1',
    ],
    [
      'a user who has left another account, which is gone',
      [row({ ...ended, ...goneElsewhere })],
      {},
      'takes 0',
    ],
    [
      'a user who has left another account, which is there',
      [row({ ...ended, ...elsewhere })],
      {},
      'new, supersedes 0',
    ],
    [
      'a deleted user of the same user name, whose account is gone: perhaps another person',
      [row({ ...ended, ...goneElsewhere, isVisible: false })],
      byName,
      'new',
    ],
    [
      'a user name that the IdP has given to another object',
      [row({ ...ended, ...elsewhere, externalId: 'object-2' })],
      { userName: 'anna@contoso.example' },
      'new, supersedes 0',
    ],
    [
      'a user name that another user of the IdP has now',
      [row({ ...elsewhere, externalId: 'object-2' })],
      { userName: 'anna@contoso.example' },
      'user-exists',
    ],
    [
      'a login name that another user of the IdP has as user name',
      [row({ ...elsewhere, externalId: 'object-2', userName: 'ANNA' })],
      {},
      'user-exists',
    ],
  ];
  for (const [what, links, wanted, plan] of cases) {
    it(`${what}: ${plan}`, () => {
      assert.equal(told(links, wanted), plan);
    });
  }
});
