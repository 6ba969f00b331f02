import { createHash } from 'node:crypto';
import type { TableFacts } from '../../src/core/scaffold/facts.js';
import { type GatheredFacts, NOTHING_GATHERED } from '../../src/core/scaffold/gathered.js';
import { type ColumnWords, type Row, tableFacts } from './scaffold-facts.js';
import type { Chance } from './scim/fuzz.js';

/** A made-up application whose people are spread over several tables, among others that only look so. */
export interface Surrounded {
  description: string;
  users: TableFacts;
  tables: TableFacts[];
  gathered: GatheredFacts;
  known: {
    /** The table with the addresses; nothing where the people have them. */
    addresses?: string;
    /** Which of several rows of a person it is; nothing where each has one. */
    address?: { column: string; value: boolean };
    /** Another column has addresses that differ from those. */
    hasRival: boolean;
    /** Who may not be changed: values of a role. Nothing where a flag says it. */
    roles?: readonly number[];
    /** What a row written by SQL lacks. */
    lacks: readonly string[];
    /** Other tables repeat the login. */
    isRepeated: boolean;
    /** The table that says in which tenant a person is. */
    tenants?: string;
    /** Values that every person has of its own: a new one needs one, or the application has to be asked. */
    ownTexts: readonly string[];
    /** When the address was confirmed: nobody signs in without. */
    confirmed?: string;
  };
}

const PEOPLE = 40;
const each = (row: (at: number) => Row): Row[] => Array.from({ length: PEOPLE }, (_, at) => row(at));
const hash = (at: number, length: number): string =>
  createHash('sha256').update(`row ${at}`).digest('hex').slice(0, length);
const CREATED = new Date('2025-03-01T00:00:00Z');

/** Tables with addresses that once were those of people, or are none of theirs. */
const PASSING: readonly ((address: (at: number) => string) => TableFacts)[] = [
  (address) =>
    tableFacts(
      'public.email_tokens',
      { ...CHILD, email: 'text(200) not null', token_hash: 'text(64) unique not null' },
      each((at) => ({ id: at + 1, user_id: at + 1, email: address(at), token_hash: hash(at, 64) })),
    ),
  (address) =>
    tableFacts(
      'public.email_change_requests',
      { ...CHILD, email: 'text(200) not null', state: 'integer not null' },
      each((at) => ({ id: at + 1, user_id: at + 1, email: address(at), state: 1 })),
    ),
  (address) =>
    tableFacts(
      'public.mail_log',
      { ...CHILD, email: 'text(200) not null', sent_at: 'instant not null' },
      each((at) => ({ id: at + 1, user_id: at + 1, email: address(at), sent_at: CREATED })),
    ),
];

const CHILD: Record<string, ColumnWords> = {
  id: 'integer key identity',
  user_id: 'integer not null -> public.users.id',
};

