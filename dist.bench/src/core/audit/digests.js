import { hash } from 'node:crypto';
/*
 * The canonical forms and their digests, as docs/audit-trail.md describes them for everybody who wants to
 * verify a trail without this program. They can never change: what is sealed is sealed in this form.
 */
/** Before the first seal. */
export const NO_DIGEST = Buffer.alloc(32);
/**
 * An event as the text that is hashed: a JSON array without white space (as RFC 8785 writes it), the same on
 * every engine. Never throws, whatever a tampered row holds.
 */
export function eventForm(event) {
    const { seq, eventId, occurredAt, actor, action, targetType, targetId, targetName, outcome, details } = event;
    const at = instantText(occurredAt);
    const texts = [
        eventId.toLowerCase(),
        at,
        actor,
        action,
        targetType,
        targetId,
        targetName,
        outcome,
        details,
    ];
    return `[${seq},${JSON.stringify(texts).slice(1)}`;
}
/** Hex, since a million strings are lighter than a million buffers. */
export const eventDigest = (event) => hash('sha256', eventForm(event), 'hex');
/** A seal as the text that is hashed; it covers the digests of the events through their own digest. */
export function sealForm(seal) {
    const { sealNo, previousDigest, firstSeq, lastSeq, eventCount, rowDigests, sealedAt, sealedBy } = seal;
    const rows = hash('sha256', rowDigests, 'hex');
    const text = JSON.stringify(['scimctl-seal-1', sealNo, previousDigest.toString('hex')]).slice(0, -1);
    return `${text},${firstSeq},${lastSeq},${eventCount},${JSON.stringify([rows, instantText(sealedAt), sealedBy]).slice(1)}`;
}
export const sealDigest = (seal) => hash('sha256', sealForm(seal), 'buffer');
const ENTRY_BYTES = 40;
const SEQ_BYTES = 8;
export function packEntries(entries) {
    const packed = Buffer.alloc(entries.length * ENTRY_BYTES);
    entries.forEach(({ seq, digest }, at) => {
        packed.writeBigInt64BE(seq, at * ENTRY_BYTES);
        packed.write(digest, at * ENTRY_BYTES + SEQ_BYTES, 'hex');
    });
    return packed;
}
/**
 * The list of events in a seal, read where it lies: unpacked, the lists in hand at once would be many objects.
 * It is empty where the bytes are not whole entries.
 */
export class SealEntries {
    packed;
    length;
    constructor(packed) {
        this.packed = packed;
        this.length = packed.length % ENTRY_BYTES === 0 ? packed.length / ENTRY_BYTES : 0;
    }
    at(index) {
        if (index < 0 || index >= this.length)
            return undefined;
        const start = index * ENTRY_BYTES;
        return {
            seq: this.packed.readBigInt64BE(start),
            digest: this.packed.toString('hex', start + SEQ_BYTES, start + ENTRY_BYTES),
        };
    }
    /** Whether every number is greater than the one before it. */
    get isAscending() {
        for (let end = 2 * ENTRY_BYTES; end <= this.packed.length; end += ENTRY_BYTES) {
            const before = this.packed.readBigInt64BE(end - 2 * ENTRY_BYTES);
            if (this.packed.readBigInt64BE(end - ENTRY_BYTES) <= before)
                return false;
        }
        return true;
    }
}
/** RFC 3339 in UTC to the millisecond. The drivers have other values for what is no instant (`infinity`). */
const instantText = (instant) => instant instanceof Date && !Number.isNaN(instant.getTime()) ? instant.toISOString() : String(instant);
