import { listSsoProviders, type SsoProvider } from '../../database/queries/host/host.js';
import { listTokens } from '../../database/queries/tokens.js';
import { seatPools } from '../seats.js';
import { isProviderUsable } from '../service-accounts/add.js';
import type { ServiceAccount } from '../service-accounts/service-account.js';
import { accountsOf } from './accounts.js';
import { declaredWords } from './declared.js';
import {
  type CheckFinding,
  type CheckInput,
  fail,
  type Prerequisite,
  pass,
  skipped,
  warn,
} from './prerequisite.js';
import { hashingFinding } from './token-hashing.js';

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

/** The providers that matter: those the IdPs are bound to, or all enabled ones before there is an IdP. */
async function providersOf(input: CheckInput) {
  const providers = await input.once('providers', () => input.database.read(listSsoProviders));
  const accounts = await accountsOf(input);
  const bound = accounts.map(({ name, ssoProviderId }) => ({
    name,
    provider: providers.find(({ providerId }) => providerId === ssoProviderId),
  }));
  return { usable: providers.filter(isProviderUsable), bound };
}

export const saml: Prerequisite = {
  name: 'saml',
  about: 'SAML single sign-on is enabled in the host application',
  needs: ['schema', 'host'],
  async run(input) {
    const { usable, bound } = await providersOf(input);
    const advice =
      'Enable SAML single sign-on in the host application. Provisioned users cannot sign in without it.';
    if (usable.length === 0) return fail('no SAML provider is enabled', advice);
    const broken = bound.filter(({ provider }) => !provider || !isProviderUsable(provider));
    if (broken.length === 0) {
      const named = usable.map(({ name, declared }) =>
        declared ? `${name}, ${declaredWords(declared)}` : name,
      );
      const summary = `SAML is enabled: ${named.join('; ')}`;
      return usable.some(({ declared }) => declared) ? warn(summary, DECLARED_SAML) : pass(summary);
    }
    const names = broken.map(({ name }) => name).join(', ');
    return fail(
      `the SAML provider of ${names} is no longer enabled`,
      `Enable it in the host application, or choose another with \`scimctl idp update ${broken[0]?.name} --sso-provider PROVIDER\`.`,
    );
  },
};

const DECLARED_SAML =
  'Check in the application that SAML single sign-on is still enabled, because scimctl cannot read it.';
const DECLARED_SEATS =
  'Check in the application how many users its licence allows, because scimctl cannot read it and refuses none.';

export const certificate: Prerequisite = {
  name: 'certificate',
  about: `the SAML certificate is valid for at least ${WARN_DAYS} days, if its expiry is known`,
  needs: ['schema', 'host'],
  async run(input) {
    const { usable, bound } = await providersOf(input);
    const relevant: SsoProvider[] =
      bound.length > 0 ? bound.flatMap(({ provider }) => provider ?? []) : usable;
    const known = relevant.flatMap(({ name, certificateExpiresAt }) =>
      certificateExpiresAt ? [{ name, at: certificateExpiresAt }] : [],
    );
    if (known.length === 0)
      return skipped('the host application does not report when the certificate expires');
    const first = known.reduce((a, b) => (a.at <= b.at ? a : b));
    return lasting(
      first.at,
      input.clock(),
      `the SAML certificate of ${first.name}`,
      'Renew the certificate in the IdP, then in the host application.',
    );
  },
};

/** Pass, warn or fail by how long something still lasts. */
function lasting(end: Date, now: Date, what: string, advice: string): CheckFinding {
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
  const details = { expiresAt: end };
  if (end <= now) return fail(`${what} has expired`, advice, details);
  if (days < WARN_DAYS)
    return warn(`${what} expires in ${days} day${days === 1 ? '' : 's'}`, advice, details);
  return pass(`${what} is valid for at least ${WARN_DAYS} days`, details);
}

export const seatsPrerequisite: Prerequisite = {
  name: 'seats',
  about: 'there are free licence seats, and enough for --expect-users',
  needs: ['host'],
  async run({ database, expectUsers }) {
    const pools = await database.read(seatPools);
    const free = pools.reduce((sum, pool) => sum + pool.free, 0);
    const list = pools
      .map(({ licenceType, ...pool }) =>
        [
          pool.total === Number.POSITIVE_INFINITY
            ? `${licenceType} without a limit`
            : `${licenceType} ${pool.free} of ${pool.total}`,
          ...(pool.declared ? [declaredWords(pool.declared)] : []),
        ].join(', '),
      )
      .join(', ');
    // JSON has no Infinity: no limit is null there.
    const details = { free, pools };
    const advice = 'Free some seats or buy more. Without a free seat, new users cannot be provisioned.';
    if (expectUsers !== undefined && free < expectUsers) {
      return fail(`${free} free seats for ${expectUsers} users: ${list}`, advice, details);
    }
    if (free === 0)
      return warn(`no seat is free: ${list || 'the host application has no licence pools'}`, advice, details);
    const summary =
      free === Number.POSITIVE_INFINITY ? `seats are not limited: ${list}` : `${free} free seats: ${list}`;
    const isDeclared = pools.some(({ declared }) => declared);
    return isDeclared ? warn(summary, DECLARED_SEATS, details) : pass(summary, details);
  },
};

export const tokenPrerequisite: Prerequisite = {
  name: 'token',
  about: `every enabled IdP has a token that is valid for at least ${WARN_DAYS} days`,
  needs: ['schema'],
  async run(input) {
    const accounts = await accountsOf(input);
    if (accounts.length === 0)
      return warn(
        'no IdP is enabled',
        'Add an IdP with `scimctl idp add NAME`, or enable one with `scimctl idp enable NAME`.',
      );
    const without = accounts.filter(({ tokens }) => tokens.active === 0).map(({ name }) => name);
    if (without.length > 0) {
      return fail(
        `no active token: ${without.join(', ')}`,
        `Create a token with \`scimctl token create --idp ${without[0]}\` and enter it in the IdP.`,
      );
    }
    const keys = await input.tokenKeys?.();
    const tokens = keys && (await input.database.read((session) => listTokens(session)));
    const hashed = tokens && hashingFinding(accounts, tokens, keys, input.clock());
    return worse(lastingTokens(accounts, input.clock()), hashed);
  },
};

/** The worse of two findings, the first where they are alike. */
function worse(first: CheckFinding, second: CheckFinding | undefined): CheckFinding {
  if (!second || first.status === 'fail') return first;
  return second.status === 'fail' || first.status === 'pass' ? second : first;
}

function lastingTokens(accounts: readonly ServiceAccount[], now: Date): CheckFinding {
  const ending = accounts.flatMap(({ name, tokens: { expiresAt } }) =>
    expiresAt ? [{ name, expiresAt }] : [],
  );
  const [first] = ending.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  if (!first) return pass('every enabled IdP has an active token');
  return lasting(
    first.expiresAt,
    now,
    `the token of ${first.name}`,
    `Run \`scimctl token rotate --idp ${first.name}\` and enter the new token in the IdP. Provisioning stops when the token expires.`,
  );
}
