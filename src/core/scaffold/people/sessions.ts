import { hostColumnsOf, isColumnCalled, scalarOf, type TableFacts, valuesInWords } from '../facts.js';
import { askedFor, type Choice, type Proposal } from '../proposal.js';
import { DISCRIMINATOR, SESSIONS, SIGN_IN_TOKEN } from '../words/vocabulary.js';
import { matchOf, type Reference } from './references.js';

const REMEMBERS = /session|autologin|remember|recovery|refresh|reset|password|cookie|access/iu;

/** By its name, or by a token with a time at which it ends or was used. */
function isOfSessions(table: TableFacts): boolean {
  if (/(log|logs|history|type|types)$/u.test(table.plain)) return false;
  if (SESSIONS.test(table.plain)) return true;
  if (
    /reset|confirm|invit|verif|activat|recover|external|extern|oauth|saml|identit|federat|provider|link|social|credential/u.test(
      table.plain,
    )
  )
    return false;
  const columns = hostColumnsOf(table);
  return (
    columns.some(
      ({ words, kind }) => kind !== 'instant' && (SIGN_IN_TOKEN.test(words.bare) || words.bare === 'token'),
    ) &&
    columns.some(
      ({ words, kind }) =>
        kind !== 'text' && /expire|expiry|valid(to|until)|last(used|seen|access)/u.test(words.bare),
    )
  );
}

/** What remembers a sign-in, so that a disable ends it. It deletes rows: a person decides. */
export function proposeEndSessions(references: readonly Reference[]): Proposal[] {
  return references
    .filter(({ table }) => isOfSessions(table))
    .map((reference) => {
      const { table } = reference;
      const all = { table: table.id, match: matchOf(reference) };
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
                evidence: valuesInWords(kind.name, some),
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
        kind ? valuesInWords(kind.name, kind.values ?? []) : `${table.id} refers to the people`,
      );
    });
}
