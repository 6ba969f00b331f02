import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ListedPeople } from '../../src/cli/commands/users/listed-people.js';
import { chartSvg } from '../../src/cli/output/report/chart.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { disableUser } from '../../src/core/users/disable.js';
import { ageBuckets, durationText, isLate, medianOf } from '../../src/core/users/report/ageing.js';
import { type EventRow, insertEvents } from '../../src/database/queries/audit/events.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { changeHostUser, setSeats } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { listedBy } from '../support/processes/report-script.js';
import { runHere } from '../support/processes/world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOSTILE = '</script><script>alert("x")</script>';

interface Data {
  format: string;
  figures: Record<string, number | string>;
  charts: Record<string, { label: string; value: number; isBad?: boolean }[]>;
  tables: Record<string, { columns: string[]; rows: unknown[][] }>;
  list: { columns: { key: string; values?: string[]; sameAs?: number }[]; rows: unknown[][] };
  head: { sealNo: number; digest: string };
}

const eventRow = (n: number, occurredAt: Date): EventRow => ({
  eventId: randomUUID(),
  occurredAt,
  ...{ actor: 'cli:test', action: 'test.event', targetType: 'test', targetId: String(n), targetName: null },
  ...{ outcome: 'done', details: '{}' },
});

forEachEngine('a report as a page', (engine) => {
  let product: Product;
  let directory: string;
  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('report');
    product.now = new Date();
    const entra = await addIdp(product, 'entra');
    const okta = await addIdp(product, 'okta');
    const ago = (ms: number) => {
      const at = new Date(product.now.getTime() - ms);
      return { createdAt: at, updatedAt: at, deprovisionedAt: at, deprovisionReason: 'disabled' } as const;
    };
    await changeHostUser(product, 'zoe.mueller@contoso.example', { display_name: HOSTILE });
    await link(product, entra, '4', ago(10 * DAY));
    await link(product, okta, '9', ago(6 * DAY));
    await link(product, entra, '3');
    await disableUser(product.core, '9');
    await link(product, entra, '6', ago(200 * DAY));
    await sealEvents(product.core, { waitMs: 0 });
    await writeFile(join(directory, 'list.csv'), 'userName,id\nanna.schmidt@contoso.example,a\n');
  });
  after(() => product.close());

  const run = (...words: string[]) =>
    runHere(words, { cwd: directory, env: { SCIMCTL_DATABASE: product.url, TZ: 'Pacific/Kiritimati' } });
  async function report(...words: string[]): Promise<{ page: string; data: Data; code: number }> {
    const { code, stderr } = await run(...words, '--report', 'page.html', '-o', 'json');
    assert.match(stderr, /Report written to page\.html/);
    const page = await readFile(join(directory, 'page.html'), 'utf8');
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(page) ?? [];
    return { page, data: JSON.parse(json), code };
  }
  /** The cells of a column, as a reader of the JSON gets them. */
  const cellsOf = ({ list: { columns, rows } }: Data, key: string) => {
    const at = columns.findIndex((column) => column.key === key);
    return rows.map((row) => columns[at]?.values?.[Number(row[at])] ?? row[at]);
  };

  it('has the pending accounts, those over the policy, and the seats that they hold', async () => {
    const { data, page } = await report('users', 'pending', '--max-age', '7d');

    assert.equal(data.format, 'scimctl-report/1');
    assert.deepEqual(data.figures, {
      ...{ pending: 2, overdue: 2, longestDays: 200, seatsHeld: 2, heldBack: 0, doubtful: 0 },
    });
    assert.deepEqual(
      data.charts.ageing
        ?.filter(({ value }) => value > 0)
        .map(({ label, value, isBad }) => [label, value, isBad]),
      [
        ['7 to 30 days', 1, true],
        ['180 to 365 days', 1, true],
      ],
    );
    assert.deepEqual(data.tables.byIdp?.rows, [['entra', 2, 2, 200, 2]]);
    assert.deepEqual(cellsOf(data, 'userId'), ['6', '4']);
    assert.deepEqual(cellsOf(data, 'displayName')[1], HOSTILE);
    assert.ok(!page.includes(HOSTILE), 'the name is never HTML');
    assert.ok(page.includes('&lt;/script&gt;&lt;script&gt;alert(&quot;x&quot;)'));
    assert.match(page, /<td class="instant"[^>]*><bdi>\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    const [year] = [data.tables.pastYear?.rows.at(-1)];
    assert.deepEqual(year?.slice(1), [0, 0, 1, 6, 0]);
  });

  it('allows this script and this style alone, and holds the head of the trail', async () => {
    const { page, data } = await report('seats');

    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hashOf = (text = '') => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const [, style] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const [, script] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    assert.deepEqual(policy.replaceAll('&#39;', "'").split('; '), [
      "default-src 'none'",
      `style-src '${hashOf(style)}'`,
      `script-src '${hashOf(script)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    assert.doesNotMatch(page, /\s(?:src|href|style|on\w+)=/);
    const { stdout } = await run('audit', 'head');
    const head = JSON.parse(stdout);
    assert.deepEqual(data.head, head);
    assert.ok(head.sealNo > 0 && page.includes(head.digest));
    const [, line = ''] = /<pre>(.*?)<\/pre>/.exec(page) ?? [];
    await writeFile(join(directory, 'head.json'), line.replaceAll('&quot;', '"'));
    assert.equal((await run('audit', 'verify', '--head', 'head.json')).code, 0);
    assert.equal(data.figures.seatsHeld, 2);
  });

  it('has events, and what a list of the IdP finds', async () => {
    const trail = await report('audit', 'list', '--limit', '1');
    const found = await report('users', 'reconcile', 'list.csv', '--idp', 'entra');

    const waiting = { pending: 2, longestDays: 200, seatsHeld: 2 };
    assert.deepEqual(trail.data.figures, { events: 1, refused: 0, actors: 1, ...waiting });
    assert.match(
      trail.page,
      /Changes .* made, newest first\. Only the first event is listed, because of --limit/,
    );
    assert.equal(found.code, 4);
    assert.equal(found.data.figures.missing, 1);
    assert.equal(found.data.figures.plausible, 'no');
    assert.equal(
      found.data.list.rows.length,
      Number(found.data.figures.missing) + Number(found.data.figures.unknown),
    );
  });

  it('has the same totals, ages, IdPs, seats and leavers of a year in each of the four', async () => {
    const pending = await report('users', 'pending');
    const { pending: count, longestDays, seatsHeld } = pending.data.figures;
    const totals = { count, longestDays, seatsHeld };
    assert.deepEqual(totals, { count: 2, longestDays: 200, seatsHeld: 2 });
    for (const words of [
      ['seats'],
      ['audit', 'list'],
      ['users', 'reconcile', 'list.csv', '--idp', 'entra'],
    ]) {
      const { data, page } = await report(...words);
      const { pending: also, longestDays, seatsHeld } = data.figures;
      assert.deepEqual({ count: also, longestDays, seatsHeld }, totals, words.join(' '));
      assert.deepEqual(data.charts.ageing, pending.data.charts.ageing, words.join(' '));
      assert.deepEqual(data.tables.byIdp, pending.data.tables.byIdp, words.join(' '));
      assert.deepEqual(data.tables.pastYear, pending.data.tables.pastYear, words.join(' '));
      for (const title of ['How long pending accounts have waited', 'Leavers of the last twelve months'])
        assert.ok(page.includes(`<h2>${title}</h2>`), `${words.join(' ')}: ${title}`);
    }
  });

  it('has the events alone where no host application is bound yet, and says so', async () => {
    const bare = await freshProduct(engine, { host: false });
    const env = { SCIMCTL_DATABASE: bare.url };
    const { code, stderr } = await runHere(['audit', 'list', '--report', 'bare.html'], {
      cwd: directory,
      env,
    });
    await bare.close();

    assert.equal(code, 0, stderr);
    assert.match(stderr, /The report does not show the pending accounts: /);
    assert.match(await readFile(join(directory, 'bare.html'), 'utf8'), /Leavers of the last twelve months/);
  });

  it('has all events without --limit, and says which they are and in which order', async () => {
    const whole = await report('audit', 'list');
    const words = ['--outcome', 'done', '--action', 'idp.*', '--since', '2026-01-01', '--sort', 'actor'];
    const chosen = await report('audit', 'list', ...words);

    assert.match(whole.page, /Every change that scimctl and its endpoint made, newest first\./);
    assert.match(
      chosen.page,
      /Changes that .* made, by actor, ascending; only action idp\.\*, outcome done, since 2026-01-01T00:00:00Z\./,
    );
    await product.database.transaction(async (session) => {
      const rows = Array.from({ length: 150 }, (_, n) => eventRow(n, product.now));
      await insertEvents(session, rows);
    });
    const { data } = await report('audit', 'list');
    assert.equal(data.figures.events, Number(whole.data.figures.events) + 150);
    assert.equal(data.list.rows.length, data.figures.events);
  });

  it('shows each list as the page has it before its script runs, in any order', async () => {
    const pages = [
      ['users', 'pending', '--max-age', '7d'],
      ['users', 'reconcile', 'list.csv', '--idp', 'entra'],
      ['seats'],
      ['audit', 'list', '--limit', '50'],
    ];
    await setSeats(product, 'Concurrent', 7);
    for (const words of pages) {
      const { page, data } = await report(...words);
      const shown = listedBy(page);

      assert.ok(shown.before.length > 0);
      assert.deepEqual(shown.after, shown.before, words.join(' '));
      for (const [at, column] of data.list.columns.entries()) {
        const cells = shown.sorted(at).map((row) => row[at] ?? '');
        assert.equal(cells.length, shown.before.length);
        if (column.key === 'total' || column.key === 'free') {
          const numbers = cells.map((cell) =>
            cell === 'unlimited' ? Number.POSITIVE_INFINITY : Number(cell),
          );
          assert.deepEqual(
            numbers,
            [...numbers].sort((a, b) => a - b),
          );
        }
      }
    }
  });

  it('needs --report for a policy, and a file that can be written before anything is done', async () => {
    const alone = await run('users', 'pending', '--max-age', '7d');
    const nowhere = await run('users', 'pending', '--report', 'none/page.html');
    const unmarked = await run(
      ...['users', 'reconcile', 'list.csv', '--idp', 'entra', '--mark', '--expect', '20'],
      ...['--report', 'none/page.html'],
    );

    assert.deepEqual([alone.code, nowhere.code, unmarked.code], [2, 1, 1]);
    assert.match(alone.stderr, /option-missing/);
    for (const { stdout, stderr } of [nowhere, unmarked]) {
      assert.match(stderr, /out-unwritable/);
      assert.equal(stdout, '');
    }
    const failed = await run('users', 'reconcile', 'none.csv', '--idp', 'entra', '--report', 'other.html');
    assert.equal(failed.code, 2);
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.startsWith('other.html')),
      [],
    );
  });

  // Last, since it marks accounts.
  it('has the accounts as they are after --mark', async () => {
    const { data } = await report('users', 'reconcile', 'list.csv', '--idp', 'entra');
    const toMark = data.list.rows.length;
    const dry = await report(
      ...[
        'users',
        'reconcile',
        'list.csv',
        '--idp',
        'entra',
        '--mark',
        '--expect',
        String(toMark),
        '--dry-run',
      ],
    );
    const words = ['users', 'reconcile', 'list.csv', '--idp', 'entra', '--mark', '--expect', String(toMark)];
    const { code, stdout, stderr } = await run(
      ...words,
      '--report',
      'page.html',
      '--columns',
      'loginName,markedSince',
    );
    const marked = await report(...words);

    assert.equal(code, 0, stderr);
    assert.ok(stderr.indexOf('marked as missing') < stderr.indexOf('Report written'));
    assert.match(stdout, /MARKED SINCE[\s\S]*\d{4}-\d\d-\d\d/);
    assert.match(stdout, new RegExp(`MARKED: +${toMark}\n`));
    assert.ok(!dry.data.list.columns.some(({ key }) => key === 'markedSince'));
    assert.deepEqual(
      [marked.data.figures.marked, cellsOf(marked.data, 'markedSince').every((at) => typeof at === 'string')],
      [0, true],
    );
  });
});

describe('the age of pending accounts', () => {
  const now = new Date('2026-03-30T01:30:00.000Z');
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const counts = (since: Date[], maxAgeMs?: number) =>
    ageBuckets(since, now, maxAgeMs)
      .filter(({ count }) => count > 0)
      .map(({ label, count, isLate: late }) => [label, count, late]);

  it('is counted in buckets whose ends belong to them, across the change of clocks', () => {
    // In Europe, the clocks were put forward the day before.
    const since = [ago(0), ago(7 * DAY), ago(7 * DAY + 1), ago(30 * DAY), ago(366 * DAY)];

    assert.deepEqual(counts(since), [
      ['up to 7 days', 2, false],
      ['7 to 30 days', 2, false],
      ['more than 365 days', 1, false],
    ]);
  });

  it('never has both sides of a policy in one bucket', () => {
    const since = [ago(12 * HOUR), ago(12 * HOUR + 1), ago(3 * DAY), ago(40 * DAY)];

    assert.deepEqual(counts(since, 12 * HOUR), [
      ['up to 12 hours', 1, false],
      ['12 hours to 7 days', 2, true],
      ['30 to 90 days', 1, true],
    ]);
    assert.deepEqual(
      since.map((at) => isLate(at, now, 12 * HOUR)),
      [false, true, true, true],
    );
    assert.deepEqual(counts([ago(20 * DAY)], 14 * DAY), [['14 to 30 days', 1, true]]);
  });

  it('is said in days, hours or minutes, and has a middle', () => {
    assert.deepEqual([DAY, 7 * DAY, 36 * HOUR, 90 * 60_000].map(durationText), [
      ...['1 day', '7 days', '36 hours', '90 minutes'],
    ]);
    assert.deepEqual(
      [medianOf([]), medianOf([3]), medianOf([9, 1, 2]), medianOf([4, 1])],
      [undefined, 3, 2, 1],
    );
  });
});

describe('a chart of a report', () => {
  it('has the name of a licence pool in full above its bar, and a longer name as far as there is room', () => {
    const pool = 'Concurrent named users of the plant, EU4';
    const long = pool.repeat(2);
    const { text } = chartSvg({
      ...{ key: 'pools', title: 'Seats' },
      bars: [
        { label: pool, value: 1_000_000 },
        { label: long, value: 2 },
      ],
    });

    assert.equal(pool.length, 40);
    const [first, second] = [...text.matchAll(/<text x="4" y="(\d+)">(.*?)<\/text><rect [^>]* y="(\d+)"/g)];
    assert.equal(first?.[2], pool);
    assert.ok(Number(first?.[1]) < Number(first?.[3]), 'above its bar');
    assert.equal(second?.[2], `${long.slice(0, 43)}…`);
    assert.ok(text.includes(`aria-label="Seats. ${pool}: 1000000; ${long}: 2"`));
  });
});

describe('a long list', () => {
  it('has instants as instants, whether it keeps them compressed or not', async () => {
    const people = new ListedPeople<{ n: number; at: Date | null; name: string }>();
    const at = new Date('2026-01-31T08:00:00.123Z');
    const rows = Array.from({ length: 501 }, (_, n) => ({
      ...{ n, at: n % 2 === 0 ? at : null, name: at.toISOString() },
    }));
    for (const row of rows) people.add(row);

    const listed: object[] = [];
    for await (const page of people.pages()) listed.push(...page);

    assert.deepEqual(listed, rows);
    assert.equal(people.says('at'), true);
  });
});
