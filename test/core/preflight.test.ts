import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { SyncOutcome } from '../../src/core/preflight/foresee.js';
import type { Person } from '../../src/core/preflight/people.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { Problem } from '../../src/problem.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, person, seatsUsed, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

forEachEngine('what a first sync would do', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
    await setSeats(product, 'Concurrent', 1000);
  });
  after(() => product.close());

  const at = (name: string, more: Partial<Profile> = {}, place = 0): Person => ({
    at: place,
    profile: person(name, more),
  });
  const outcomesOf = async (people: Person[], idp?: string) =>
    (await preflight(product.core, people, idp === undefined ? {} : { idp })).people.map(
      ({ outcome }) => outcome,
    );

  /** What the endpoint makes of them, one after another. */
  async function made(idp: Idp, { profile }: Person): Promise<string> {
    try {
      const { how } = await createUser(product.core, idp, profile);
      return how;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  }

  const SAME: Record<string, SyncOutcome[]> = {
    created: ['create'],
    matched: ['match'],
    'user-exists': ['linked', 'ambiguous'],
    'user-ambiguous': ['ambiguous'],
    'user-claimed': ['claimed', 'ambiguous'],
    'user-protected': ['protected'],
    'user-name-taken': ['taken'],
    'profile-invalid': ['invalid'],
  };

  it('says what changes of an account that is there, and which end up on the pending list', async () => {
    await addHostUser(product, 'short', { email: 'long.name@contoso.example', display_name: 'Long Name' });
    await addHostUser(product, 'locked@contoso.example', { enabled: false });
    await addHostUser(product, 'leaver@contoso.example');
    const back = await createUser(product.core, entra, person('back'));
    const going = await createUser(product.core, entra, person('going'));
    await changeUser(product.core, entra, back.user.id, (now) => ({ ...now, active: false }));

    const everybody = [
      at('long.name', { displayName: 'Long Name' }),
      ...['locked', 'back'].map((name) => at(name)),
      ...['leaver', 'going'].map((name) => at(name, { active: false })),
    ];
    const { people, summary } = await preflight(product.core, everybody, { idp: 'entra' });

    assert.deepEqual(
      people.map(({ changes, becomesPending }) => [
        changes.loginName ?? [],
        changes.enabled ?? [],
        becomesPending,
      ]),
      [
        [['short', 'long.name@contoso.example'], [], false],
        [[], [false, true], false],
        [[], [], false],
        [[], [], true],
        [[], [], true],
      ],
    );
    assert.deepEqual([summary.toEnable, summary.toDisable, summary.becomePending], [1, 0, 2]);
    const fields = people.flatMap(({ changes }) => Object.keys(changes));
    const count = (field: string) => [field, fields.filter((one) => one === field).length];
    assert.deepEqual(summary.changed, Object.fromEntries(fields.map(count)));
    assert.equal(summary.changed.loginName, 1);
    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable', adoptDisabled: 'refuse' });
    const strict = await preflight(product.core, everybody, { idp: 'entra' });
    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'manual', adoptDisabled: 'enable' });
    assert.equal(strict.people[1]?.outcome, 'disabled');
    assert.deepEqual([strict.summary.toDisable, strict.summary.becomePending], [1, 1]);
    await deleteUser(product.core, entra, going.user.id);
  });

  it('is what it then does, and takes as many seats', async () => {
    const seats = async () => Object.values(await seatsUsed(product)).reduce((sum, used) => sum + used, 0);
    await addHostUser(product, 'seated@contoso.example', { licence_type: 'Concurrent' });
    await addHostUser(product, 'unseated@contoso.example');
    await addHostUser(product, 'shut.out@contoso.example', { enabled: false, licence_type: 'Concurrent' });
    await addHostUser(product, 'Case@Contoso.Example');
    await addHostUser(product, 'by.mail', { email: 'by.mail@contoso.example' });
    await addHostUser(product, 'twin.1', { email: 'twins@contoso.example' });
    await addHostUser(product, 'twin.2', { email: 'twins@contoso.example' });
    await addHostUser(product, 'kept@contoso.example', { protected: true });
    await addHostUser(product, 'near@contoso.example');
    await addHostUser(product, 'near.too', { email: 'near@contoso.example', protected: true });
    await addHostUser(product, 'bare', { email: 'somebody@contoso.example' });
    await addHostUser(product, 'Ey@contoso.example', { email: 'ey.one@contoso.example' });
    await addHostUser(product, 'ey.short', { email: 'ey@contoso.example' });
    await addHostUser(product, 'crossed@contoso.example', { email: null });
    await addHostUser(product, 'crossed', { email: 'crossed@contoso.example' });
    await createUser(product.core, entra, person('mine'));
    await createUser(product.core, okta, person('theirs'));
    const people = [
      ...['seated', 'unseated', 'shut.out', 'case', 'by.mail', 'twins', 'kept', 'near', 'mine', 'theirs'],
      ...['ey', 'crossed'],
      ...['new.1', 'NEW.1', 'new.2', "o'brien; drop table scim.identity--", '山田花子'],
    ].map((name) => at(name));
    people.push(
      at('inactive', { active: false }),
      at('by.mail.again', { email: 'by.mail@contoso.example' }),
      at('same.id', { externalId: 'object-new.2' }),
      at('bare', { userName: 'bare', email: null }),
      at('long', { userName: `${'x'.repeat(320)}@contoso.example` }),
      at('nul', { userName: 'a\u0000@contoso.example', email: null }),
    );

    const { summary, people: foreseen } = await preflight(product.core, people, { idp: 'entra' });

    const [before, outcomes] = [await seats(), new Set<string>()];
    for (const [n, one] of people.entries()) {
      const became = await made(entra, one);
      outcomes.add(became);
      const expected = SAME[became];
      const { userName, outcome } = foreseen[n] ?? {};
      assert.ok(outcome && expected?.includes(outcome), `${userName} was ${became}, foreseen ${outcome}`);
    }
    assert.deepEqual([...outcomes].sort(), Object.keys(SAME).sort(), 'each outcome came up');
    assert.equal((await seats()) - before, summary.seatsNeeded);
    const count = (outcome: SyncOutcome) => foreseen.filter((one) => one.outcome === outcome).length;
    const { users, matched, toCreate, linked, fits } = summary;
    assert.deepEqual(
      [users, matched, toCreate, linked, fits],
      [people.length, count('match'), count('create'), count('linked'), true],
    );
  });

  for (const order of ['in one order', 'in the other']) {
    it(`tells users apart whose addresses differ only in case, as the endpoint does, ${order}`, async () => {
      const [n, by] = order === 'in one order' ? [1, 'entra'] : [2, 'okta'];
      const idp = by === 'entra' ? entra : okta;
      await addHostUser(product, `Zoe.${n}@contoso.example`);
      await addHostUser(product, `zoe.short.${n}`, { email: `zoe.${n}@contoso.example` });
      await addHostUser(product, `kim.${n}`, { email: `KIM.${n}@contoso.example` });
      const pairs = [
        [`zoe.${n}`, `Zoe.${n}`],
        // Both mean one account, or the account that the first of them gets.
        [`kim.${n}`, `Kim.${n}`],
        [`new.case.${n}`, `New.Case.${n}`],
      ].map((pair) => (n === 1 ? pair : pair.toReversed()));
      const people = pairs.flat().map((address) =>
        at(`${address}.of.${n}`, {
          userName: `user-${address === address.toLowerCase()}-${address}`,
          email: `${address}@contoso.example`,
        }),
      );

      const { people: foreseen } = await preflight(product.core, people, { idp: by });

      const became: string[] = [];
      for (const [place, one] of people.entries()) {
        const how = await made(idp, one);
        became.push(how);
        const { outcome = 'refused', detail } = foreseen[place] ?? {};
        assert.ok(SAME[how]?.includes(outcome), `${one.profile.email}: ${how}, ${outcome}: ${detail}`);
      }
      assert.deepEqual(became, ['matched', 'matched', 'matched', 'user-claimed', 'created', 'user-claimed']);
    });
  }

  it('goes on with whoever is linked by now, and needs no seat any more', async () => {
    const everybody = ['seated', 'unseated', 'new.1'].map((name) => at(name));

    const { summary, people } = await preflight(product.core, everybody, { idp: 'entra' });

    assert.deepEqual(
      people.map(({ outcome }) => outcome),
      ['linked', 'linked', 'linked'],
    );
    assert.deepEqual([summary.seatsNeeded, summary.linked], [0, 3]);
    assert.deepEqual(await outcomesOf(everybody, 'okta'), ['claimed', 'claimed', 'claimed']);
    assert.deepEqual(await outcomesOf(everybody), ['claimed', 'claimed', 'claimed']);
  });

  it('does not fit where one seat is missing', async () => {
    const free = async () => (await preflight(product.core, [])).summary.seatsFree;
    const used = await seatsUsed(product);
    await setSeats(product, 'Dedicated', used.Dedicated ?? 0);
    await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + 2);
    assert.equal(await free(), 2);

    const three = ['seat.1', 'seat.2', 'seat.3'].map((name) => at(name));

    assert.equal((await preflight(product.core, three)).summary.fits, false);
    assert.equal((await preflight(product.core, three.slice(1))).summary.fits, true);
  });

  it('is worked out for thousands at a time', async () => {
    // More than SQL Server takes in one statement.
    const many = Array.from({ length: 2_101 }, (_, n) => at(`many.${n}`, {}, n));
    await addHostUser(product, 'many.2100@contoso.example');
    // By one name among the first that are asked for, by the other among the last.
    await addHostUser(product, 'many.1', { email: 'many.999@contoso.example' });
    await addHostUser(product, 'many.2@contoso.example', { email: 'many.998@contoso.example' });

    // Where names are found at once, and where all accounts are read through for each statement.
    for (const patienceMs of [Number.POSITIVE_INFINITY, 0]) {
      const heard: number[] = [];
      const { people } = await preflight(product.core, many, {
        progress: (done) => heard.push(done),
        patienceMs,
      });

      const outcomeOf = (n: number) => people[n]?.outcome;
      assert.deepEqual([2100, 999, 2].map(outcomeOf), ['match', 'match', 'match']);
      assert.equal(people[998]?.detail, 'Another user of the export, at 2, has the same account.');
      assert.equal(people.filter(({ outcome }) => outcome === 'create').length, 2_097);
      assert.deepEqual(
        people.map(({ userName }) => userName),
        many.map(({ profile }) => profile.userName),
      );
      assert.equal(heard.at(-1), 2_101);
    }
  });

  it('finds duplicates from one part of an export to the next, by their files', async () => {
    async function* parts() {
      yield [{ ...at('twice', {}, 2), file: 'a.csv' }];
      yield [{ ...at('other', { externalId: 'object-twice' }, 7), file: 'b.csv' }];
      yield [{ ...at('TWICE', { externalId: null }, 8), file: 'b.csv' }];
    }

    const { people } = await preflight(product.core, parts());

    assert.deepEqual(
      people.map(({ outcome, file, at: place, detail }) => [outcome, file, place, detail]),
      [
        ['create', 'a.csv', 2, undefined],
        ['ambiguous', 'b.csv', 7, 'Another user of the export, at a.csv:2, has the same id.'],
        ['ambiguous', 'b.csv', 8, 'Another user of the export, at a.csv:2, has the same user name.'],
      ],
    );
  });

  it('never fits nobody, and leaves a seat for each of whom it does not know better', async () => {
    const used = await seatsUsed(product);
    await setSeats(product, 'Dedicated', used.Dedicated ?? 0);
    await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + 2);
    const undecided = (name: string): Person => ({
      ...at(name),
      invalid: 'It does not say.',
      undecided: true,
    });
    const fits = async (people: Person[]) => (await preflight(product.core, people)).summary.fits;

    assert.equal(await fits([]), false);
    assert.equal(await fits([undecided('x'), undecided('y')]), false);
    const unknown: Person = { at: 1, profile: at('z').profile, invalid: 'The entry has no user name.' };
    assert.equal(await fits([undecided('x'), unknown]), false);
    assert.equal(await fits([at('x'), undecided('y')]), true);
    assert.equal(await fits([at('x'), undecided('y'), undecided('z')]), false);
    const { summary } = await preflight(product.core, [at('x'), undecided('y')]);
    assert.deepEqual([summary.undecided, summary.invalid, summary.seatsNeeded], [1, 1, 1]);
  });

  it('keeps only whom it is asked to', async () => {
    const people = [at('kept'), at('not.kept')];
    const keep = ({ userName }: { userName: string }) => userName.startsWith('kept');

    const { summary, people: kept } = await preflight(product.core, people, { keep });

    assert.deepEqual([summary.users, kept.length], [2, 1]);
  });

  it('does not ask the database for an empty name', async () => {
    // An account of the application itself whose address is empty.
    await addHostUser(product, 'no.address', { email: '' });
    const nobody: Person = { ...at('x', { userName: '', email: null }), invalid: 'It has none.' };

    assert.deepEqual(await outcomesOf([nobody, at('somebody.new')]), ['invalid', 'create']);
  });
});
