import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proposeKey } from '../../../src/core/scaffold/people/keys/key.js';
import { proposeUsersTable, rankedCandidates } from '../../../src/core/scaffold/people/users-table.js';
import { type Row, tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, proposed } from '../../support/scaffold-proposals.js';

const named = (...given: Parameters<typeof allProposed>) => {
  const { proposals } = allProposed(...given);
  return (name: string) => proposals.find((one) => one.name === name);
};

describe('times that are kept as numbers or digits', () => {
  it('are the present time where they say when a row was made, whatever stands for none', () => {
    const one = proposed({ timecreated: 'integer not null default 0' }, () => ({
      timecreated: 1_700_000_000,
    }));
    assert.deepEqual(one('insert.public.users.timecreated').value, { now: 'epoch-seconds' });
  });

  it('are never those of other rows', () => {
    const columns = {
      first_access: 'integer not null default 0',
      crtdat: 'decimal not null',
      erdat: 'text(8) not null default 00000000',
    };
    const one = named(columns, () => ({
      first_access: 1_700_000_000,
      crtdat: 20_200_101,
      erdat: '20200101',
    }));
    assert.equal(one('insert.public.users.first_access'), undefined);
    assert.equal(one('insert.public.users.erdat'), undefined);
    const { certainty, choices } = one('insert.public.users.crtdat') ?? {};
    assert.deepEqual([certainty, choices?.map(({ value }) => value)], ['ask', [{ constant: 0 }]]);
  });

  it('are no last sign-in where they are the digits of a day', () => {
    const at = (value: number) =>
      proposed({ lstlgn: 'integer' }, () => ({ lstlgn: value }))('users.last-sign-in').value;
    assert.deepEqual(at(20_260_101), null);
    assert.deepEqual(at(1_700_000_000), { read: { column: 'lstlgn' }, as: 'epoch-seconds' });
  });

  it('of a company or another number are no times', () => {
    const one = proposed({ company_no: 'integer not null' }, () => ({ company_no: 1_700_000_000 }));
    assert.deepEqual(one('insert.public.users.company_no').value, { constant: 1_700_000_000 });
  });
});

describe('abbreviated names', () => {
  it('of flags and states are understood', () => {
    const columns = { actflg: 'text(1) not null', admflg: 'text(1) not null' };
    const one = proposed(columns, (at) => ({ actflg: at > 2 ? 'A' : 'I', admflg: at === 0 ? 'Y' : 'N' }));
    assert.deepEqual(one('users.enabled').value, {
      yes: { column: 'actflg', in: ['A'], ignoreCase: true },
      no: { column: 'actflg', in: ['I'], ignoreCase: true },
    });
    assert.deepEqual(one('users.protected').value, {
      yes: { column: 'admflg', in: ['Y'] },
      no: { column: 'admflg', in: ['N'] },
    });
  });

  it('of a key lead to what refers to it by the same name', () => {
    const users = { usrid: 'text(10) key', usrpwd: 'text(40)', actflg: 'text(1) not null' };
    const rows = Array.from({ length: 12 }, (_, at): Row => ({ usrid: `U${at}`, usrpwd: 'x', actflg: 'A' }));
    const table = tableFacts('public.usermast', users, rows);
    const sessions = tableFacts('public.usersess', { sid: 'text(32) key', usrid: 'text(10) not null' });
    const ended = allProposed({}, undefined, { users: table, others: [sessions] }).proposals.find(
      ({ name }) => name.startsWith('end-sessions.'),
    );
    assert.deepEqual(ended?.value, { table: 'public.usersess', match: { usrid: { column: 'usrid' } } });
  });
});

describe('what the database does not say', () => {
  it('is who makes a key whose default is blank', () => {
    for (const text of ["' '", "''::character varying", "(N' ')", "'   '::character(3)"]) {
      const table = tableFacts('public.users', { name: 'text(12) key', login: 'text(12)' });
      const columns = table.columns.map((column) =>
        column.name === 'name' ? { ...column, default: text } : column,
      );
      assert.equal(proposeKey({ ...table, columns }).certainty, 'ask', text);
    }
  });

  it('is the name of people in a column with another name: it is asked about', () => {
    const columns = { title: 'text(80) not null', motto: 'text(80)', city: 'text(80)' };
    const one = proposed(columns, (at) => ({
      title: `Given${at} Family`,
      motto: `Never ${at}`,
      city: `Old Town ${at}`,
    }));
    const { certainty, choices } = one('users.display-name');
    assert.deepEqual(
      [certainty, choices?.map(({ value }) => value)],
      ['ask', [{ read: { column: 'title' } }, { read: { column: 'login' }, write: false }]],
    );
  });

  it('is whether the only table that looks like it holds the people', () => {
    const rows = [{ usrid: 'U1', usrpwd: 'x' }];
    const table = tableFacts('public.usermast', { usrid: 'text(10) key', usrpwd: 'text(40)' }, rows);
    const { certainty, evidence } = proposeUsersTable(rankedCandidates([table]));
    assert.deepEqual([certainty, evidence], ['ask', 'only one table looks like it, and not clearly']);
  });
});

describe('rows of attributes', () => {
  it('that every person has one of are none that a new one gets', () => {
    const attributes = tableFacts(
      'public.user_attributes',
      {
        id: 'integer key identity',
        user_id: 'integer not null',
        attribute_name: 'text(60)',
        attribute_value: 'text(200)',
      },
      [{ id: 1, user_id: 1, attribute_name: 'login.lastLoginMillis', attribute_value: '1710000000000' }],
    );
    const gathered = {
      presence: [{ table: 'public.user_attributes', column: 'user_id', people: 12, having: 12, most: 1 }],
    };
    assert.equal(
      named({}, undefined, { others: [attributes], gathered })('member.public.user_attributes'),
      undefined,
    );
  });
});
