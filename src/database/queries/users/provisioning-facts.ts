import type { Session } from '../../database.js';
import { gathering } from '../../pool/gathering.js';
import { anyOf, bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type HostUserShape, hasText, isHostUser, portableHostColumns } from '../host/host-user-shape.js';
import { agrees } from '../links/agreement.js';
import { isSaidByIdp } from '../links/identities.js';
import { ownTable, selectRows } from '../rows.js';
import { spellingsOf } from '../spaced-names.js';
import { type Facts, type FactsQuery, type FactsRow, toFacts } from './facts.js';

/** All that a provisioning is decided by, in one round trip. */
export async function provisioningFacts(
  session: Session,
  shape: HostUserShape,
  query: FactsQuery,
): Promise<Facts> {
  const { serviceAccountId, names } = query;
  const spellings = names ? await spellingsOf(session, serviceAccountId, names.userName) : [];
  const row =
    session.shared && isOfNewUser(query) && spellings.length === 1
      ? await session.memory.once(session, 'facts', () => severalFacts(session, shape))(query)
      : await rowOfFacts(session, shape, query, spellings);
  return toFacts(row);
}

async function rowOfFacts(
  session: Session,
  shape: HostUserShape,
  query: FactsQuery,
  spellings: readonly string[],
): Promise<FactsRow> {
  const { names, addresses = [], linkedBy, access = false, seats = false, departures } = query;
  const account = bound(query.serviceAccountId);
  const parts: Record<string, Fragment> = {
    ...(names && {
      known: knownAs(
        session,
        account,
        spellings.map((name) => bound(name)),
        names.externalId === null ? null : bound(names.externalId),
      ),
    }),
    ...(addresses.length > 0 && { candidates: withAddress(session, shape, addresses) }),
    ...(linkedBy !== undefined && { linked: linkedTo(session, shape, linkedBy) }),
    ...(access && accessFacts(session, account)),
    ...(seats && { pools: seatFacts(session) }),
    ...(departures && departureFacts(session, query.serviceAccountId, departures)),
  };
  const [row = {}] = await selectRows<FactsRow>(session, sql`select ${columnsOf(parts)}`);
  return row;
}

const columnsOf = (parts: Readonly<Record<string, Fragment>>): Fragment =>
  joined(
    Object.entries(parts).map(([name, part]) => sql`${part} as ${raw(name)}`),
    ',\n',
  );

/** What a new user has to be decided by, with one address, and nothing that is asked once for all. */
type OfNewUser = FactsQuery & { names: NonNullable<FactsQuery['names']>; addresses: readonly [string] };

const isOfNewUser = ({ names, addresses, linkedBy, access, seats }: FactsQuery): boolean =>
  names !== undefined && addresses?.length === 1 && linkedBy === undefined && access === true && !seats;

/** Asks what is asked in one turn by one statement, where the engine can. */
const severalFacts = (session: Session, shape: HostUserShape): ((query: FactsQuery) => Promise<FactsRow>) =>
  gathering(async (queries) => {
    const { lists } = session.dialect;
    if (!lists || queries.length === 1) {
      return Promise.all(
        queries.map((query) => rowOfFacts(session, shape, query, [query.names?.userName ?? ''])),
      );
    }
    const all = queries as readonly OfNewUser[];
    const source = lists({
      account: { type: 'uuid', values: all.map(({ serviceAccountId }) => serviceAccountId) },
      user_name: { type: 'text', values: all.map(({ names }) => names.userName) },
      external_id: { type: 'text', values: all.map(({ names }) => names.externalId) },
      address: { type: 'text', values: all.map(({ addresses: [address] }) => address) },
    });
    const account = raw('w.account');
    const parts = {
      known: knownAs(session, account, [raw('w.user_name')], raw('w.external_id')),
      candidates: withAddress(session, shape, [raw('w.address')]),
      ...accessFacts(session, account),
    };
    return selectRows<FactsRow>(session, sql`select ${columnsOf(parts)} from ${source} order by w.n`);
  });

