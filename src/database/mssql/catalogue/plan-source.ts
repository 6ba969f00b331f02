import type { Knex } from 'knex';
import type { PlanSource } from '../../dialect/plan-source.js';
import { AS_BATCH } from '../driver/knex-client.js';
import { mssqlServerInfo } from '../driver/server-info.js';

/**
 * The estimated plan of SHOWPLAN_XML. Values are local variables that are never assigned, so that the server estimates
 * them by the density of the columns, as it does for any value.
 * https://learn.microsoft.com/sql/t-sql/statements/set-showplan-xml-transact-sql
 */
export const mssqlPlanSource: PlanSource = {
  explain: async (knex, { sql, bindings }) => {
    // Babelfish does not have it, and would run the statement.
    if ((await mssqlServerInfo(knex)).product !== 'SQL Server') return undefined;
    await batch(knex, SHOW_PLANS);
    try {
      const rows = await batch(knex, planBatch(sql, bindings));
      const text = rows
        .map((row) => Object.values(row)[0])
        .find((cell) => /^\s*<ShowPlanXML\b/.test(String(cell)));
      return text === undefined ? undefined : withoutMssqlLiterals(String(text));
    } finally {
      await batch(knex, SHOW_NO_PLANS);
    }
  },
};

/** Each of these has to be the only statement of its batch. */
export const SHOW_PLANS = 'SET SHOWPLAN_XML ON';
export const SHOW_NO_PLANS = 'SET SHOWPLAN_XML OFF';

/** The statement as a batch of its own, with variables for its values. */
export function planBatch(sql: string, bindings: readonly unknown[]): string {
  const variables = bindings.map((value, at) => `@p${at} ${typeOf(value)}`);
  let at = 0;
  const text = sql.replace(/\\\?|\?/g, (found) => (found === '?' ? `@p${at++}` : '?'));
  return `${variables.length === 0 ? '' : `DECLARE ${variables.join(', ')};\n`}${text};`;
}

/** As the driver declares it. */
function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'bigint') return 'bigint';
  if (typeof value === 'boolean') return 'bit';
  return value instanceof Uint8Array ? 'varbinary(8000)' : 'nvarchar(4000)';
}

const batch = (knex: Knex, text: string): Promise<Record<string, unknown>[]> =>
  knex.raw(text.replaceAll('?', '\\?')).options({ [AS_BATCH]: true }) as unknown as Promise<
    Record<string, unknown>[]
  >;

/** Attributes whose values are names of objects, words of the server, or digests. */
const HARMLESS =
  /^(?:xmlns(?::\w+)?|Schema|Table|Index|Column|Alias|Statistics|IndexKind|Storage|PhysicalOp|LogicalOp|EstimatedExecutionMode|StatementType|StatementOptmLevel|StatementOptmEarlyAbortReason|CardinalityEstimationModelVersion|Build|Version|QueryHash|QueryPlanHash|ConvertIssue|Usage|ScanDirection|ScanType|CompareOp|Operation|DataType|NonParallelPlanReason|AggType|FunctionName|LastUpdate)$/;

/** A number, `true` or `false`. */
const PLAIN = /^(?:[-+]?[\d.]+(?:e[-+]?\d+)?|true|false)$/i;

/**
 * An XML plan whose attributes are names, numbers and words of the server: texts of statements and expressions, and all
 * constants, are replaced by `?`. So is the name of the database.
 */
export const withoutMssqlLiterals = (plan: string): string =>
  plan
    .replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g, '')
    .replace(/>[^<]+</g, '><')
    .replace(
      /<([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>/g,
      (_, name: string, attributes: string, end: string) => {
        const kept = attributes.replace(/([\w:]+)="([^"]*)"/g, (all, attribute: string, value: string) =>
          isHarmless(name, attribute, value) ? all : `${attribute}="?"`,
        );
        return `<${name}${kept}${end}>`;
      },
    );

const isHarmless = (element: string, attribute: string, value: string): boolean =>
  HARMLESS.test(attribute) || (PLAIN.test(value) && element !== 'Const' && !/Value$/.test(attribute));
