import { Transform } from 'node:stream';
import { engineOfSuite } from './engines.js';
/**
 * Stands between the runner and its reporter: counts what was run, in all and on each engine, and adds a
 * line on the engines right before the closing summary.
 */
export class RunReport extends Transform {
    engines;
    /** Tests that were run, whatever came of them. */
    ran = 0;
    failed = 0;
    /** Files in which no test is registered. */
    emptyFiles = [];
    byEngine = new Map();
    /** Nesting of each test run since the last suite that held it ended. */
    open = [];
    summarised = false;
    constructor(engines) {
        super({ objectMode: true });
        this.engines = engines;
    }
    _transform(event, _encoding, done) {
        if (event.type === 'test:pass' || event.type === 'test:fail')
            this.count(event);
        if (event.type === 'test:diagnostic' && /^tests \d+$/.test(event.data.message ?? ''))
            this.summarise();
        this.push(event);
        done();
    }
    /** One line on each engine: how many tests ran there, or why none did. */
    engineLines() {
        return this.engines.map(({ name, label, skipped }) => skipped === undefined
            ? `${label}: ${counted(this.byEngine.get(name) ?? 0)}`
            : `${label}: skipped, ${skipped}`);
    }
    count({ type, data }) {
        const nesting = data.nesting ?? 0;
        if (type === 'test:fail' && !data.todo)
            this.failed++;
        if (data.details?.type === 'suite') {
            const inside = this.open.filter((each) => each > nesting).length;
            const engine = engineOfSuite(data.name ?? '');
            if (engine)
                this.byEngine.set(engine, (this.byEngine.get(engine) ?? 0) + inside);
            if (engine || nesting === 0)
                this.open = this.open.filter((each) => each <= nesting);
        }
        else if (data.name?.endsWith('.test.js') && nesting === 0) {
            if (type === 'test:pass')
                this.emptyFiles.push(data.name);
        }
        else if (data.skip === undefined) {
            this.ran++;
            this.open.push(nesting);
        }
        if (nesting === 0)
            this.open = [];
    }
    summarise() {
        if (this.summarised)
            return;
        this.summarised = true;
        for (const message of this.engineLines()) {
            this.push({ type: 'test:diagnostic', data: { nesting: 0, message } });
        }
    }
}
const counted = (tests) => `${tests} ${tests === 1 ? 'test' : 'tests'} ran`;
