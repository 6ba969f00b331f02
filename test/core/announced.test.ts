import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Announced, isWorthKnowing } from '../../src/core/preflight/announced.js';

describe('what an administrator should know of an account before the first sync', () => {
  const isTold = (changes: Announced['changes'], becomesPending = false) =>
    isWorthKnowing({ changes, becomesPending });

  it('is another login name, another state and the pending list', () => {
    assert.deepEqual(
      [
        isTold({ loginName: ['lars', 'lars@contoso.example'] }),
        isTold({ enabled: [false, true] }),
        isTold({ enabled: [true, false] }),
        isTold({}, true),
      ],
      [true, true, true, true],
    );
  });

  for (const field of ['licenceType', 'ssoProviderId', 'ssoSubject', 'externalId'] as const) {
    it(`is another ${field}, and not the first one`, () => {
      assert.deepEqual(
        [isTold({ [field]: ['old', 'new'] }), isTold({ [field]: [null, 'new'] })],
        [true, false],
      );
    });
  }

  it('is not a name or an address', () => {
    for (const field of ['email', 'displayName', 'givenName', 'familyName'])
      assert.equal(isTold({ [field]: ['old', 'new'] }), false, field);
  });
});
