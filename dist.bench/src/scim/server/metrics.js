/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Counts for Prometheus. Labels come from a small set each: never an id, a name or anything a client chose. */
export class Metrics {
    #requests = new Map();
    #durations = new Map();
    #failures = new Map();
    request(labels, seconds) {
        const { method, route } = labels;
        add(this.#requests, key({ ...labels, status: String(labels.status) }));
        const at = key({ method, route });
        const histogram = this.#durations.get(at) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
        BUCKETS.forEach((bound, index) => {
            if (seconds <= bound)
                histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
        });
        histogram.sum += seconds;
        histogram.count++;
        this.#durations.set(at, histogram);
    }
    authenticationFailure(reason) {
        add(this.#failures, key({ reason }));
    }
    /** The text format, version 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
    render(gauges) {
        return [
            head('scimctl_requests_total', 'Requests answered.', 'counter'),
            ...lines('scimctl_requests_total', this.#requests),
            head('scimctl_request_duration_seconds', 'Time until a request was answered.', 'histogram'),
            ...[...this.#durations].flatMap(([labels, histogram]) => histogramLines(labels, histogram)),
            head('scimctl_authentication_failures_total', 'Requests that were not let in, by reason.', 'counter'),
            ...lines('scimctl_authentication_failures_total', this.#failures),
            ...gauges.flatMap(({ name, help, type = 'gauge', values }) => [
                head(name, help, type),
                ...values.map(({ labels = {}, value }) => line(name, key(labels), value)),
            ]),
            '',
        ].join('\n');
    }
}
function histogramLines(labels, { buckets, sum, count }) {
    const name = 'scimctl_request_duration_seconds';
    const bucket = (le, value) => line(`${name}_bucket`, `${labels},le="${le}"`, value);
    return [
        ...BUCKETS.map((bound, index) => bucket(String(bound), buckets[index] ?? 0)),
        bucket('+Inf', count),
        line(`${name}_sum`, labels, sum),
        line(`${name}_count`, labels, count),
    ];
}
const add = (counts, at) => counts.set(at, (counts.get(at) ?? 0) + 1);
const lines = (name, counts) => [...counts].map(([labels, value]) => line(name, labels, value));
const line = (name, labels, value) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`;
const head = (name, help, type) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;
const key = (labels) => Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`)
    .join(',');
