import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { auditEvents } from '../../src/core/audit/list.js';
import { runChecks } from '../../src/core/check/run-checks.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { disableUser } from '../../src/core/users/disable.js';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { forEachEngine, type TestDatabase, type TestEngine } from '../support/engines.js';
import { installProduct } from '../support/product.js';
import { addIdp } from '../support/provisioned.js';

interface Locale {
  name: string;
  /** Of CREATE DATABASE; from the newest way of saying it to the oldest. */
  options: string[];
  /** Whether Ä and ä are the same but for case. */
  foldsAllLetters: boolean;
}

const LOCALES: Record<'postgres' | 'mssql', Locale[]> = {
  postgres: [
    {
      name: 'locale C',
      options: [
        "template template0 locale_provider libc locale 'C'",
        "template template0 lc_collate 'C' lc_ctype 'C'",
      ],
      foldsAllLetters: false,
    },
    {
      name: 'locale C.UTF-8',
      options: [
        "template template0 locale_provider libc locale 'C.UTF-8'",
        "template template0 lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'",
      ],
      foldsAllLetters: true,
    },
    {
      name: 'ICU’s root locale',
      options: ["template template0 locale_provider icu icu_locale 'und' locale 'C'"],
      foldsAllLetters: true,
    },
    {
      name: 'an ICU locale that ignores case and accents in its order',
      options: ["template template0 locale_provider icu icu_locale 'und-u-ks-level1' locale 'C'"],
      foldsAllLetters: true,
    },
    {
      name: 'Turkish by ICU',
      options: ["template template0 locale_provider icu icu_locale 'tr-TR' locale 'C'"],
      foldsAllLetters: true,
    },
  ],
  mssql: [
    'SQL_Latin1_General_CP1_CI_AS',
    'Latin1_General_CS_AS',
    'Latin1_General_100_CI_AI',
    'Latin1_General_BIN2',
    'Turkish_100_CI_AS',
  ].map((name) => ({ name, options: [`collate ${name}`], foldsAllLetters: true })),
};

/** A database of the locale; skips the test where the server has none such. */
async function databaseOf(
  context: TestContext,
  engine: TestEngine,
  { options }: Locale,
): Promise<TestDatabase | undefined> {
  let reason = '';
  for (const each of options) {
    try {
      return await engine.freshDatabase(each);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  context.skip(`${engine.label} refuses it: ${reason}`);
  return undefined;
}

forEachEngine(
  'the whole of the product in a database of',
  (engine) => {
    for (const locale of LOCALES[engine.name === 'mssql' ? 'mssql' : 'postgres']) {
      it(locale.name, async (context) => {
        const test = await databaseOf(context, engine, locale);
        if (!test) return;
        const product = await installProduct(test);
        context.after(() => product.close());
        const { core, database } = product;
        const profile = {
          externalId: null,
          active: true,
          email: null,
          displayName: null,
          givenName: null,
          familyName: null,
          attributes: {},
        };

        const idp = await addIdp(product, 'entra');
        // In Turkish, I is no capital i.
        const ascii = await createUser(core, idp, { ...profile, userName: 'SIOBHAN.ONEILL@CONTOSO.EXAMPLE' });
        const letters = await createUser(core, idp, {
          ...profile,
          userName: 'jg@contoso.example',
          email: 'JÜRGEN.groß@contoso.example',
        });
        const leaver = await createUser(core, idp, { ...profile, userName: 'aisha.khan@contoso.example' });
        await changeUser(core, idp, leaver.user.id, (user) => ({ ...user, active: false }));
        await disableUser(core, 'AISHA.KHAN@contoso.example');

        assert.equal(ascii.how, 'matched');
        assert.equal(leaver.how, 'matched');
        assert.equal(letters.how, locale.foldsAllLetters ? 'matched' : 'created');
        const events = await auditEvents(core, {
          actor: 'CLI:TesTer@TEST',
          action: 'user.disable',
          limit: 10,
        });
        assert.deepEqual(
          events.map(({ action }) => action),
          ['user.disable'],
        );
        assert.deepEqual(await verifySchema(database), { ok: true, findings: [] });
        const { checks } = await runChecks({
          connect: async () => database,
          clock: core.clock,
          names: ['version', 'schema', 'host', 'saml', 'seats'],
        });
        assert.deepEqual(
          checks.map(({ name, status }) => `${name} ${status}`),
          [
            `version ${locale.foldsAllLetters ? 'pass' : 'warn'}`,
            'schema pass',
            'host pass',
            'saml pass',
            'seats pass',
          ],
        );
      });
    }
  },
  { only: ['postgres', 'mssql'] },
);
