import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, it } from 'node:test';
import { type ChaosCommand, drawCommand } from '../support/chaos/commands.js';
import { type ChaosProxy, chaosProxy } from '../support/chaos/proxy.js';
import { seededRandom } from '../support/chaos/random.js';
import { assertTablesFollowTrail, doneEvents } from '../support/chaos/replay.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type Heard, runHere } from '../support/processes/world.js';

/** SCIMCTL_TEST_COMMANDS for more. */
const COMMANDS = Number(process.env.SCIMCTL_TEST_COMMANDS ?? 200);
const AT_ONCE = 8;
const TIMEOUT_MS = 4_000;
/** To connect, to be cut off when the server falls silent, and to ask what became of a COMMIT, each in vain. */
const LONGEST_MS = 3.5 * TIMEOUT_MS;
/** Drawn anew for each run; set it to look for a failure again. */
const SEED = Number(process.env.SCIMCTL_TEST_SEED ?? randomInt(2 ** 31));

interface Ended extends Heard {
  command: ChaosCommand;
  took: number;
  /** The error's code; empty where there is none. */
  error: string;
}

/** How a command may end when its connections are cut; anything else is a fault of ours. */
const EXPECTED = new Set([
  ...['', 'database-unreachable', 'database-timeout', 'database-connection-lost', 'database-outcome-unknown'],
  ...['database-busy', 'database-lock-timeout', 'database-starting', 'database-pool-exhausted'],
  ...['idp-name-taken', 'idp-unknown', 'token-limit', 'token-none', 'token-ambiguous', 'token-unknown'],
]);

forEachEngine(
  `${COMMANDS} commands while connections are cut, torn, delayed and silenced`,
  (engine) => {
    let product: Product;
    let proxy: ChaosProxy;
    const random = seededRandom(SEED);
    const ended: Ended[] = [];
    before(async () => {
      product = await freshProduct(engine);
      proxy = await chaosProxy(product.url, random);
    });
    after(async () => {
      await proxy.close();
      await product.close();
    });
    const told = (test: () => unknown) => async () => {
      try {
        await test();
      } catch (error) {
        throw new Error(`with SCIMCTL_TEST_SEED=${SEED}: ${String(error)}`, { cause: error });
      }
    };

    it('end in time, done or with a reason', async (context) => {
      await told(async () => {
        const tokens: string[] = [];
        let left = COMMANDS;
        const worker = async () => {
          while (left-- > 0) {
            const one = await run(drawCommand(random, left, tokens), proxy.url);
            ended.push(one);
            if (one.code === 0 && /^token\.(create|rotate)/.test(one.command.action ?? ''))
              tokens.push(JSON.parse(one.stdout).id);
          }
        };
        const began = performance.now();
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        context.diagnostic(summary(ended, proxy, performance.now() - began));

        const late = ended.filter(({ command, took }) => took > LONGEST_MS * (command.waits ?? 1));
        assert.deepEqual(late.map(shown), [], 'commands that hung');
        const unexpected = ended.filter(({ error }) => !EXPECTED.has(error));
        assert.deepEqual(unexpected.map(shown), [], 'ends that nothing explains');
        const failedChecks = ended.filter(({ code, command }) => code === 4 && command.words[0] !== 'check');
        assert.deepEqual(failedChecks.map(shown), [], 'verifications that failed');
        assert.ok(Object.values(proxy.fates).every((count) => count > 0) || COMMANDS < 500);
        assert.ok(ended.filter(({ code }) => code === 0).length > COMMANDS / 4, 'hardly anything was done');
      })();
    });

    it(
      'leave tables that are what the trail says',
      told(async () => {
        await assertTablesFollowTrail(product);
      }),
    );

    it(
      'have done what they said, and nothing where they said so',
      told(async () => {
        const events = await doneEvents(product);
        const details = events.map((event) => String(event.details));
        for (const { command, code, error } of ended) {
          if (command.mark === undefined || error === 'database-outcome-unknown') continue;
          const found = details.filter((text) => text.includes(JSON.stringify(command.mark))).length;
          assert.equal(found, code === 0 ? 1 : 0, `${command.words.join(' ')} ended with ${code} ${error}`);
        }
        for (const action of ['idp.add', 'idp.remove', 'token.create', 'token.rotate']) {
          const of = ended.filter(({ command }) => command.action === action);
          const done = of.filter(({ code }) => code === 0).length;
          const unknown = of.filter(({ error }) => error === 'database-outcome-unknown').length;
          const written = events.filter((event) => event.action === action).length;
          assert.ok(
            written >= done && written <= done + unknown,
            `${action}: ${done} done, ${written} events`,
          );
        }
      }),
    );

    it(
      'leave a trail that verifies',
      told(async () => {
        const env = { SCIMCTL_DATABASE: product.url };
        const sealed = await runHere(['audit', 'seal', '--margin', '0s', '-o', 'json'], { env });
        const verified = await runHere(['audit', 'verify', '-o', 'json'], { env });

        assert.equal(sealed.code, 0, sealed.stderr);
        assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      }),
    );
  },
  { only: ['postgres', 'mssql'] },
);

async function run(command: ChaosCommand, url: string): Promise<Ended> {
  const began = performance.now();
  const words = [...command.words, '--timeout', `${TIMEOUT_MS / 1000}s`, '-o', 'json'];
  const heard = await runHere(words, { env: { SCIMCTL_DATABASE: url } });
  return { ...heard, command, took: performance.now() - began, error: errorOf(heard) };
}

function errorOf({ stderr }: Heard): string {
  const line = stderr.split('\n').find((text) => text.startsWith('{"error"'));
  return line === undefined ? '' : JSON.parse(line).error.code;
}

const shown = ({ command, code, took, stderr }: Ended) =>
  `${command.words.join(' ')}: ${code} after ${Math.round(took)} ms ${stderr}`;

function summary(ended: readonly Ended[], { fates }: ChaosProxy, took: number): string {
  const counts = new Map<string, number>();
  for (const { code, error } of ended) {
    const end = error || `exit ${code}`;
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const [longest] = [...ended].sort((a, b) => b.took - a.took);
  return `seed ${SEED}; ${Math.round(took)} ms in all; the longest: ${longest && shown(longest).trim()}; ${JSON.stringify({ ...fates, ...Object.fromEntries(counts) })}`;
}
