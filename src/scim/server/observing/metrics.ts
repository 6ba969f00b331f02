/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

type Labels = Readonly<Record<string, string>>;

interface Histogram {
  buckets: number[];
  sum: number;
  count: number;
}

export interface Gauge {
  name: string;
  help: string;
  /** Type as Prometheus has it; `gauge` when left out. */
  type?: 'gauge' | 'counter';
  values: { labels?: Labels; value: number }[];
}

/** Counts for Prometheus. Labels come from a small set each: never an id, a name or anything a client chose. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();
  readonly #failures = new Map<string, number>();
  readonly #drops = new Map<string, number>();

  request(labels: { idp: string; method: string; route: string; status: number }, seconds: number): void {
    const { method, route } = labels;
    add(this.#requests, key({ ...labels, status: String(labels.status) }));
    const at = key({ method, route });
    const histogram = this.#durations.get(at) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
    });
    histogram.sum += seconds;
    histogram.count++;
    this.#durations.set(at, histogram);
  }

  authenticationFailure(reason: string): void {
    add(this.#failures, key({ reason }));
  }

  connectionDropped(reason: string): void {
    add(this.#drops, key({ reason }));
  }

  /** The text format, version 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
  render(gauges: readonly Gauge[]): string {
    return [
      head('scimctl_requests_total', 'Requests answered.', 'counter'),
      ...lines('scimctl_requests_total', this.#requests),
      head('scimctl_request_duration_seconds', 'Time until a request was answered.', 'histogram'),
      ...[...this.#durations].flatMap(([labels, histogram]) => histogramLines(labels, histogram)),
      head(
        'scimctl_authentication_failures_total',
        'Requests that failed authentication, by reason.',
        'counter',
      ),
      ...lines('scimctl_authentication_failures_total', this.#failures),
      head('scimctl_connections_dropped_total', 'Connections dropped, by reason.', 'counter'),
      ...lines('scimctl_connections_dropped_total', this.#drops),
      ...gauges.flatMap(({ name, help, type = 'gauge', values }) => [
        head(name, help, type),
        ...values.map(({ labels = {}, value }) => line(name, key(labels), value)),
      ]),
      '',
    ].join('\n');
  }
}

function histogramLines(labels: string, { buckets, sum, count }: Histogram): string[] {
  const name = 'scimctl_request_duration_seconds';
  const bucket = (le: string, value: number) => line(`${name}_bucket`, `${labels},le="${le}"`, value);
  return [
    ...BUCKETS.map((bound, index) => bucket(String(bound), buckets[index] ?? 0)),
    bucket('+Inf', count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ];
}

const add = (counts: Map<string, number>, at: string) => counts.set(at, (counts.get(at) ?? 0) + 1);

const lines = (name: string, counts: Map<string, number>) =>
  [...counts].map(([labels, value]) => line(name, labels, value));

const line = (name: string, labels: string, value: number) =>
  `${name}${labels === '' ? '' : `{${labels}}`} ${value}`;

const head = (name: string, help: string, type: string) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;

const key = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`)
    .join(',');
