import type { Knex } from 'knex';

const ROUNDS = 5;

/** Milliseconds of one round trip to the server, to a tenth: the median of a few. */
export async function measureLatency(knex: Knex): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await knex.raw('select 1 as one');
    times.push(performance.now() - start);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  return Math.round(median * 10) / 10;
}
