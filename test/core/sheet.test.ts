import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setUpSheet } from '../../src/core/service-accounts/sheet.js';

type Account = Parameters<typeof setUpSheet>[0];

const BASE = 'https://iqm.example.com/provisioning';

/** All of a sheet, a line each. */
const linesOf = (account: Account, baseUrl?: string): string =>
  setUpSheet(account, { baseUrl })
    .steps.flatMap(({ title, lines }) => [title, ...lines])
    .join('\n');

describe('the set-up sheet', () => {
  for (const kind of ['entra', 'okta', 'generic'] as const) {
    it(`of ${kind} has the address and where the token comes from, and never asks to paste one into a command`, () => {
      const text = linesOf({ name: 'idp-1', kind }, BASE);

      assert.ok(text.includes('https://iqm.example.com/provisioning/scim/v2\n'));
      assert.ok(text.includes('scimctl token create --idp idp-1 -q'));
      assert.ok(text.includes('scimctl token rotate --idp idp-1'));
      assert.doesNotMatch(text, /credentials grant|Basic Auth|HTTP basic/);
    });

    it(`of ${kind} says what becomes of leavers, by the policy`, () => {
      const manual = linesOf({ name: 'x', kind, deprovisionPolicy: 'manual' });
      const disable = linesOf({ name: 'x', kind, deprovisionPolicy: 'disable' });

      assert.match(manual, /stay enabled .* scimctl users pending --idp x/);
      assert.match(disable, /are disabled in the application immediately/);
      assert.doesNotMatch(disable, /users pending/);
    });
  }

  it('of Entra maps objectId to externalId and matches by it first, and drops what is not used', () => {
    const text = linesOf({ name: 'entra', kind: 'entra' }, BASE);

    assert.match(text, /externalId: source attribute objectId \(the default, mailNickname,/);
    assert.match(text, /externalId: .* matching precedence 1\./);
    assert.match(text, /userName .* matching precedence 2\./);
    assert.match(text, /Delete: .*manager/);
  });

  it('has OAuth where the service account allows it and the IdP can', () => {
    const authentication = ['bearer', 'oauth'] as const;
    const [entra, okta, other] = (['entra', 'okta', 'generic'] as const).map((kind) =>
      linesOf({ name: 'idp-1', kind, authentication: [...authentication] }, BASE),
    );

    for (const text of [entra, other]) {
      assert.match(text ?? '', /https:\/\/iqm\.example\.com\/provisioning\/oauth\/token/);
      assert.match(text ?? '', /Client (Identifier|id): +idp-1/);
      assert.match(text ?? '', /Client [Ss]ecret: +the output of: scimctl token create/);
    }
    assert.match(okta ?? '', /authorization code grant, which the endpoint does not support/);
    assert.doesNotMatch(okta ?? '', /oauth\/token/);
  });

  it('has basic where the service account allows it and the IdP can', () => {
    const authentication = ['bearer', 'basic'] as const;
    const [entra, okta, other] = (['entra', 'okta', 'generic'] as const).map((kind) =>
      linesOf({ name: 'idp-1', kind, authentication: [...authentication] }, BASE),
    );

    assert.match(entra ?? '', /Entra does not support HTTP basic/);
    for (const text of [okta, other]) assert.match(text ?? '', /User ?name: +idp-1/i);
  });

  it('is about the token that was just created, and says until when it is valid', () => {
    const token = { id: 'TNOxQl1GUaFq', expiresAt: new Date('2027-11-28T22:30:55Z') };
    for (const kind of ['entra', 'okta', 'generic'] as const) {
      const sheet = (more: object) =>
        JSON.stringify(setUpSheet({ name: 'x', kind, authentication: ['bearer', 'oauth', 'basic'] }, more));

      const shown = sheet({ token });
      assert.match(shown, /token TNOxQl1GUaFq, as shown above; valid until 2027-11-28 22:30 UTC/);
      assert.match(shown, /Before the token expires on 2027-11-28 22:30 UTC, run: scimctl token rotate/);
      assert.doesNotMatch(shown, /token create/);
      assert.match(sheet({ token: { ...token, file: 'x.token' } }), /in the file x\.token; valid until/);
      assert.match(sheet({ token: { ...token, expiresAt: null } }), /as shown above; never expires/);
    }
  });

  it('takes a base URL however it is written', () => {
    for (const base of ['https://h', 'https://h/', 'https://h/scim/v2', 'https://h/scim/v2/']) {
      assert.equal(
        setUpSheet({ name: 'x', kind: 'entra' }, { baseUrl: base }).tenantUrl,
        'https://h/scim/v2',
      );
    }
    assert.equal(setUpSheet({ name: 'x', kind: 'entra' }).tenantUrl, 'https://YOUR-HOST/scim/v2');
  });
});