export function surroundedApplication(chance: Chance): Surrounded {
  const columns: Record<string, ColumnWords> = {
    id: 'integer key identity',
    login: 'text(60) unique not null',
    password_hash: 'text(99)',
    is_active: 'boolean not null default true',
    full_name: 'text(120) not null',
  };
  const parts: ((at: number) => Row)[] = [
    (at) => ({ id: at + 1, login: `person${at}`, password_hash: 'x'.repeat(40), is_active: at % 9 !== 8 }),
    (at) => ({ full_name: `Given${at} Family${at}` }),
  ];
  const tables: TableFacts[] = [];
  const gathered: { -readonly [K in keyof GatheredFacts]: GatheredFacts[K] } = { ...NOTHING_GATHERED };
  const known: { -readonly [K in keyof Surrounded['known']]: Surrounded['known'][K] } = {
    ...{ hasRival: false, lacks: [], isRepeated: false, ownTexts: [] },
  };
  const said: string[] = [];
  const add = (name: string, column: ColumnWords, value: (at: number) => Row[string]) => {
    columns[name] = column;
    parts.push((at) => ({ [name]: value(at) }));
  };
  const address = (at: number) => `person${at}@corp.example`;
  const maybe = (share: number, what: string, work: () => void) => {
    if (!chance.percent(share)) return;
    said.push(what);
    work();
  };

  const passing = PASSING.filter(() => chance.percent(50)).map((table) => table(address));
  const place = chance.pick(['own', 'primary', 'kind', 'one'] as const);
  said.push(`addresses: ${place}`);
  if (place === 'own') {
    add('email', 'text(200)', address);
    maybe(50, 'a rival', () => {
      const same = chance.percent(50);
      known.hasRival = !same;
      add('delivery_email', 'text(200)', (at) => (same ? address(at) : `inbox${at}@mail.example`));
      if (same)
        gathered.same = [{ column: 'delivery_email', of: 'email', how: 'same', rows: PEOPLE, equal: PEOPLE }];
    });
  } else tables.push(addressTable(place, address, known));
  tables.push(...passing);

  const role = chance.percent(50);
  add('is_superuser', 'boolean not null', (at) => !role && at === 0);
  if (role) {
    said.push('a role, and a flag that nobody has');
    known.roles = [100];
    add('role', 'integer not null', (at) => (at < 2 ? 100 : at < 5 ? 300 : 400));
  }
  maybe(40, 'tickets', () => tables.push(...ticketTables()));
  maybe(40, 'a row of its own', () => {
    known.lacks = [...known.lacks, 'public.recipient'];
    add('recipient_id', 'integer -> public.recipient.id', (at) => at + 101);
    tables.push(
      tableFacts(
        'public.recipient',
        { id: 'integer key identity', kind: 'integer not null' },
        each((at) => ({ id: at + 101, kind: 1 })),
      ),
    );
  });
  maybe(40, 'accounts by login', () => {
    known.lacks = [...known.lacks, 'public.membership_users'];
    known.isRepeated = true;
    tables.push(
      tableFacts(
        'public.membership_users',
        { account: 'guid key', user_login: 'text(60) unique not null', approved: 'boolean not null' },
        each((at) => ({
          ...{ account: `${hash(at, 8)}-0000-4000-a000-${hash(at, 12)}`, user_login: `person${at}` },
          approved: true,
        })),
      ),
    );
  });
  maybe(40, 'tenants beside', () => {
    known.tenants = 'public.user_portals';
    tables.push(
      tableFacts(
        'public.user_portals',
        { user_id: 'integer pk -> public.users.id', portal_id: 'integer pk', added: 'instant' },
        each((at) => ({ user_id: at + 1, portal_id: at < 30 ? 1 : 2, added: CREATED })),
      ),
    );
  });
  maybe(50, 'a unique text with an empty default', () => {
    known.ownTexts = [...known.ownTexts, 'slug'];
    add('slug', "text(60) unique not null default ''::text", (at) => `s-${at}-${hash(at, 3)}`);
  });
  maybe(50, 'a random text of everybody', () => {
    known.ownTexts = [...known.ownTexts, 'feed_uid'];
    add('feed_uid', 'text(40) unique', (at) => hash(at, 24));
  });
  maybe(50, 'a confirmation', () => {
    known.confirmed = 'confirmed_at';
    add('confirmed_at', 'instant', (at) => (at % 20 === 19 ? null : CREATED));
  });
  maybe(30, 'a number that stands for the login of a few', () => {
    add('phone', "text(40) default ''", (at) => (at < 3 ? `person${at}` : ''));
    gathered.same = [...gathered.same, { column: 'phone', of: 'login', how: 'same', rows: 3, equal: 3 }];
  });
  const users = tableFacts(
    'public.users',
    columns,
    each((at) => Object.assign({}, ...parts.map((part) => part(at)))),
  );
  return { description: said.join(', '), users, tables: [users, ...tables], gathered, known };
}

/** Where addresses are in a table of their own. */
function addressTable(
  place: 'primary' | 'kind' | 'one',
  address: (at: number) => string,
  known: { addresses?: string; address?: { column: string; value: boolean } },
): TableFacts {
  const name = 'public.user_contact';
  known.addresses = name;
  if (place === 'one') {
    return tableFacts(
      name,
      { user_id: 'integer key -> public.users.id', email: 'text(200)', phone: 'text(40)' },
      each((at) => ({ user_id: at + 1, email: address(at), phone: null })),
    );
  }
  const flag = place === 'primary' ? 'is_primary' : 'personal';
  const value = place === 'primary';
  known.address = { column: flag, value };
  const rows = each((at) => ({ user_id: at + 1, email: address(at), [flag]: value }));
  const more = each((at) => ({ user_id: at + 1, email: `me${at}@home.example`, [flag]: !value })).slice(0, 9);
  return tableFacts(
    name,
    { ...CHILD, email: 'text(200)', [flag]: 'boolean not null' },
    [...rows, ...more].map((row, at) => ({ id: at + 1, ...row })),
    {
      uniques: [
        {
          primary: false,
          parts: ['user_id', flag].map((column) => ({ column, expression: null })),
          where: null,
        },
      ],
    },
  );
}

/** Work of people in a group, which is no membership. */
const ticketTables = (): TableFacts[] => [
  tableFacts(
    'public.groups',
    { id: 'integer key identity', name: 'text(60) unique not null' },
    ['Sales', 'Support'].map((name, at) => ({ id: at + 1, name })),
  ),
  tableFacts(
    'public.tickets',
    {
      ...CHILD,
      group_id: 'integer not null -> public.groups.id',
      number: 'text(20) unique not null',
      title: 'text(200) not null',
    },
    each((at) => ({
      ...{ id: at + 1, user_id: at + 1, group_id: 1 + (at % 2), number: `T${1000 + at}` },
      title: `Something is broken in room ${at}`,
    })),
  ),
];
