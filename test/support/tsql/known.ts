import assert from 'node:assert/strict';
import type { TsqlFault, TsqlVerdict } from './judge.js';

/** Where a text comes from. */
type Origin = 'files' | 'statements';

/** A fault that is there, and why it is left there for now. To be struck out as soon as it is not. */
interface Known {
  what: string;
  in: readonly Origin[];
  matches(verdict: TsqlVerdict, fault: TsqlFault): boolean;
}

const KNOWN: readonly Known[] = [
  {
    what: 'conditions on JSON are made with OPENJSON where the database has compatibility level 130; below, otherwise',
    in: ['statements'],
    matches: (_, { rule, message }) => rule === 'level' && message.startsWith('OPENJSON'),
  },
];

const known = (origin: Origin): Known[] => KNOWN.filter((one) => one.in.includes(origin));

/** The tables of real applications are as their makers have them. */
const isOfApplication = ({ name }: TsqlVerdict, { rule }: TsqlFault) =>
  name.startsWith('hosts/') && ['1944', 'unique-null'].includes(String(rule));

/** The verdicts without the faults that are known. */
export const unknownFaults = (verdicts: readonly TsqlVerdict[], origin: Origin): TsqlVerdict[] =>
  verdicts.map((verdict) => ({
    ...verdict,
    faults: verdict.faults.filter(
      (fault) =>
        !isOfApplication(verdict, fault) && !known(origin).some((one) => one.matches(verdict, fault)),
    ),
  }));

/** Fails where a known fault is not among these verdicts any more. */
export function assertKnownAreThere(verdicts: readonly TsqlVerdict[], origin: Origin): void {
  const gone = known(origin).filter(
    ({ matches }) => !verdicts.some((verdict) => verdict.faults.some((fault) => matches(verdict, fault))),
  );
  assert.deepEqual(
    gone.map(({ what }) => what),
    [],
  );
}