function knownAs(
  session: Session,
  account: Fragment,
  userNames: readonly Fragment[],
  externalId: Fragment | null,
): Fragment {
  const { search } = session.dialect;
  const byUserName = userNames.map(
    (name) => sql`${search.ownFolded('k.user_name')} = ${search.folded(name)}`,
  );
  const byExternalId = externalId !== null ? [sql`k.external_id = ${externalId}`] : [];
  return jsonRows(
    session,
    {
      id: 'k.identity_id',
      externalId: 'k.external_id',
      userName: 'k.user_name',
      hostUserId: 'k.host_user_id',
      createdAt: 'k.created_at',
      reason: 'k.deprovision_reason',
      supersededAt: 'k.superseded_at',
      awaits: 'k.awaits_idp',
      accountLogin: 'k.account_login',
      accountEmail: 'k.account_email',
      accountExternalId: 'k.account_external_id',
      knownSubject: 'k.known_subject',
      knownExternalId: 'k.known_external_id',
    },
    sql`${raw(ownTable(session, 'identity'))} k where k.service_account_id = ${account}
       and k.unlinked_at is null and ${raw(isSaidByIdp('k'))} and ${anyOf([...byUserName, ...byExternalId])}`,
    'k.updated_at desc',
  );
}

function withAddress(
  session: Session,
  shape: HostUserShape,
  addresses: readonly (string | Fragment)[],
): Fragment {
  const { hostId } = session.dialect.expressions;
  const same = (['login_name', 'email'] as const).flatMap((column) =>
    addresses.map((address) => hasText(session, shape, column, address)),
  );
  return jsonRows(
    session,
    { ...portableHostColumns(session, shape), ...claimColumns(session, shape) },
    sql`${raw(ownTable(session, 'host_user'))} h
       left join ${raw(ownTable(session, 'identity'))} c on c.host_user_id = ${raw(hostId('h.user_id'))}
        and c.deprovisioned_at is null and c.unlinked_at is null
      where ${anyOf(same)}`,
    'h.login_name',
  );
}

/** Who has the account, and whether that link is still sure of it. */
const claimColumns = (session: Session, shape: HostUserShape): Record<string, string> => ({
  claimedBy: 'c.identity_id',
  claimAgrees: `case when ${agrees(session, shape, 'c')} then 1 else 0 end`,
});

const linkedTo = (session: Session, shape: HostUserShape, identityId: string): Fragment =>
  jsonRows(
    session,
    {
      ...portableHostColumns(session, shape),
      ...claimColumns(session, shape),
      linkAgrees: `case when ${agrees(session, shape, 'i')} then 1 else 0 end`,
    },
    sql`${raw(ownTable(session, 'identity'))} i
       join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
       left join ${raw(ownTable(session, 'identity'))} c on c.host_user_id = i.host_user_id
        and c.identity_id <> i.identity_id and c.deprovisioned_at is null and c.unlinked_at is null
      where i.identity_id = ${bound(identityId)}`,
    'h.login_name',
  );

function accessFacts(session: Session, id: Fragment): Record<string, Fragment> {
  const { hostId } = session.dialect.expressions;
  const account = `${ownTable(session, 'service_account')} a where a.removed_at is null and a.service_account_id =`;
  return {
    hosting: raw(`(select n.hosting from ${ownTable(session, 'installation')} n)`),
    account_enabled: sql`(select cast(a.is_enabled as int) from ${raw(account)} ${id})`,
    sso_providers: jsonRows(
      session,
      { id: hostId('p.provider_id'), protocol: 'p.protocol', isEnabled: 'p.is_enabled' },
      raw(`${ownTable(session, 'host_sso_provider')} p`),
      'p.name',
    ),
  };
}

/** Departures that count, links in force, and accounts that are held back, of one IdP. */
function departureFacts(
  session: Session,
  serviceAccountId: string,
  { since, beyond }: NonNullable<FactsQuery['departures']>,
): Record<string, Fragment> {
  const ofAccount = sql`from ${raw(ownTable(session, 'identity'))} d where d.service_account_id = ${bound(serviceAccountId)}`;
  const departed = sql`(select count(*) ${ofAccount} and d.departed_at > ${bound(session.dialect.bindInstant(since))})`;
  return {
    departed,
    held_back: sql`(select count(*) ${ofAccount} and d.held_back_at is not null)`,
    in_force: sql`case when ${departed} >= ${bound(beyond)} then
      (select count(*) ${ofAccount} and d.deprovisioned_at is null and d.unlinked_at is null) end`,
  };
}

const seatFacts = (session: Session): Fragment =>
  jsonRows(
    session,
    {
      licenceType: 'l.licence_type',
      assignOrder: 'l.assign_order',
      total: 'l.seats_total',
      used: 'l.seats_used',
    },
    raw(`${ownTable(session, 'host_licence')} l`),
    'l.assign_order',
  );

function jsonRows(
  session: Session,
  columns: Readonly<Record<string, string>>,
  { sql: from, bindings }: Fragment,
  orderBy: string,
): Fragment {
  return { sql: session.dialect.expressions.jsonRows({ columns, from, orderBy }), bindings };
}
