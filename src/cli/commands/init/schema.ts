import { migrate, schemaStatus } from '../../../database/migrator/migrate.js';
import { toolVersion } from '../../../version.js';
import type { Context } from '../../context.js';
import type { Answers } from './answers.js';
import type { InitFlags } from './flags.js';
import type { Found } from './found.js';

/** Asks whether to apply what is not applied yet. */
export async function askSchema({ schema }: Found, flags: InitFlags, answers: Answers): Promise<boolean> {
  if (schema?.state === 'current') return false;
  const files = schema?.pending.map(({ version, name }) => `${version} ${name}`).join(', ');
  const answer = await answers.yesNo({
    what: 'whether to install the schema',
    flag: '--migrate or --no-migrate',
    given: flags.migrate,
    ask: {
      label: 'Schema',
      question: schema && schema.state !== 'missing' ? 'Upgrade the schema?' : 'Install the schema?',
      intro: [`Schema: not current. Missing: ${files ?? 'everything'}.`],
    },
    initial: true,
  });
  return answer === true;
}

/**
 * Applies it, or sees to it that somebody has.
 * @throws Problem `schema-missing`, `schema-outdated` where it was left to a DBA who has not done it.
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
