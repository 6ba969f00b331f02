import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { readHead } from '../../src/core/audit/evidence/head.js';
import { newSigningKey } from '../../src/core/audit/evidence/signing-key.js';
import { pruneTrail } from '../../src/core/audit/prune.js';
import { planPrune } from '../../src/core/audit/prune-plan.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { declareVoid } from '../../src/core/audit/void/declare-void.js';
import { planVoid } from '../../src/core/audit/void/void-plan.js';
import { sealsAfter } from '../../src/database/queries/audit/seals.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';
import { exportProof } from '../support/trail/proof.js';
import { keepTrail, plantSeal, slipIn, tamper } from '../support/trail/tamper.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A product whose clock can be set, and a working directory with a key. */
function stage(engine: Parameters<Parameters<typeof forEachEngine>[1]>[0]) {
  const began = Date.now();
  const made = {
    product: undefined as unknown as Product,
    cwd: '',
    at: (hours: number) => new Date(began + hours * HOUR),
    write: async (count: number) => {
      for (let index = 0; index < count; index++) {
        const target = { type: 'user', name: `Zoë ${index}` };
        await change(made.product.core, { action: 'test.write', target }, async () => ({ result: 1 }));
      }
    },
    seal: () => sealEvents(made.product.core, { waitMs: 0 }),
    open: async () => {
      made.product = await freshProduct(engine, { host: false });
      made.cwd = await temporaryDirectory('proof');
      const { pem } = newSigningKey(randomBytes);
      await writeFile(join(made.cwd, 'signing.key'), pem, { mode: 0o600 });
    },
    run: (line: string) =>
      runHere(line.split(' '), { cwd: made.cwd, env: { SCIMCTL_DATABASE: made.product.url } }),
  };
  return made;
}

const problemOf = (stderr: string) => /\[([a-z-]+)\]/.exec(stderr)?.[1];

