import { Transform, type TransformCallback } from 'node:stream';

/** What suites run on, by the name in brackets at the end of their titles: `names [postgres]`. */
export interface RunsOn {
  name: string;
  /** For people. */
  label: string;
  /** Why its suites are skipped, where that is known before. */
  skipped?: string;
}

/** Suites of this name say by themselves why they are skipped. */
export const TSQL_PARSER: RunsOn = { name: 'tsql', label: 'Microsoft’s T-SQL parser' };

/** What `node:test` says of one test; only what is used here. */
interface TestEvent {
  type: string;
  data: {
    name?: string;
    nesting?: number;
    file?: string;
    message?: string;
    skip?: string | boolean;
    todo?: string | boolean;
    details?: { type?: string };
  };
}

/**
 * Stands between the runner and its reporter: counts what was run, in all and on each engine, and adds a
 * line on the engines right before the closing summary.
 */
export class RunReport extends Transform {
  /** Tests that were run, whatever came of them. */
  ran = 0;
  failed = 0;
  /** Files in which no test is registered. */
  readonly emptyFiles: string[] = [];
  private readonly byEngine = new Map<string, number>();
  /** Why suites that belong together were skipped, where they say so themselves. */
  private readonly reasons = new Map<string, string>();
  /** Nesting of each test run since the last suite that held it ended. */
  private open: number[] = [];
  private summarised = false;

  constructor(private readonly engines: readonly RunsOn[]) {
    super({ objectMode: true });
  }

  override _transform(event: TestEvent, _encoding: BufferEncoding, done: TransformCallback): void {
    if (event.type === 'test:pass' || event.type === 'test:fail') this.count(event);
    if (event.type === 'test:diagnostic' && /^tests \d+$/.test(event.data.message ?? '')) this.summarise();
    this.push(event);
    done();
  }

  /** One line on each engine: how many tests ran there, or why none did. */
  engineLines(): string[] {
    return this.engines.map(({ name, label, skipped }) => {
      const ran = this.byEngine.get(name) ?? 0;
      const reason = skipped ?? (ran === 0 ? this.reasons.get(name) : undefined);
      return reason === undefined ? `${label}: ${counted(ran)}` : `${label}: skipped, ${reason}`;
    });
  }

  private count({ type, data }: TestEvent): void {
    const nesting = data.nesting ?? 0;
    if (type === 'test:fail' && !data.todo) this.failed++;
    if (data.details?.type === 'suite') {
      const inside = this.open.filter((each) => each > nesting).length;
      const engine = /\[(\w+)\]$/.exec(data.name ?? '')?.[1];
      if (engine && typeof data.skip === 'string') this.reasons.set(engine, data.skip);
      if (engine) this.byEngine.set(engine, (this.byEngine.get(engine) ?? 0) + inside);
      if (engine || nesting === 0) this.open = this.open.filter((each) => each <= nesting);
    } else if (data.name?.endsWith('.test.js') && nesting === 0) {
      if (type === 'test:pass') this.emptyFiles.push(data.name);
    } else if (data.skip === undefined) {
      this.ran++;
      this.open.push(nesting);
    }
    if (nesting === 0) this.open = [];
  }

  private summarise(): void {
    if (this.summarised) return;
    this.summarised = true;
    for (const message of this.engineLines()) {
      this.push({ type: 'test:diagnostic', data: { nesting: 0, message } } satisfies TestEvent);
    }
  }
}

const counted = (tests: number) => `${tests} ${tests === 1 ? 'test' : 'tests'} ran`;
