import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from './support/engines/availability.js';

/** `npm test` is the short run, `npm run test:long` the long one. Each test belongs to one of them. */
export type Extent = 'short' | 'long';

/**
 * What the long run has, by the beginnings of paths: whole files and folders, or what they do on some
 * engines. Of two beginnings the longer one counts; an empty list keeps a file in the short run.
 */
export const LONG: Readonly<Record<string, 'everything' | readonly EngineName[]>> = {
  // Processes are killed, connections cut and requests drawn at random, again and again.
  'cli/chaos': 'everything',
  'cli/concurrency': 'everything',
  'core/people-sequences': 'everything',
  'core/token-crash': 'everything',
  'database/embedded-crash': 'everything',
  'database/failover': 'everything',
  // A domain controller of its own.
  'database/integrated': 'everything',
  // Refuses until the time is over, for each number.
  'database/mssql-numbers': 'everything',
  'database/trouble': 'everything',
  'scim/fuzz': 'everything',
  'scim/hostile': 'everything',
  'scim/server-crash': 'everything',
  // Tables with a row for each case, of which each takes a database or many requests.
  'advice/': 'everything',
  'core/token-keys': 'everything',
  'core/audit-proof': ['embedded', 'mssql'],
  'core/audit-signature': ['embedded', 'mssql'],
  'docs/verify-export': ['embedded', 'mssql'],
  'scim/people-': 'everything',
  // Hundreds of processes of the command line. What they have in common is in files of the short run.
  'cli/': ['embedded'],
  'cli/audit': 'everything',
  'cli/confirm': 'everything',
  'cli/embedded': 'everything',
  'cli/encodings': 'everything',
  'cli/failures': 'everything',
  'cli/init': 'everything',
  'cli/out.': 'everything',
  'cli/probe.': 'everything',
  'cli/quickstart': 'everything',
  // Starts a browser.
  'cli/report-browser': 'everything',
  'cli/rights': 'everything',
  'cli/secrets': 'everything',
  'cli/support-bundle': 'everything',
  'cli/users-preflight': 'everything',
  'database/embedded.': 'everything',
  'database/script.': 'everything',
  'database/uninstall': 'everything',
  'docs/console': 'everything',
  // Makes an archive, twice, and runs what is in it.
  'packaging/bundle': 'everything',
  // Compiles C#.
  'packaging/service-wrapper': 'everything',
  'scim/full-circle': 'everything',
  // Waits until the turn of an endpoint that was killed is over.
  'scim/notices-serve': 'everything',
  'core/notices': ['mssql'],
  // On the embedded engine these take three times as long as on PostgreSQL, whose SQL it speaks.
  'core/groups': ['embedded'],
  'core/host-status': ['embedded'],
  'core/host-unreadable': ['embedded'],
  'core/list-users-order': ['embedded'],
  'core/preflight-host': ['embedded'],
  'core/preflight-links': ['embedded'],
  'database/filters': ['embedded'],
  'scim/large-users': ['embedded'],
  'scim/users-in-many-groups': ['embedded'],
};

/**
 * What `--ci` leaves to the whole long run, by the beginnings of paths, as above: the embedded engine speaks the SQL of
 * PostgreSQL, on which the same suites run, and takes seconds to start for each process. What is about the embedded
 * engine itself stays. On the other engines too, what takes minutes and only widens what runs already.
 */
export const BEYOND_CI: Readonly<Record<string, readonly EngineName[]>> = {
  'cli/': ['embedded'],
  'cli/embedded': [],
  'cli/quickstart': [],
  'core/host-unreadable': ['embedded'],
  'core/people-sequences': ['embedded'],
  'core/preflight-host': ['embedded'],
  'core/token-keys': ['embedded'],
  'scim/large-users': ['embedded'],
  'scim/notices-serve': ['embedded'],
  'scim/users-in-many-groups': ['embedded'],
  'scim/people-': ['embedded'],
  // More than a thousand cases. The first of each row are in people-table.
  'scim/people-states': ['embedded', 'postgres', 'mssql'],
};

const isBeyondCi = (file: string, engine: EngineName): boolean =>
  process.env.SCIMCTL_TEST_CI === '1' && (closestOf(BEYOND_CI, file)?.includes(engine) ?? false);

/** Whether a file's suites for one engine, or those for none, are in the long run. The path begins in `test/`. */
export function isLong(file: string, engine?: EngineName): boolean {
  const held = closestOf(LONG, file);
  if (held === 'everything') return true;
  return engine !== undefined && (held?.includes(engine) ?? false);
}

/** What is said of the longest beginning of a path. */
function closestOf<T>(said: Readonly<Record<string, T>>, file: string): T | undefined {
  const beginnings = Object.keys(said).filter((each) => file.startsWith(each));
  const [closest] = beginnings.sort((a, b) => b.length - a.length);
  return closest === undefined ? undefined : said[closest];
}

/** Whether an extent has anything to run of a file. */
export function hasTests(extent: Extent, file: string, engines: readonly EngineName[]): boolean {
  if (extent === 'short') return !isLong(file);
  return isLong(file) || engines.some((engine) => isLong(file, engine) && !isBeyondCi(file, engine));
}

/** Whether all of a file is in one extent. Of another file an extent may hold no test at all. */
export function isWhole(file: string, engines: readonly EngineName[]): boolean {
  if (engines.some((engine) => isBeyondCi(file, engine))) return false;
  return isLong(file) || !engines.some((engine) => isLong(file, engine));
}

/** The path of a compiled test file as it is written above. */
export const pathInTests = (file: string): string =>
  relative(fileURLToPath(new URL('.', import.meta.url)), file).replaceAll('\\', '/');

/**
 * Whether this process, which runs one test file, is to run a suite of it for an engine.
 * @param isElsewhere whether the suite is for other engines, too. One that is not goes where its file goes: what is said
 *   of the engine above is said because others run the same.
 */
export function isRunNow(engine: EngineName, isElsewhere: boolean): boolean {
  const extent = process.env.SCIMCTL_TEST_EXTENT as Extent | undefined;
  if (extent === undefined) return true;
  const file = pathInTests(process.argv[1] ?? '');
  if (!isElsewhere) return (extent === 'long') === isLong(file);
  return (extent === 'long') === isLong(file, engine) && !isBeyondCi(file, engine);
}