forEachEngine('a proof of the trail', (engine) => {
  const scene = stage(engine);
  const { at, seal, write, run } = scene;
  let count = 0;
  let directory = '';
  const exported = (since?: number, until?: number) =>
    exportProof(scene.product, {
      cwd: scene.cwd,
      name: directory,
      ...(since !== undefined && { since: at(since) }),
      ...(until !== undefined && { until: at(until) }),
    });

  before(scene.open);
  beforeEach(() => {
    directory = `proof-${++count}`;
  });
  after(() => scene.product.close());

  it('takes a seal, and says how to get one', async () => {
    const refused = await exported();

    assert.deepEqual([refused.heard.code, JSON.parse(refused.heard.stderr).error.code], [4, 'proof-empty']);
    assert.ok(!(await readdir(scene.cwd)).includes(directory));
    await seal();
    const made = await exported();
    assert.equal(made.heard.code, 0, made.heard.stderr);
    assert.deepEqual(made.seals, [1]);
  });

  it('has the seals of a period and one before it, and all later ones as text', async () => {
    for (const hour of [1, 2, 3, 4]) {
      scene.product.now = at(hour);
      await write(2);
      await seal();
    }
    const seals = async (since?: number, until?: number) => {
      directory = `proof-${++count}`;
      const found = await exported(since, until);
      assert.equal(found.heard.code, 0, found.heard.stderr);
      return [found.seals, found.later];
    };

    assert.deepEqual(await seals(), [[1, 2, 3, 4, 5], []]);
    assert.deepEqual(await seals(2.5), [[3, 4, 5], []]);
    assert.deepEqual(await seals(3), [[3, 4, 5], []]);
    assert.deepEqual(await seals(undefined, 2), [
      [1, 2, 3],
      [4, 5],
    ]);
    assert.deepEqual(await seals(1.5, 2.5), [[2, 3, 4], [5]]);
    assert.deepEqual(await seals(9), [[5], []]);
    assert.deepEqual(await seals(undefined, 9), [[1, 2, 3, 4, 5], []]);
  });

  it('begins with the first event of the period, whatever the clock of the sealer showed', async () => {
    // Written at 5 h, and sealed by a machine whose clock is two hours behind.
    scene.product.now = at(5);
    await write(1);
    scene.product.now = at(3);
    await seal();
    const { seals } = await exported(4.5);
    assert.deepEqual(seals, [5, 6]);
  });

  it('leaves out what is not sealed yet, and says so', async () => {
    scene.product.now = at(6);
    await write(2);
    const { heard, events } = await exported(2.5);

    assert.match(heard.stderr, /^Warning: 2 events of this period are not sealed yet/m);
    assert.equal(JSON.parse(heard.stdout).unsealed, 2);
    assert.equal(events.at(-1), JSON.parse(heard.stdout).lastSeq);
    directory = `proof-${++count}`;
    assert.doesNotMatch((await exported(2.5, 3.5)).heard.stderr, /not sealed/);
    await seal();
  });

  it('is written into a new or an empty directory only, whole or not at all', async () => {
    const made = await run(`audit export --proof ${directory} --signing-key signing.key`);
    assert.equal(made.code, 0, made.stderr);
    assert.deepEqual((await readdir(join(scene.cwd, directory))).sort(), [
      'events.jsonl',
      'head.json',
      'later-seals.jsonl',
      'public-key.pem',
      'seals.jsonl',
    ]);
    const written = await stat(join(scene.cwd, directory, 'head.json'));

    const again = await run(`audit export --proof ${directory} --signing-key signing.key`);
    assert.deepEqual([again.code, again.stdout, problemOf(again.stderr)], [1, '', 'directory-not-empty']);
    assert.equal((await stat(join(scene.cwd, directory, 'head.json'))).mtimeMs, written.mtimeMs);
    await mkdir(join(scene.cwd, 'empty'));
    assert.equal((await run('audit export --proof empty --signing-key signing.key')).code, 0);
    await writeFile(join(scene.cwd, 'file'), '');
    const file = await run('audit export --proof file --signing-key signing.key');
    assert.equal(problemOf(file.stderr), 'directory-unwritable');
    const key = await run('audit export --proof signing.key --signing-key signing.key');
    assert.equal(problemOf(key.stderr), 'options-conflict');
  });

  it('never contains the private key', async () => {
    await exported();
    const [, secret = '-'] = (await readFile(join(scene.cwd, 'signing.key'), 'utf8')).split('\n');
    for (const file of await readdir(join(scene.cwd, directory))) {
      const text = await readFile(join(scene.cwd, directory, file), 'utf8');
      assert.ok(!text.includes(secret) && !text.includes('PRIVATE'), file);
    }
  });

  it('is refused with other filters, for an empty period and without a key', async () => {
    const attempts = [
      ['--actor cli:tester@test', 'proof-selection', 2],
      ['--action token.create', 'proof-selection', 2],
      ['--target x', 'proof-selection', 2],
      ['--outcome done', 'proof-selection', 2],
      ['--format csv', 'proof-selection', 2],
      ['--head-file head.json', 'proof-selection', 2],
      ['--since 2026-01-01 --until 2026-01-01', 'proof-period-empty', 2],
    ] as const;
    for (const [words, problem, code] of attempts) {
      const heard = await run(`audit export --proof ${directory} --signing-key signing.key ${words}`);
      assert.deepEqual([heard.code, problemOf(heard.stderr), heard.stdout], [code, problem, ''], words);
    }
    const keyless = await run(`audit export --proof ${directory}`);
    assert.deepEqual([keyless.code, problemOf(keyless.stderr)], [3, 'signing-key-missing']);
    assert.ok(!(await readdir(scene.cwd)).includes(directory));
  });

  it('skips seals that were planted beside the chain, with a warning', async () => {
    await plantSeal(scene.product);
    const { heard, seals } = await exported();
    const planted = 'delete from scim.event_seal where seal_no = 2147483647';
    await tamper(scene.product, 'event_seal', planted);

    assert.equal(heard.code, 0, heard.stderr);
    assert.deepEqual(seals, [1, 2, 3, 4, 5, 6, 7]);
    assert.match(heard.stderr, /^Warning: 1 seals were changed or planted/m);
  });

  it('is refused where an event or a seal of the period was tampered with, and leaves nothing behind', async () => {
    const { product } = scene;
    const [first] = await product.database.read((session) => sealsAfter(session, 3, 1));
    const seq = Number(first?.firstSeq);
    const restore = await keepTrail(product);
    const cases: [string, () => Promise<void>][] = [
      ['changed', () => tamper(product, 'event', `update scim.event set actor = 'x' where seq = ${seq}`)],
      ['removed', () => tamper(product, 'event', `delete from scim.event where seq = ${seq}`)],
      [
        'inserted',
        async () => {
          await tamper(product, 'event', `delete from scim.event where seq = ${seq}`);
          await slipIn(product, seq);
        },
      ],
      [
        'seal changed',
        () => tamper(product, 'event_seal', "update scim.event_seal set sealed_by = 'x' where seal_no = 4"),
      ],
    ];
    for (const [what, make] of cases) {
      await make();
      directory = `proof-${++count}`;
      const { heard } = await exported();
      assert.equal(heard.code, 4, what);
      assert.equal(JSON.parse(heard.stderr).error.code, 'proof-tampered', what);
      assert.ok(!(await readdir(scene.cwd)).includes(directory), what);
      if (what !== 'seal changed') assert.equal((await exported(4.5)).heard.code, 0, 'the time after it');
      await restore();
    }
  });

  it('is refused for a seal that was declared void, and written for the time beside it', async () => {
    const { core } = scene.product;
    await declareVoid(core, await planVoid(core.database, { seals: [4] }), 'incident 4711');
    scene.product.now = at(7);
    await seal();

    const refused = await exported(2.5);
    const { code, hint } = JSON.parse(refused.heard.stderr).error;
    assert.deepEqual([refused.heard.code, code], [4, 'proof-void']);
    assert.match(hint, /--until.*--since/);
    const earlier = await exported(undefined, 2);
    assert.deepEqual(
      [earlier.seals, earlier.later.slice(0, 2)],
      [
        [1, 2, 3],
        [4, 5],
      ],
      earlier.heard.stderr,
    );
    directory = `proof-${++count}`;
    assert.equal((await exported(4.5)).heard.code, 0);
  });
});

forEachEngine('a proof of a trail that was pruned', (engine) => {
  const scene = stage(engine);
  const ago = (days: number) => new Date(scene.at(0).getTime() - days * DAY);
  before(scene.open);
  after(() => scene.product.close());

  it('begins after the events that were removed, at the time that the refusal names', async () => {
    const { write, seal } = scene;
    for (const days of [300, 200, 100, 10]) {
      scene.product.now = ago(days);
      await write(2);
      await seal();
    }
    scene.product.now = ago(0);
    const { core } = scene.product;
    await pruneTrail(core, await planPrune(core, { before: ago(150), head: await readHead(core) }));
    await seal();

    const refused = await exportProof(scene.product, { cwd: scene.cwd, name: 'whole' });
    const { code, hint } = JSON.parse(refused.heard.stderr).error;
    assert.deepEqual([refused.heard.code, code], [4, 'proof-pruned']);
    const [, since = ''] = /--since (\S+) or later/.exec(hint) ?? [];
    const made = await exportProof(scene.product, { cwd: scene.cwd, name: 'rest', since: new Date(since) });
    assert.equal(made.heard.code, 0, made.heard.stderr);
    assert.deepEqual(made.seals, [3, 4, 5]);
  });
});
