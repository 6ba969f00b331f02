import { addressFor, type Step } from './people-steps.js';

/** What an IdP says of somebody, of whom it knows little more than the address. */
const user = (name: string, more: Partial<(Step & { do: 'post' })['user']> = {}) => ({
  ...{ userName: addressFor(name), externalId: `id-${name}`, email: addressFor(name) },
  ...{ display: null, given: null, family: null, ...more },
});
const post = (name: string, more: Partial<ReturnType<typeof user>> = {}, active = true): Step => ({
  ...{ do: 'post', idp: 0, user: user(name, more), active },
});
const put = (of: number, name: string, more: Partial<ReturnType<typeof user>>, active?: boolean): Step => ({
  ...{ do: 'put', idp: 0, of, user: user(name, more), ...(active !== undefined && { active }) },
});
const patch = (of: number, wish: (Step & { do: 'patch' })['wish']): Step => ({
  ...{ do: 'patch', idp: 0, of, style: 'entra', wish, unknownPath: false },
});

/** Sequences of steps in which product and model have disagreed once, shortened. */
export const KNOWN: Record<string, readonly Step[]> = {
  'a link whose external id was changed while it had ended is not brought back by POST for another person': [
    ...[post('ann'), patch(0, { active: false }), patch(0, { externalId: 'id-bob' })],
    ...[post('bob'), post('ann')],
  ],
  'nor after it was deleted and made anew as inactive, without an external id': [
    ...[post('ann'), { do: 'delete', idp: 0, of: 0 } as const, post('ann', { externalId: null }, false)],
    patch(0, { active: true, externalId: 'id-bob', userName: addressFor('bob'), email: addressFor('bob') }),
  ],
  'a user name that is used again is another person’s, though the former one has given up the external id': [
    ...[post('ann'), { do: 'delete', idp: 0, of: 0 } as const, post('bob')],
    ...[patch(1, { externalId: 'id-ann' }), post('ann', { externalId: 'id-ann-2' })],
  ],
  'the former person is kept on record under the external id that was theirs': [
    ...[post('ann'), put(0, 'bob', {}, false), patch(0, { active: true }), post('ann')],
  ],
  'what the limit held back stays held back for the former person': [
    { do: 'idp update', idp: 0, change: { policy: 'disable' } },
    { do: 'idp update', idp: 0, change: { limit: { max: 0, windowMs: 3_600_000, percent: null } } },
    ...[post('ann'), patch(0, { active: false }), put(0, 'bob', {}, true), post('cyd')],
    ...[{ do: 'idp release', idp: 0 } as const, patch(1, { active: false })],
  ],
  'a release notes the accounts that it disables as they were read': [
    { do: 'idp update', idp: 0, change: { policy: 'disable' } },
    { do: 'idp update', idp: 0, change: { limit: { max: 0, windowMs: 3_600_000, percent: null } } },
    ...[
      post('ann'),
      patch(0, { active: false }),
      { do: 'host', what: 'login', of: 0, value: 'ann.hand' } as const,
    ],
    ...[
      { do: 'idp release', idp: 0 } as const,
      { do: 'host', what: 'email', of: 0, value: 'hand@x.example' } as const,
    ],
  ],
  'a departure that is said again is not refused for what else it says': [
    ...[post('ann'), post('bob'), put(0, 'bob', {}, false), put(0, 'bob', {}, false)],
  ],
  'a departure notes the account as it was read': [
    ...[post('ann'), { do: 'host', what: 'login', of: 0, value: 'ann.hand' } as const],
    ...[patch(0, { active: false }), { do: 'host', what: 'email', of: 0, value: 'hand@x.example' } as const],
  ],
  'a departure whose account the host application leaves enabled is one event': [
    ...[post('ann'), post('bob'), { do: 'quirk', quirk: 'ignoresEnabled', on: true } as const],
    { do: 'idp update', idp: 0, change: { policy: 'disable' } },
    ...[patch(0, { active: false }), { do: 'delete', idp: 0, of: 1 } as const],
  ],
  'a PUT that has never said a display name has it follow the parts of the name': [
    ...[post('ann', { given: 'G1' }), put(0, 'ann', { given: 'G2', family: 'F2' })],
  ],
  'a PUT that says the display name which the account shows keeps it, whatever the parts': [
    ...[post('ann', { given: 'G1' }), put(0, 'ann', { display: 'G1', given: 'G2' })],
  ],
  'what the IdP says is kept though the account has it already, and comes back with the link': [
    ...[post('ann'), { do: 'host', what: 'email', of: 0, value: addressFor('bob') } as const],
    ...[patch(0, { email: addressFor('bob') }), patch(0, { active: false }), patch(0, { active: true })],
  ],
  'what a PUT leaves out is taken away though the account does not have it': [
    ...[post('ann'), { do: 'quirk', quirk: 'ignoresNames', on: true } as const],
    ...[patch(0, { family: 'F1' }), put(0, 'ann', {}, false)],
  ],
  'an account that belongs to nobody leaves the external id to the user whom the IdP makes anew': [
    ...[post('ann'), { do: 'host', what: 'replace', of: 0, login: 'bob.new@x.example' } as const],
    ...[{ do: 'users link none', of: 0 } as const, post('ann')],
  ],
  'a user who is made anew as inactive through a doubtful link does not get the account': [
    ...[post('ann'), { do: 'delete', idp: 0, of: 0 } as const],
    { do: 'host', what: 'replace', of: 0, login: 'bob.new@x.example' },
    ...[post('ann', {}, false), patch(0, { active: true })],
  ],
  'a link made by hand is inactive until the IdP lets its user in, whatever else it says': [
    { do: 'host', what: 'insert', login: 'ann', email: null, enabled: false, seat: null },
    { do: 'users link', idp: 0, of: 0, externalId: 'id-ann' },
    ...[patch(0, { display: 'Ann' }), patch(0, { active: true })],
  ],
  'a link whose account is gone comes back by POST to the account that the address means': [
    ...[post('ann'), { do: 'host', what: 'delete', of: 0 } as const, patch(0, { active: false })],
    { do: 'host', what: 'insert', login: addressFor('ann'), email: null, enabled: true, seat: null },
    ...[post('ann'), patch(0, { display: 'Ann' })],
  ],
  'a link without an external id is not brought back for another person who has one': [
    ...[post('ann', { externalId: null }), patch(0, { active: false })],
    patch(0, { externalId: 'id-bob', email: addressFor('bob'), active: true }),
  ],
  'nor for one who has none any more': [
    ...[post('ann'), patch(0, { active: false }), patch(0, { externalId: null })],
    patch(0, { email: addressFor('bob'), active: true }),
  ],
  'a disabled account that the IdP never had in force is not let in by way of an inactive user': [
    { do: 'host', what: 'insert', login: addressFor('ann'), email: null, enabled: false, seat: null },
    { do: 'idp update', idp: 0, change: { adoptsDisabled: false } },
    ...[post('ann', {}, false), patch(0, { active: true }), post('ann')],
    ...[{ do: 'delete', idp: 0, of: 0 } as const, post('ann', { externalId: 'id-other' })],
  ],
  'what another IdP has renamed is no doubt of the first': [
    ...[post('ann'), patch(0, { active: false })],
    { do: 'post', idp: 1, user: user('ann'), active: true },
    { do: 'patch', idp: 1, of: 0, style: 'okta', wish: { email: addressFor('bob') }, unknownPath: false },
    { do: 'patch', idp: 1, of: 0, style: 'okta', wish: { active: false }, unknownPath: false },
    patch(0, { active: true }),
  ],
  'the former person is kept without the external id that came after them': [
    post('ann', { externalId: null }),
    put(0, 'bob', { email: null }, false),
    put(0, 'bob', { externalId: null }, true),
  ],
  'a user who comes inactive to a link made by hand, whose account is doubtful by now, is matched and not created':
    [
      ...[post('ann'), patch(0, { active: false })],
      { do: 'users link', idp: 0, of: 0, externalId: 'id-cyd' },
      { do: 'host', what: 'replace', of: 0, login: addressFor('eve') },
      post('cyd', {}, false),
    ],
  'a user who comes to a link made by hand, whose account is gone, is matched where the address is that of another':
    [
      { do: 'host', what: 'insert', login: 'ann', email: null, enabled: true, seat: null },
      { do: 'users link', idp: 0, of: 0, externalId: 'id-bob' },
      { do: 'host', what: 'delete', of: 0 },
      { do: 'host', what: 'insert', login: addressFor('bob'), email: null, enabled: true, seat: null },
      post('bob'),
    ],
  'a user whose user name is the login that another user has got gets a number': [
    { do: 'host mark', rule: 'local-part', renamesOnMatch: false },
    post('cyd', { userName: addressFor('cyd').toUpperCase(), externalId: 'id-cyd-2', email: null }),
    post('cyd', { userName: 'cyd' }),
  ],
  'a mark that is left of an IdP that was removed ends by the names of the account alone': [
    ...[post('cyd', { externalId: 'id-ann' }), { do: 'users reconcile', idp: 0, list: [] } as const],
    { do: 'idp renew', idp: 0 },
    {
      ...{ do: 'users reconcile', idp: 0 },
      list: [{ userName: addressFor('ann'), externalId: 'id-ann', email: addressFor('ann'), active: true }],
    },
  ],
  'a release disables no account that may be another person’s by now': [
    {
      do: 'idp update',
      idp: 0,
      change: { policy: 'disable', limit: { max: 0, windowMs: 3_600_000, percent: null } },
    },
    ...[post('ann'), patch(0, { active: false })],
    { do: 'host', what: 'replace', of: 0, login: addressFor('eve') },
    { do: 'idp release', idp: 0 },
  ],
  'a login that may be the same user’s is refused whether a seat is free or not': [
    { do: 'host mark', rule: 'local-part', renamesOnMatch: true },
    ...[post('cyd', { email: null }), { do: 'seats', total: 0 } as const],
    ...[put(0, 'eve', { email: null }, false), post('cyd')],
  ],
  'an account is remembered as it was read, though the host application then ignores that it is disabled': [
    { do: 'idp update', idp: 0, change: { policy: 'disable' } },
    ...[post('ann'), post('bob'), { do: 'quirk', quirk: 'ignoresEnabled', on: true } as const],
    { do: 'host', what: 'email', of: 0, value: addressFor('ann.hand') },
    { do: 'host', what: 'email', of: 1, value: addressFor('bob.hand') },
    ...[{ do: 'delete', idp: 0, of: 0 } as const, patch(1, { active: false })],
  ],
  'the mark of a former person is not taken for one of the person who has the account now': [
    { do: 'host', what: 'insert', login: addressFor('cyd'), email: null, enabled: true, seat: null },
    ...[{ do: 'users reconcile', idp: 0, list: [] } as const, post('cyd', { email: null })],
    { do: 'host', what: 'replace', of: 0, login: addressFor('cyd.new') },
    ...[{ do: 'idp renew', idp: 0 } as const, { do: 'users reconcile', idp: 0, list: [] } as const],
  ],
};
