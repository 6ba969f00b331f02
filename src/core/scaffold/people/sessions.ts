import { countsInWords, hostColumnsOf, isColumnCalled, type Reference, scalarOf } from '../facts.js';
import { askedFor, type Choice, type Proposal } from '../proposal.js';
import { DISCRIMINATOR, SESSIONS } from '../words/vocabulary.js';

const REMEMBERS = /session|autologin|remember|recovery|refresh|reset|password|cookie|access/iu;

/** What remembers a sign-in, so that a disable ends it. It deletes rows: a person decides. */
export function proposeEndSessions(references: readonly Reference[]): Proposal[] {
  return references
    .filter(({ table }) => SESSIONS.test(table.plain) && !/(log|logs|history|type|types)$/u.test(table.plain))
    .map(({ table, column, to }) => {
      const all = { table: table.id, match: { [column]: { column: to } } };
      const kind = hostColumnsOf(table).find(
        (one) =>
          (isColumnCalled(one, DISCRIMINATOR) ||
            /^(action|purpose|scope|usage|name)$/u.test(one.words.own)) &&
          (one.values?.length ?? 0) > 0,
      );
      const some = (kind?.values ?? []).filter(({ value }) => REMEMBERS.test(value ?? ''));
      const choices: Choice[] = [
        ...(kind && some.length > 0
          ? [
              {
                value: {
                  ...all,
                  where: { column: kind.name, in: some.map(({ value }) => scalarOf(kind, value)) },
                },
                evidence: countsInWords(kind.name, some),
              },
            ]
          : []),
        { value: all, evidence: `every row of the person in ${table.id}` },
        { value: 'none', evidence: 'delete nothing' },
      ];
      return askedFor(
        `end-sessions.${table.id}`,
        `Does ${table.id} remember sign-ins, to be deleted when an account is disabled?`,
        choices[0]?.value ?? null,
        choices,
        kind ? countsInWords(kind.name, kind.values ?? []) : `${table.id} refers to the people`,
      );
    });
}
