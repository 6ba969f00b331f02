import { parseTableName } from '../../binding/table-name.js';

/** How far a proposal may be trusted. `sure` rests on the catalogue; `ask` is for a person to decide. */
export type Certainty = 'sure' | 'likely' | 'ask';

/** One of the answers that a question offers. */
export interface Choice {
  /** What `--answer NAME=VALUE` takes: text as it is, everything else as JSON. */
  value: unknown;
  /** What speaks for it. */
  evidence: string;
}

/** What the binding file would hold at a name, as far as the database shows it. */
export interface Proposal {
  /** `users.login`, `insert.public.users.created_on`. */
  name: string;
  /** As the binding file holds it there; null for nothing, or where only a person knows. */
  value: unknown;
  certainty: Certainty;
  evidence: string;
  /** Asked where the certainty is `ask`. */
  question?: string;
  choices?: readonly Choice[];
  /** Choices that go together: each is taken or left by itself. */
  parts?: readonly Choice[];
}

/** What a new row gets in a column: a proposal whose name follows from the column. */
export type Inserted = Omit<Proposal, 'name'>;

/** What a person is asked. All of them are listed, answered or not. */
export interface Question {
  name: string;
  question: string;
  choices: readonly Choice[];
  evidence: string;
  answer?: unknown;
}

export const sure = (name: string, value: unknown, evidence: string): Proposal => ({
  name,
  value,
  certainty: 'sure',
  evidence,
});

export const likely = (name: string, value: unknown, evidence: string): Proposal => ({
  name,
  value,
  certainty: 'likely',
  evidence,
});

/** @param value what is proposed at the prompt; null for nothing. */
export const askedFor = (
  name: string,
  question: string,
  value: unknown,
  choices: readonly Choice[],
  evidence: string,
): Proposal => ({ name, value, certainty: 'ask', evidence, question, choices });

/**
 * The table of a member: of `member.TABLE`, or of `member.TABLE.FIELD`, one of several rows of a table of attributes.
 * Nothing for other names, and for a member that there is not to be.
 */
export function memberTable(name: string, value: unknown): string | undefined {
  if (!name.startsWith('member.') || typeof value !== 'object' || value === null) return undefined;
  const { table } = value as { table?: unknown };
  return typeof table === 'string' ? table : undefined;
}

/** What the binding calls one of several rows of a table of attributes: `usermeta_email` of `member.app.usermeta.email`. */
export function memberAlias(name: string, table: string): string | undefined {
  const start = `member.${table}.`;
  return name.startsWith(start)
    ? `${parseTableName(table)?.name ?? table}_${name.slice(start.length)}`
    : undefined;
}

/** `insert.schema.table.column`, a part with a dot in quotes. */
export function placeOf(
  name: string,
): { kind: 'insert' | 'update' | 'disable'; table: string; column: string } | undefined {
  const [, kind, schema, table, column] =
    /^(insert|update|disable)\.("(?:[^"]|"")+"|[^."]+)\.("(?:[^"]|"")+"|[^."]+)\.("(?:[^"]|"")+"|[^."]+)$/.exec(
      name,
    ) ?? [];
  if (!kind || !schema || !table || !column) return undefined;
  const plain = column.startsWith('"') ? column.slice(1, -1).replaceAll('""', '"') : column;
  return { kind: kind as 'insert' | 'update' | 'disable', table: `${schema}.${table}`, column: plain };
}
