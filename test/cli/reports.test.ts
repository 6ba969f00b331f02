import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealEvents } from '../../src/core/audit/seal.js';
import { disableUser } from '../../src/core/users/disable.js';
import { ageBuckets, durationText, isLate, medianOf } from '../../src/core/users/report/ageing.js';
import { pastYear } from '../../src/core/users/report/past-year.js';
import { installProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { changeHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
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

forEachEngine('a report as a page', (engine) => {
  let product: Product;
  let directory: string;
  before(async () => {
    product = await installProduct(await engine.freshDatabase());
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
    assert.deepEqual(year?.slice(1), [0, 0, 1, 6]);
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

    assert.deepEqual(trail.data.figures, { events: 1, refused: 0, actors: 1 });
    assert.match(trail.page, /The newest 1 events of the selection/);
    assert.equal(found.code, 4);
    assert.equal(found.data.figures.missing, 1);
    assert.equal(found.data.figures.plausible, 'no');
    assert.equal(
      found.data.list.rows.length,
      Number(found.data.figures.missing) + Number(found.data.figures.unknown),
    );
  });

  it('needs --report for a policy, and a file that can be written', async () => {
    const alone = await run('users', 'pending', '--max-age', '7d');
    const nowhere = await run('users', 'pending', '--report', 'none/page.html');

    assert.deepEqual([alone.code, nowhere.code], [2, 1]);
    assert.match(alone.stderr, /option-missing/);
    assert.match(nowhere.stderr, /out-unwritable/);
  });

  it('counts a month’s leavers once, and how long those had waited who were disabled', async () => {
    const months = await pastYear(product.core);

    assert.equal(months.length, 12);
    assert.equal(months.at(-1)?.month, product.now.toISOString().slice(0, 7));
    assert.deepEqual(
      months.slice(0, -1).filter(({ left, disabledLater }) => left + disabledLater > 0),
      [],
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
