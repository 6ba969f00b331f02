import { LEVEL_OF_2016 } from '../../words/compatibility-level.js';

/** What to say of a database that behaves as an older server than those that were tested; nothing of others. */
export function untestedLevel(
  level: number | undefined,
): { summary: string; advice: string; warning: string } | undefined {
  if (level === undefined || level >= LEVEL_OF_2016) return undefined;
  const what = `database has compatibility level ${level}, with which scimctl has not been tested on a real server`;
  const advice = `Ask the DBA whether the application allows ${LEVEL_OF_2016} or later. Otherwise, try provisioning with a test user before you use it. docs/sql-server.md says what differs.`;
  return { summary: `the ${what}`, advice, warning: `The ${what}. ${advice}` };
}
