/** A number of an event: a JSON number while that is exact, and text beyond 2^53. */
export type ExactNumber = number | string;

export const exactNumber = (value: bigint): ExactNumber =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
