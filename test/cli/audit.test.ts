import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import type { TrailVerification } from '../../src/core/audit/verify/walk.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { cleanEnvironment, temporaryDirectory } from '../support/environment.js';
import { tieToThisProcess, within } from '../support/processes/children.js';
import { binFile, runCli, runCliOk, runJson } from '../support/processes/cli.js';
import { plantSeal, slipIn, tamper } from '../support/trail/tamper.js';

const FARTHEST = 9_223_372_036_854_775_807n;

type Event = Record<string, unknown> & { seq: number };

/** The rows of an RFC 4180 file. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== '') {
    const [whole = '', quoted, plain = '', end = ''] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? assert.fail(`no CSV: ${rest.slice(0, 60)}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(whole.length);
  }
  return rows;
}

forEachEngine('scimctl audit', (engine) => {
  let product: Product;
  let cwd: string;
  const names = ['Zoë "王" 😀', 'line\nbreak, comma', 'CR\r\nLF', "o'brien", '', ' x '];
  const options = () => ({ cwd, env: { SCIMCTL_DATABASE: product.url } });
  const audit = (...words: string[]) => runCli(['audit', ...words], options());
  const write = (name: string) =>
    change(product.core, { action: 'test.write', target: { type: 'user', name } }, async () => ({
      result: 1,
      details: { name },
    }));

  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const name of names) await write(name);
    cwd = await temporaryDirectory('audit');
  });
  after(() => product.close());

  it('seals, verifies and prints the head', async () => {
    const rehearsed = await runJson<{ events: number }>(['audit', 'seal', '--dry-run'], options());
    const sealed = await runJson<{ events: number; head: object }>(['audit', 'seal'], options());
    const verified = await runJson<TrailVerification>(['audit', 'verify'], options());
    const head = JSON.parse((await runCliOk(['audit', 'head'], options())).stdout);

    assert.equal(rehearsed.events, sealed.events);
    assert.ok(sealed.events > names.length);
    assert.deepEqual([verified.status, verified.sealed, verified.unsealed], ['intact', sealed.events, 0]);
    assert.deepEqual([verified.head, head], [sealed.head, sealed.head]);
    await writeFile(join(cwd, 'head.json'), JSON.stringify(head));
    await writeFile(join(cwd, 'verified.json'), JSON.stringify(verified));
  });

  it('says the same to people, with exit 0', async () => {
    const verified = await audit('verify', '--head', 'head.json');
    const quiet = await audit('seal', '-q');

    assert.match(verified.stdout, /^STATUS: +intact$/m);
    assert.deepEqual([verified.code, verified.stderr], [0, '']);
    assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, '0\n', '']);
  });

  it('exports as JSON lines what it lists as JSON', async () => {
    const listed = await runJson<Event[]>(['audit', 'list', '--limit', '1000'], options());
    const { stdout } = await runCliOk(['audit', 'export'], options());

    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      listed.toReversed(),
    );
    assert.ok(names.every((name) => listed.some(({ targetName }) => targetName === name)));
  });

  it('exports as CSV what it lists as JSON', async () => {
    const listed = await runJson<Event[]>(['audit', 'list', '--limit', '1000'], options());
    const { stdout } = await runCliOk(['audit', 'export', '--format', 'csv'], options());

    const [head = [], ...rows] = parseCsv(stdout);
    const text = (value: unknown) =>
      value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    assert.deepEqual(
      rows,
      listed.toReversed().map((event) => head.map((key) => text(event[key]))),
    );
    assert.deepEqual(head.toSorted(), Object.keys(listed[0] ?? {}).toSorted());
    assert.equal((await runCliOk(['audit', 'export', '-o', 'csv'], options())).stdout, stdout);
  });

  it('exports what fits, and the head beside it, which it never writes over', async () => {
    const filter = ['--action', 'test.*', '--target', names[0] ?? '', '--since', '2020-01-01'];
    const exported = await audit('export', ...filter, '--head-file', 'exported.json');
    const again = await audit('export', ...filter, '--head-file', 'exported.json');

    assert.deepEqual(
      exported.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).targetName),
      [names[0]],
    );
    const head = JSON.parse(await readFile(join(cwd, 'exported.json'), 'utf8'));
    assert.deepEqual(head, JSON.parse((await audit('head')).stdout));
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /\[head-file-unwritable\]/);
  });

  it('pages through the list', async () => {
    const page = await runJson<Event[]>(['audit', 'list', '--limit', '3'], options());
    const before = String(page.at(-1)?.seq);
    const next = await runJson<Event[]>(['audit', 'list', '--limit', '3', '--before', before], options());

    const both = await runJson<Event[]>(['audit', 'list', '--limit', '6'], options());
    assert.deepEqual([...page, ...next], both);
  });

  it('refuses a head that is none', async () => {
    await writeFile(join(cwd, 'no-head.json'), '{}');

    const [missing, invalid] = [
      await audit('verify', '--head', 'nowhere.json'),
      await audit('verify', '--head', 'no-head.json'),
    ];

    assert.deepEqual([missing.code, invalid.code], [2, 2]);
    assert.match(missing.stderr, /\[head-unreadable\]/);
    assert.match(invalid.stderr, /\[head-invalid\]/);
  });

  it('ends quietly when nobody reads the rest', async () => {
    // More than fits into the pipe, so that the writer has to wait for us.
    await write('x'.repeat(320));
    for (let index = 0; index < 8; index++) {
      await change(product.core, { action: 'test.long', target: { type: 'user' } }, async () => ({
        result: 1,
        details: { long: 'x'.repeat(60_000) },
      }));
    }
    const home = await temporaryDirectory('home');
    const child = spawn(process.execPath, [binFile, 'audit', 'export'], {
      cwd,
      env: cleanEnvironment(home, options().env),
    });
    tieToThisProcess(child);
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    child.stdout.once('data', () => child.stdout.destroy());

    const ended = await within(30_000, once(child, 'close'));

    assert.deepEqual([ended, stderr], [[0, null], '']);
  });

  it('seals past planted rows with exit 4 until they are declared void', async () => {
    await plantSeal(product);
    // On SQL Server it would move the server's own number along, to the last there is.
    const isSqlServer = engine.name === 'mssql';
    if (!isSqlServer) await slipIn(product, FARTHEST);

    const [shown, json] = [await audit('seal', '--margin', '0s'), await audit('seal', '-o', 'json')];
    const listed = isSqlServer ? '' : (await audit('list', '--limit', '1', '-o', 'json')).stdout;
    const rehearsed = await audit('void', '--reason', 'incident 4711', '--dry-run', '-o', 'json');
    const unconfirmed = await audit('void', '--reason', 'incident 4711');
    const voided = await audit('void', '--reason', 'incident 4711', '--yes', '-o', 'json');
    const after = await audit('seal', '-q', '--margin', '0s');
    const unknown = await audit('void', '--reason', 'x', '--event', '999998', '999999', '--dry-run');

    assert.deepEqual([shown.code, json.code, after.code], [4, 4, 0]);
    assert.match(shown.stdout, /^seal-changed +2147483647$/m);
    assert.match(shown.stderr, /skipped\. First finding, seal 2147483647: the seal was changed/);
    const seqs = JSON.parse(json.stdout).findings.map(({ seq }: { seq?: unknown }) => seq);
    assert.deepEqual(seqs, isSqlServer ? [undefined] : [undefined, String(FARTHEST)]);
    if (!isSqlServer) assert.equal(JSON.parse(listed)[0].seq, String(FARTHEST));
    const { seals, events } = JSON.parse(rehearsed.stdout);
    assert.deepEqual([seals, events], [1, isSqlServer ? 0 : 1]);
    assert.equal(unconfirmed.code, 2);
    assert.deepEqual(JSON.parse(voided.stdout).voids.length, 1);
    assert.match(unknown.stderr, /no event 999998.*\[event-unknown\]/s);
    assert.match((await audit('verify')).stdout, /^DECLARED VOID: +1 seals, \d events$/m);
  });

  it('names what was tampered with, first first, with exit 4', async () => {
    const first = (
      await runJson<Event[]>(['audit', 'list', '--action', 'test.write', '--limit', '1000'], options())
    ).at(-1);
    assert.ok(first);
    const seq = first.seq;
    await tamper(
      product,
      'event',
      `update scim.event set actor = 'x' where seq = ${seq}`,
      `delete from scim.event where seq > ${seq}`,
    );

    const json = await audit('verify', '-o', 'json');
    const shown = await audit('verify');
    const csv = await audit('verify', '-o', 'csv');

    const verification = JSON.parse(json.stdout) as TrailVerification;
    assert.deepEqual([json.code, shown.code, csv.code], [4, 4, 4]);
    assert.equal(verification.status, 'tampered');
    assert.deepEqual(verification.findings[0], { kind: 'changed', seq, eventId: first.id, sealNo: 1 });
    assert.equal(verification.findings[1]?.kind, 'removed');
    assert.match(shown.stdout, new RegExp(`^changed +${seq} `, 'm'));
    assert.match(
      shown.stderr,
      new RegExp(`First finding, event ${seq}: the event was changed after it was sealed`),
    );
    assert.equal(parseCsv(csv.stdout)[1]?.[0], 'changed');
  });

  it('tells a tail that was cut off by the head that was kept', async () => {
    await tamper(product, 'event', 'delete from scim.event where seq > 2');
    await tamper(product, 'event_seal', 'delete from scim.event_seal');

    const without = await audit('verify');
    const withHead = await audit('verify', '--head', 'verified.json');

    assert.deepEqual([without.code, withHead.code], [0, 4]);
    assert.match(withHead.stdout, /^tail-cut +1 to \d+ +1$/m);
  });
});
