import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { KNOWN } from '../support/people/people-known.js';
import { IDP_NAMES, Scene } from '../support/people/people-scene.js';
import { randomSteps, type Step, tell } from '../support/people/people-steps.js';
import { shrink } from '../support/running/shrink.js';
import { Chance } from '../support/scim/fuzz.js';

/** SCIMCTL_TEST_PEOPLE=20000 for the long run; SCIMCTL_TEST_SEED to have a run again, from its first sequence. */
const SEQUENCES = Number(process.env.SCIMCTL_TEST_PEOPLE ?? 100);
// In CI the same ones each time: a commit is judged by what it changes, and the long run looks for new ones.
const { SCIMCTL_TEST_SEED, CI } = process.env;
const SEED = Number(SCIMCTL_TEST_SEED ?? (CI ? 1_651_013_877 : randomInt(2 ** 31)));
const STEPS = 25;

forEachEngine('people, as docs/people.md has them', (engine) => {
  let product: Product;
  let scene: Scene;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    scene = await Scene.open(product);
  });
  after(() => product?.close());

  /** The first step that goes wrong, and how. */
  async function faultOf(steps: readonly Step[]): Promise<{ at: number; error: Error } | undefined> {
    await scene.reset();
    for (const [at, step] of steps.entries()) {
      try {
        await scene.step(step);
      } catch (error) {
        return { at, error: error as Error };
      }
    }
    return undefined;
  }

  /** The fewest steps that go wrong in the same way, as a script. */
  async function scriptOf(steps: readonly Step[], kind: string): Promise<string> {
    const fewest = await shrink(steps, async (some) => {
      const found = await faultOf(some);
      return found !== undefined && kindOf(found.error) === kind;
    });
    const fault = await faultOf(fewest);
    const script = fewest.map((step) => `  ${tell(step, IDP_NAMES)}`).join('\n');
    return `${script}\n${fault?.error.message ?? 'It went well this time.'}`;
  }

  describe('sequences that have been wrong once', () => {
    for (const [name, steps] of Object.entries(KNOWN)) {
      test(name, async () => {
        const fault = await faultOf(steps);
        if (fault) assert.fail(await scriptOf(steps.slice(0, fault.at + 1), kindOf(fault.error)));
      });
    }
  });

  test(`${SEQUENCES} random sequences, seed ${SEED}: product and model agree after each step`, async () => {
    for (let n = 0; n < SEQUENCES; n++) {
      const seed = (SEED + n) % 2 ** 31;
      const steps = randomSteps(new Chance(seed), STEPS);
      const fault = await faultOf(steps);
      if (!fault) continue;
      const script = await scriptOf(steps.slice(0, fault.at + 1), kindOf(fault.error));
      assert.fail(
        `After ${n} sequences, this one failed (SCIMCTL_TEST_SEED=${seed} SCIMCTL_TEST_PEOPLE=1):\n${script}`,
      );
    }
  });
});

/** What is being compared when it fails: a fault of another kind is another sequence. */
const kindOf = ({ message }: Error) => message.split(/[:;\n]/)[0] ?? '';
