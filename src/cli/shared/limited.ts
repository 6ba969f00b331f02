/** A number of seats; `unlimited` if there is no limit, so that the number is infinite. */
export const limited = (seats: number): number | 'unlimited' | 'unknown' => {
  if (Number.isNaN(seats)) return 'unknown';
  return seats === Number.POSITIVE_INFINITY ? 'unlimited' : seats;
};
