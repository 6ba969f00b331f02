import { Transform, type TransformCallback } from 'node:stream';
import { pathInTests } from '../../extents.js';
import type { TestEvent } from './report.js';

/** Tests that fail because of a fault of the system on which they run, and not of ours. */
export interface KnownFault {
  /** Where the test is written: `cli/out.test.ts`. */
  file: string;
  /** The beginning of the name of the test, or of a suite that contains it. */
  test: string;
  reason: string;
}

/**
 * Stands before the report of a run and turns the failure of a listed test into a skipped test with the reason. Any
 * other failure stays one. At the end it says how many tests failed as listed, and which listed ones passed.
 */
export class KnownFaults extends Transform {
  private readonly failed = new Map<KnownFault, number>();
  private readonly passed = new Set<KnownFault>();
  /** Names of the test that runs and of the suites around it. */
  private readonly names: string[] = [];
  /** Which of these suites contain a failure that is not listed. */
  private readonly unlisted: boolean[] = [];
  /** How many listed failures the runner counts as failed, and as cancelled. */
  private readonly counted = { fail: 0, cancelled: 0 };

  constructor(
    private readonly system: string,
    private readonly faults: readonly KnownFault[],
  ) {
    super({ objectMode: true });
  }

  override _transform(event: TestEvent, _encoding: BufferEncoding, done: TransformCallback): void {
    if (event.type === 'test:start') this.enter(event);
    const { message = '', nesting } = event.data;
    if (event.type === 'test:diagnostic' && nesting === 0) {
      if (/^tests \d+$/.test(message)) for (const line of this.lines()) this.push(diagnostic(line));
      this.push(this.recounted(event));
    } else {
      this.push(this.judged(event));
    }
    done();
  }

  /** What came of the list. */
  lines(): string[] {
    const failed = [...this.failed.values()].reduce((sum, each) => sum + each, 0);
    const passed = [...this.passed].filter((fault) => !this.failed.has(fault));
    return [
      `known faults of ${this.system}: ${failed} ${failed === 1 ? 'test' : 'tests'} failed as listed`,
      ...passed.map(({ file, test }) => `listed as a fault of ${this.system}, but passed: ${file}: ${test}`),
    ];
  }

  private enter({ data: { name = '', nesting = 0 } }: TestEvent): void {
    this.names.length = this.unlisted.length = nesting;
    this.names.push(name);
    this.unlisted.push(false);
  }

  private judged(event: TestEvent): TestEvent {
    const { type, data } = event;
    const { nesting = 0, skip, todo } = data;
    if ((type !== 'test:pass' && type !== 'test:fail') || skip !== undefined || todo !== undefined)
      return event;
    const isSuite = data.details?.type === 'suite';
    const fault = this.faultOf(event);
    if (type === 'test:pass') {
      if (fault && !isSuite) this.passed.add(fault);
      return event;
    }
    const cause = data.details?.error?.failureType;
    if (isSuite && cause === 'subtestsFailed' && !this.unlisted[nesting])
      return { ...event, type: 'test:pass' };
    if (!fault) {
      this.unlisted.fill(true, 0, nesting);
      return event;
    }
    if (isSuite) return { ...event, type: 'test:pass' };
    this.failed.set(fault, (this.failed.get(fault) ?? 0) + 1);
    this.counted[cause === 'cancelledByParent' ? 'cancelled' : 'fail']++;
    return { type: 'test:pass', data: { ...data, skip: `known fault of ${this.system}: ${fault.reason}` } };
  }

  private faultOf({ data: { file, nesting = 0 } }: TestEvent): KnownFault | undefined {
    if (file === undefined) return undefined;
    const written = pathInTests(file).replace(/\.js$/, '.ts');
    const names = this.names.slice(0, nesting + 1);
    return this.faults.find(
      (fault) => fault.file === written && names.some((name) => name.startsWith(fault.test)),
    );
  }

  /** The runner's own count of what failed, without what is listed. */
  private recounted(event: TestEvent): TestEvent {
    const [, kind, count] = /^(fail|cancelled|skipped) (\d+)$/.exec(event.data.message ?? '') ?? [];
    if (kind === undefined) return event;
    const { fail, cancelled } = this.counted;
    const less = kind === 'skipped' ? -fail - cancelled : this.counted[kind as 'fail' | 'cancelled'];
    return { ...event, data: { ...event.data, message: `${kind} ${Number(count) - less}` } };
  }
}

const diagnostic = (message: string): TestEvent => ({
  type: 'test:diagnostic',
  data: { nesting: 0, message },
});
