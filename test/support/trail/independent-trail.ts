import { createHash } from 'node:crypto';
import { type Product, rowsOf } from '../databases/product.js';

/*
 * Verifies a trail by what docs/audit-trail.md says under "Verifying without scimctl" and by nothing else: no code of
 * the product is used but its connection.
 */

type Row = Record<string, unknown>;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const instant = (value: unknown) => (value as Date).toISOString();
const bytes = (value: unknown) => value as Buffer;

const eventDigest = (row: Row): string =>
  sha256(
    `[${row.seq},${JSON.stringify([
      String(row.event_id).toLowerCase(),
      Number.isNaN(Date.parse(String(row.occurred_at))) ? String(row.occurred_at) : instant(row.occurred_at),
      ...['actor', 'action', 'target_type', 'target_id', 'target_name', 'outcome'].map(
        (column) => row[column],
      ),
      String(row.details).length > 262_144 ? String(row.details).slice(0, 65_536) : row.details,
    ]).slice(1)}`,
  );

const sealText = (row: Row): string =>
  `["scimctl-seal-1",${row.seal_no},"${bytes(row.previous_digest).toString('hex')}",${row.first_seq},${row.last_seq},${row.event_count},${JSON.stringify(
    [
      sha256(Number(row.event_count) > 10_000 ? '' : bytes(row.row_digests)),
      instant(row.sealed_at),
      row.sealed_by,
    ],
  ).slice(1)}`;

const voidText = (row: Row): string =>
  JSON.stringify([
    'scimctl-void-1',
    Number(row.void_no),
    ...[row.void_seals, row.void_events, row.row_digests].map((list) => sha256(bytes(list))),
    instant(row.sealed_at),
    row.sealed_by,
  ]);

const pruneText = (row: Row): string =>
  `["scimctl-prune-1",${row.prune_no},${row.seal_no},"${bytes(row.seal_digest).toString('hex')}",${row.last_seq},${row.event_count},${JSON.stringify(
    [
      bytes(row.events_digest).toString('hex'),
      bytes(row.previous_digest).toString('hex'),
      instant(row.sealed_at),
      row.sealed_by,
    ],
  ).slice(1)}`;

/** Number and digest of each row in a list. */
function unpacked(list: Buffer, numberBytes: 4 | 8): Map<string, string> {
  const size = numberBytes + 32;
  return new Map(
    Array.from({ length: list.length / size }, (_, at) => {
      const no = numberBytes === 8 ? list.readBigInt64BE(at * size) : list.readInt32BE(at * size);
      return [String(no), list.toString('hex', at * size + numberBytes, (at + 1) * size)];
    }),
  );
}

/** What is not as it should be, in words; nothing for an intact trail. `handedOut` is the last number handed out. */
export async function verifyIndependently(product: Product, handedOut: bigint): Promise<string[]> {
  const faults: string[] = [];
  const [events, seals, voids, prunes] = await Promise.all(
    ['event', 'event_seal', 'event_void', 'event_prune'].map((table) => rowsOf(product, `scim.${table}`)),
  );
  const voidSeals = new Map<string, string>();
  const voidEvents = new Map<string, string>();
  const proved = new Map<string, string>();
  for (const row of voids ?? []) {
    if (sha256(voidText(row)) !== bytes(row.digest).toString('hex')) faults.push(`void seal ${row.void_no}`);
    for (const [no, digest] of unpacked(bytes(row.void_seals), 4)) voidSeals.set(no, digest);
    for (const [seq, digest] of unpacked(bytes(row.void_events), 8)) voidEvents.set(seq, digest);
    for (const [seq, digest] of unpacked(bytes(row.row_digests), 8)) proved.set(seq, digest);
  }
  const sealsOfChain = new Map<string, string>();
  let [taken, lastSeq] = [0, 0n];
  // What the next seal may follow: the last seal of the chain, or a void one since then that was changed.
  let follow = ['0'.repeat(64)];
  for (const row of (seals ?? []).sort((a, b) => Number(a.seal_no) - Number(b.seal_no))) {
    const [no, text, digest] = [Number(row.seal_no), sealText(row), bytes(row.digest).toString('hex')];
    const isNext = no === taken + 1;
    if (isNext) taken++;
    const isSound = sha256(text) === digest;
    const isVoid = voidSeals.get(String(no)) === sha256(`${text.slice(0, -1)},"${digest}"]`);
    const follows = follow.includes(bytes(row.previous_digest).toString('hex'));
    const isInRange =
      BigInt(String(row.first_seq)) > lastSeq &&
      BigInt(String(row.last_seq)) <= BigInt(String(row.handed_out));
    if (isNext && isSound && follows && isInRange) {
      [follow, lastSeq] = [[digest], BigInt(String(row.last_seq))];
      sealsOfChain.set(`${no} ${digest}`, String(row.last_seq));
      if (!isVoid) for (const [seq, of] of unpacked(bytes(row.row_digests), 8)) proved.set(seq, of);
    } else if (!isVoid) faults.push(`seal ${no}`);
    else if (isNext && !isSound) follow.push(digest, sha256(text));
  }
  const prunedTo = prunedUpTo(prunes ?? [], events ?? [], sealsOfChain, faults);
  for (const row of events ?? []) {
    const [seq, digest] = [String(row.seq), eventDigest(row)];
    const expected = proved.get(seq);
    proved.delete(seq);
    if (voidEvents.get(seq) === digest) continue;
    const isUnsealed = BigInt(seq) > lastSeq && BigInt(seq) <= handedOut;
    if (expected === undefined ? !isUnsealed : expected !== digest) faults.push(`event ${seq}`);
  }
  const gone = [...proved.keys()].filter((seq) => BigInt(seq) > prunedTo);
  return [...faults, ...gone.map((seq) => `event ${seq} is gone`)];
}

/** The number up to which events may be missing. */
function prunedUpTo(
  prunes: Row[],
  events: Row[],
  sealsOfChain: ReadonlyMap<string, string>,
  faults: string[],
): bigint {
  let [no, previous, upTo] = [0, '0'.repeat(64), 0n];
  for (const row of prunes.sort((a, b) => Number(a.prune_no) - Number(b.prune_no))) {
    const digest = bytes(row.digest).toString('hex');
    const seal = `${row.seal_no} ${bytes(row.seal_digest).toString('hex')}`;
    const isSound =
      sha256(pruneText(row)) === digest &&
      Number(row.prune_no) === no + 1 &&
      bytes(row.previous_digest).toString('hex') === previous &&
      BigInt(String(row.last_seq)) > upTo &&
      sealsOfChain.get(seal) === String(row.last_seq);
    if (!isSound) {
      faults.push(`prune seal ${row.prune_no}`);
      return upTo;
    }
    [no, previous, upTo] = [no + 1, digest, BigInt(String(row.last_seq))];
  }
  const isTold = events.some(
    (row) =>
      row.action === 'audit.prune' &&
      row.target_type === 'trail' &&
      row.target_id === previous &&
      row.outcome === 'done' &&
      BigInt(String(row.seq)) > upTo,
  );
  if (no === 0 || isTold) return upTo;
  faults.push(`prune seal ${no}`);
  return 0n;
}
