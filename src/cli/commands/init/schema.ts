import { migrate, schemaStatus } from '../../../database/migrator/migrate.js';
import { toolVersion } from '../../../installation/version.js';
import type { Context } from '../../context.js';
import type { InitAnswers } from './answers.js';
import type { InitFlags } from './flags.js';
import type { FoundBefore } from './found.js';

/** Asks whether to apply the pending files of the schema. */
export async function askSchema(
  { schema }: FoundBefore,
  flags: InitFlags,
  answers: InitAnswers,
): Promise<boolean> {
  if (schema?.state === 'current') return false;
  const files = schema?.pending.map(({ version, name }) => `${version} ${name}`).join(', ');
  const isThere = schema !== undefined && schema.state !== 'missing';
  const answer = await answers.yesNo({
    what: 'whether to install the schema',
    flag: '--migrate or --no-migrate',
    given: flags.migrate,
    ask: {
      label: 'Schema',
      question: isThere ? 'Upgrade the schema?' : 'Install the schema?',
      intro: [isThere ? `Schema: not up to date. Missing: ${files}.` : 'Schema: not installed.'],
    },
    initial: true,
  });
  return answer === true;
}

/**
 * Applies the schema, or makes sure that a DBA has applied it.
 * @throws Problem `schema-missing`, `schema-outdated` if it was left to a DBA and is not applied.
 */
export async function applySchema(context: Context, wanted: boolean) {
  const applied = wanted ? (await migrate(await context.database(), toolVersion())).applied : [];
  await context.core();
  const { version } = await schemaStatus(await context.database());
  context.talk.done(
    applied.length > 0 ? `Schema: installed, version ${version}.` : `Schema: current, version ${version}.`,
  );
  return { version, applied: applied.map(({ version: number, name }) => ({ version: number, name })) };
}
