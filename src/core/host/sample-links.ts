import { isFault } from '../../database/faults/fault.js';
import { insertIdentity } from '../../database/queries/links/identities.js';
import { hostUserIdsByLogin, linkedHostUserIds } from '../../database/queries/links/links.js';
import type { DeprovisionReason } from '../../words/link.js';
import { change } from '../audit/change.js';
import type { Core } from '../core.js';
import { toStored } from '../provisioning/stored-attributes.js';
import type { ServiceAccount } from '../service-accounts/service-account.js';
import { randomUuid } from '../uuid.js';

/** A user of the reference host application whom a sample IdP has provisioned, and perhaps deprovisioned. */
interface SampleLink {
  login: string;
  idp: 'entra' | 'okta';
  externalId: string;
  left?: { reason: DeprovisionReason; daysAgo: number };
}

/** Sergej, Layla and Minsu are pending; Peter, whose account was disabled long ago, is not. */
const LINKS: readonly SampleLink[] = [
  { login: 'anna.schmidt@contoso.example', idp: 'entra', externalId: '3b7f6c1e-84a2-4d0f-9a51-c2e07d9b1f30' },
  { login: 'maria.rossi@contoso.example', idp: 'entra', externalId: '5e2a90c4-1d3b-4f7e-8c66-0b9f4a7d2e15' },
  { login: 'zoe.mueller@contoso.example', idp: 'entra', externalId: '9c4d2b7a-6f10-4e8d-b3a5-7e1c0f5d8b42' },
  {
    login: 'sergej.ivanov@contoso.example',
    idp: 'entra',
    externalId: 'b81e5d3f-2a7c-4960-8f1d-6c3e9a0b7d54',
    left: { reason: 'deleted', daysAgo: 45 },
  },
  {
    login: 'layla.haddad@contoso.example',
    idp: 'entra',
    externalId: 'd6f3a8e2-7b59-4c1e-9d08-2f4b6c8e1a73',
    left: { reason: 'disabled', daysAgo: 12 },
  },
  {
    login: 'peter.vogel@contoso.example',
    idp: 'entra',
    externalId: 'e90b7c5d-3f84-4a26-b7e1-5d8a2c4f6b91',
    left: { reason: 'disabled', daysAgo: 60 },
  },
  { login: 'yamada.hanako@contoso.example', idp: 'okta', externalId: '00u1k4x7qzR8TmWp5697' },
  { login: 'robin.lindqvist@contoso.example', idp: 'okta', externalId: '00u1k4x9bnV2LcHs5697' },
  {
    login: 'kim.minsu@contoso.example',
    idp: 'okta',
    externalId: '00u1k4xc3jD6YgFa5697',
    left: { reason: 'disabled', daysAgo: 3 },
  },
];

export const SAMPLE_IDPS = ['entra', 'okta'] as const;

/** The id of the enabled SAML provider in the reference host application. */
export const SAMPLE_SSO_PROVIDER = 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55';

const NOTHING_SAID = { attributes: {}, displayName: null, givenName: null, familyName: null };

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Links the sample users to the service accounts, each with its event. A host user who was ever linked is
 * left alone, whatever has become of the link.
 * @returns how many were linked now.
 */
export async function linkSampleUsers(core: Core, accounts: readonly ServiceAccount[]): Promise<number> {
  const { hostUserIds, linked } = await core.database.read(async (session) => ({
    hostUserIds: await hostUserIdsByLogin(session),
    linked: await linkedHostUserIds(session),
  }));
  let count = 0;
  for (const sample of LINKS) {
    const hostUserId = hostUserIds.get(sample.login);
    const account = accounts.find(({ name }) => name === sample.idp);
    if (!account || hostUserId === undefined || linked.has(hostUserId)) continue;
    if (await link(core, account, sample, hostUserId)) count++;
  }
  return count;
}

async function link(core: Core, account: ServiceAccount, sample: SampleLink, hostUserId: string) {
  const { login, externalId, left } = sample;
  const now = core.clock().getTime();
  // Some hours more, so that it is the same number of whole days all day long.
  const leftAt = left ? new Date(now - left.daysAgo * DAY_MS - HOUR_MS) : null;
  const linkedAt = new Date(now - 90 * DAY_MS);
  const identityId = randomUuid(core.random);
  const intent = {
    action: left ? 'user.deprovision' : 'user.link',
    target: { type: 'user', id: hostUserId, name: login },
  };
  const details = { sample: true, idp: account.name, ...(left && { reason: left.reason, since: leftAt }) };
  try {
    await change(core, intent, async (session) => {
      await insertIdentity(session, {
        identityId,
        serviceAccountId: account.id,
        externalId,
        userName: login,
        hostUserId,
        createdAt: linkedAt,
        updatedAt: leftAt ?? linkedAt,
        deprovisionedAt: leftAt,
        deprovisionReason: left?.reason ?? null,
        // As the IdP would have said it, and as the account was read.
        attributes: toStored({ ...NOTHING_SAID, email: login }),
        accountLogin: login,
        accountEmail: login,
        accountExternalId: externalId,
      });
      return { result: undefined, details };
    });
    return true;
  } catch (error) {
    // Somebody else was quicker.
    if (isFault(error, 'unique-violation')) return false;
    throw error;
  }
}
