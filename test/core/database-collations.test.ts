import { it, type TestContext } from 'node:test';
import { installProduct } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase, type TestEngine } from '../support/engines.js';
import { wholeProduct } from '../support/processes/whole-product.js';

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
        await wholeProduct(product, locale);
      });
    }
  },
  { only: ['postgres', 'mssql'] },
);

forEachEngine('the whole of the product in a schema of another name', (engine) => {
  it('beside tables of the same names', async (context) => {
    const test = await engine.freshDatabase();
    await test.query('create schema scim');
    for (const table of ['event', 'token', 'host_user']) {
      await test.query(`create table scim.${table} (nothing int)`);
    }
    const product = await installProduct(test, { schema: 'iam' });
    context.after(() => product.close());
    await wholeProduct(product, { foldsAllLetters: true });
  });
});
