import type { Knex } from 'knex';
import type { PlanSource } from '../../dialect/plan-source.js';
import { numbered } from '../driver/placeholders.js';

/**
 * The generic plan of a prepared statement, as PostgreSQL keeps it for one that is repeated. EXPLAIN (GENERIC_PLAN)
 * would say the same, from PostgreSQL 16 on.
 */
export const postgresPlanSource: PlanSource = {
  explain: async (knex, { sql, bindings }) => {
    await say(knex, "set local plan_cache_mode = 'force_generic_plan'");
    await say(knex, `prepare scimctl_plan as ${numbered(sql)}`);
    const nulls = bindings.length === 0 ? '' : `(${bindings.map(() => 'null').join(', ')})`;
    const explained = await say(knex, `explain (format json) execute scimctl_plan${nulls}`);
    await say(knex, 'deallocate scimctl_plan');
    return JSON.stringify(withoutPostgresLiterals(explained.rows[0]?.['QUERY PLAN']), null, 2);
  },
};

/** Of text that is whole: what looks like a place for a value is none. */
const say = async (knex: Knex, text: string): Promise<{ rows: Record<string, unknown>[] }> =>
  knex.raw(text.replaceAll('?', '\\?'));

/** A quoted name, which stays; or a text, a bit string or a number, which does not. */
const LITERAL =
  /("(?:[^"]|"")*")|[EBX]?'(?:[^']|'')*'|\$\d+|(?<![\w$."])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w"])/gi;

/**
 * A plan whose conditions and expressions are without literals. Numbers stay where they are values of their own, such
 * as costs.
 */
export function withoutPostgresLiterals(plan: unknown): unknown {
  if (typeof plan === 'string')
    return plan.replace(LITERAL, (found, name?: string) => (name || /^\$/.test(found) ? found : '?'));
  if (Array.isArray(plan)) return plan.map(withoutPostgresLiterals);
  if (typeof plan !== 'object' || plan === null) return plan;
  return Object.fromEntries(
    Object.entries(plan).map(([key, value]) => [key, withoutPostgresLiterals(value)]),
  );
}
