import type { Users } from '../../binding/binding.js';
import type { Session } from '../../database/database.js';
import { DatabaseFault } from '../../database/faults/fault.js';
import { type RehearsalStep, rehearseWrites } from '../../database/scaffold/rehearse.js';
import { operationProblem } from '../../problem.js';
import { roleName } from '../rights/roles.js';
import { safeWords } from './host-words.js';
import { rehearsedTexts } from './rehearsed-texts.js';

export interface RehearsedStep {
  step: string;
  /** With values masked. */
  row: Record<string, string | boolean | null>;
}

/**
 * Creates, renames, disables and enables a user through the new host views, or does the rest with an existing one where
 * users cannot be created, with the rights of the endpoint's role
 * where it exists, and takes it back.
 * @param warnings what may explain a refusal.
 * @throws Problem `host-rehearsal-failed`
 */
export async function rehearseScaffold(
  session: Session,
  { create = 'yes', ...users }: Users,
  warnings: readonly string[] = [],
): Promise<{ rehearsal: RehearsedStep[]; role?: string }> {
  const { dialect, knex, schema } = session;
  const role = roleName('endpoint', schema);
  const acting = await dialect.scaffold.actAs(session, role, schema);
  let at: RehearsalStep['step'] = 'create';
  await dialect.trial.begin(session, schema, []);
  try {
    if (acting !== undefined) await knex.raw(acting);
    const account = { creates: create !== 'enable-only', kept: keptColumns(users) };
    const steps = await rehearseWrites(session, account, rehearsedTexts(users), (step) => {
      at = step;
    });
    await dialect.trial.settle(session);
    await dialect.trial.undo(session, schema, []);
    const wrong = steps.find(({ lost }) => lost.length > 0);
    if (wrong) throw rehearsalFailed(wrong.step, `it did not take ${wrong.lost.join(', ')}`, warnings);
    return { rehearsal: steps.map(masked), ...(acting !== undefined && { role }) };
  } catch (error) {
    const said = refusalOf(error, dialect);
    if (said === undefined) throw error;
    throw rehearsalFailed(at, said, warnings);
  }
}

/** What a match never writes: what the application derives, and a login that stays. */
const keptColumns = ({
  login,
  email,
  externalId,
  ssoSubject,
  renameOnMatch = true,
}: Omit<Users, 'create'>): string[] => [
  ...(renameOnMatch && login.write !== false ? [] : ['login_name']),
  ...(email?.write === false ? ['email'] : []),
  ...(externalId?.write === false ? ['external_id'] : []),
  ...(ssoSubject?.write === false ? ['sso_subject'] : []),
];

function refusalOf(error: unknown, dialect: Session['dialect']): string | undefined {
  if (error instanceof DatabaseFault) return safeWords(error.words?.message ?? error.message);
  const words = dialect.serverWords(error);
  return words && safeWords(words.message);
}

const rehearsalFailed = (step: string, reason: string, warnings: readonly string[]) =>
  operationProblem(
    'host-rehearsal-failed',
    `The host views were not applied: a rehearsal of ${step} failed: ${reason.replace(/\.$/, '')}.`,
    {
      hint: [
        'Correct the binding. If the application has a rule that the binding does not state, add it there.',
        ...warnings,
      ].join(' '),
    },
  );

/** Nothing personal is shown: of a text its first character and its length. */
const masked = ({ step, row }: RehearsalStep): RehearsedStep => ({
  step,
  row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, maskedValue(value)])),
});

function maskedValue(value: unknown): string | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  const text = value instanceof Date ? value.toISOString() : String(value);
  return `${[...text][0] ?? ''}… (${[...text].length})`;
}
