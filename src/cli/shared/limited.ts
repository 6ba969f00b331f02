/** A number of seats; `unlimited` where there is no limit, so that the number is infinite. */
export const limited = (seats: number): number | 'unlimited' =>
  Number.isFinite(seats) ? seats : 'unlimited';
