import { countEvents } from '../../database/queries/events.js';
import { judgeChain } from './chain.js';
import { EventCursor, readSeals } from './cursor.js';
import { eventDigest, SealEntries } from './digests.js';
import { Findings } from './findings.js';
import { headOf } from './head.js';
/**
 * Holds every sealed event against its seal and the seals against one another. Only reads; in memory are
 * never more than some pages of events and seals, whatever the length of the trail.
 */
export async function verifyTrail(core, { head, onProgress } = {}) {
    const walk = new Walk(core, onProgress);
    for await (const link of judgeChain(readSeals(core, (seal) => walk.cursor.allow(seal.lastSeq)))) {
        if (link.kind === 'removed')
            walk.skip(link);
        else {
            if (link.kind === 'changed')
                walk.distrust(link.seal);
            else
                await walk.check(link.seal);
            if (head && head.sealNo === link.seal.sealNo)
                walk.compare(link.seal, head);
        }
    }
    return walk.finish(head);
}
/** One pass through seals and events side by side. */
class Walk {
    core;
    onProgress;
    cursor;
    #found = new Findings();
    #last;
    /** Last event of the last sound seal. */
    #settled;
    /** Since then came seals without a sound one: the last event that they claim to cover. */
    #doubtfulTo;
    #isDoubtful = false;
    #sealed = 0;
    #unproved = 0;
    #checked = 0;
    constructor(core, onProgress = () => undefined) {
        this.core = core;
        this.onProgress = onProgress;
        this.cursor = new EventCursor(core);
    }
    skip({ sealNo, toSealNo }) {
        this.#found.add({ kind: 'seal-removed', sealNo, ...(toSealNo > sealNo && { toSealNo }) });
        this.#isDoubtful = true;
    }
    distrust(seal) {
        this.#found.add({ kind: 'seal-changed', sealNo: seal.sealNo });
        this.#isDoubtful = true;
        if (this.#doubtfulTo === undefined || seal.lastSeq > this.#doubtfulTo)
            this.#doubtfulTo = seal.lastSeq;
        this.#last = seal;
    }
    async check(seal) {
        const { sealNo, firstSeq, lastSeq } = seal;
        if (this.#isDoubtful)
            while (await this.cursor.take(firstSeq - 1n))
                this.#unproved++;
        const entries = new SealEntries(seal.rowDigests);
        const missing = ({ seq }) => this.#found.add({ kind: 'removed', seq: Number(seq), sealNo });
        let at = 0;
        let entry = entries.at(at);
        for (let event = await this.cursor.take(lastSeq); event; event = await this.cursor.take(lastSeq)) {
            for (; entry && entry.seq < event.seq; entry = entries.at(++at))
                missing(entry);
            const about = { seq: Number(event.seq), eventId: event.eventId, sealNo };
            if (entry?.seq !== event.seq)
                this.#found.add({ kind: 'inserted', ...about });
            else {
                if (eventDigest(event) !== entry.digest)
                    this.#found.add({ kind: 'changed', ...about });
                entry = entries.at(++at);
            }
            this.#checked++;
        }
        for (; entry; entry = entries.at(++at))
            missing(entry);
        this.#sealed += entries.length;
        [this.#last, this.#settled, this.#isDoubtful, this.#doubtfulTo] = [seal, lastSeq, false, undefined];
        this.onProgress(this.#checked);
    }
    compare(seal, head) {
        if (seal.digest.toString('hex') === head.digest)
            return;
        this.#found.add({ kind: 'head-mismatch', sealNo: seal.sealNo, seq: head.lastSeq });
    }
    async finish(head) {
        const last = this.#last;
        if (head && head.sealNo > (last?.sealNo ?? 0))
            this.#cut(head);
        const count = (after) => this.core.database.read((session) => countEvents(session, { after }));
        const beyond = await count(this.#settled);
        const unsealed = this.#doubtfulTo === undefined ? beyond : await count(later(this.#settled, this.#doubtfulTo));
        return {
            status: this.#found.count === 0 ? 'intact' : 'tampered',
            events: this.#checked + this.#unproved + beyond,
            sealed: this.#sealed,
            unsealed,
            unproved: this.#unproved + beyond - unsealed,
            head: headOf(last, this.#sealed),
            findings: this.#found.list,
            findingCount: this.#found.count,
        };
    }
    #cut(head) {
        const [sealNo, toSealNo] = [(this.#last?.sealNo ?? 0) + 1, head.sealNo];
        const [seq, toSeq] = [Number(this.#last?.lastSeq ?? 0) + 1, head.lastSeq];
        this.#found.add({ kind: 'tail-cut', seq, toSeq, sealNo, ...(toSealNo > sealNo && { toSealNo }) });
    }
}
const later = (one, other) => (one !== undefined && one > other ? one : other);
