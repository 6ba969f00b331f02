import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Row } from '../../support/scaffold-facts.js';
import { allProposed } from '../../support/scaffold-proposals.js';

describe('what a new account gets for a login', () => {
  const proposedFor = (login: (at: number) => string) => {
    const { proposals } = allProposed({}, (at): Row => ({ login: login(at) }));
    const value = (name: string) => proposals.find((one) => one.name === name)?.value;
    return [value('users.login-rule'), value('users.rename-on-match')];
  };

  it('is the address, and a match changes the login to it, if logins look like addresses', () => {
    assert.deepEqual(
      proposedFor((at) => `${at}@corp.example`),
      ['email', true],
    );
    assert.deepEqual(
      proposedFor((at) => (at < 3 ? `${at}@corp.example` : `p${at}`)),
      ['email', true],
    );
  });

  it('is the user name, and a match keeps the login, if none does', () => {
    assert.deepEqual(
      proposedFor((at) => `p${at}`),
      ['user-name', false],
    );
  });
});
