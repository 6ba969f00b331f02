import { databaseParts } from '../../../../core/support/database-parts.js';
import { type CollectedPart, collectParts, type SupportPart } from '../../../../core/support/parts.js';
import { type Withhold, withholding } from '../../../../core/support/withheld.js';
import { connectionFacts } from '../../../../database/settings/describe.js';
import { toolVersion } from '../../../../installation/version.js';
import type { Command } from '../../../command.js';
import type { Context } from '../../../context.js';
import { explanationOf } from '../../../explanations/index.js';
import type { Column } from '../../../output/column.js';
import { keptFile } from '../../../output/files/kept-file.js';
import { tarGz } from '../../../output/files/tar.js';
import { resolveConnection } from '../../../settings/connection.js';
import { effectiveSettings, namesToWithhold } from '../../../settings/effective.js';
import { metricsPage } from '../../../settings/metrics-page.js';
import { readTokenKeys } from '../../../settings/token-keys.js';
import { programFacts } from './program-part.js';

interface Options {
  out?: string;
  print?: boolean;
}

interface Row {
  file: string;
  about: string;
  /** Why it is not there. */
  missing?: string;
}

const COLUMNS: Column<Row>[] = [
  { key: 'file', label: 'FILE' },
  { key: 'about', label: 'CONTENTS' },
  { key: 'missing', label: 'MISSING BECAUSE' },
];

export const supportBundle: Command<Options> = {
  name: 'bundle',
  summary: 'Collect what a support ticket needs in one file, without secrets and personal data',
  description:
    'Writes a .tar.gz archive with versions, settings, the results of check, counts, query plans and the codes of recent problems. It contains no secret, no login, no e-mail address, no name of a person, server or database, and no row of the application; names of IdPs are included. Nothing is sent anywhere. A part that cannot be collected says why, so that it also works without a database. Changes nothing.',
  options: [
    {
      flags: '--out <file>',
      writes: true,
      description: 'the archive (default: scimctl-support-<time>.tar.gz in the current directory)',
    },
    { flags: '--print', description: 'print the contents as JSON, and write no file' },
  ],
  examples: [
    { does: 'collect everything for a ticket', command: 'support bundle --out ticket-4711.tar.gz' },
    { does: 'read what would be in it', command: 'support bundle --print' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT',
    token: 'SELECT',
    identity: 'SELECT',
    event: 'SELECT',
    event_seal: 'SELECT',
    host_user: 'SELECT',
  },
  async run({ out, print = false }, context) {
    const { world, output, talk, prompts } = context;
    const now = world.clock();
    const name = out ?? `scimctl-support-${now.toISOString().replace(/[-:]|\..*/g, '')}Z.tar.gz`;
    // A file that cannot be written keeps the work from beginning.
    const file = print ? undefined : await keptFile(name, world);
    try {
      const parts = (await collected(context)).map(explained);
      if (!file) return output.json(Object.fromEntries(parts.map(documentOf)));
      talk.note(README);
      if (output.format === 'json') output.json({ file: name, parts: parts.map(rowOf) });
      else if (context.globals.quiet) output.text(`${name}\n`);
      else await output.list(parts.map(rowOf), COLUMNS, '');
      // What is to be read before it is answered.
      if (
        prompts.available &&
        !context.globals.yes &&
        !(await prompts.yesNo(`Write this to ${name}?`, true))
      ) {
        await file.discard();
        return talk.note('Nothing was written.');
      }
      await file.write(archiveOf(parts, now));
      await file.keep();
      talk.done(`Written to ${name}. Read it before you send it.`);
    } catch (error) {
      await file?.discard();
      throw error;
    }
  },
};

async function collected(context: Context): Promise<CollectedPart[]> {
  const { world } = context;
  // Once, since it may ask for a password.
  const settings = once(() => resolveConnection(context));
  let names = namesToWithhold(await settings().catch(() => undefined), world);
  const withhold = (): Withhold => withholding(names);
  const own: SupportPart[] = [
    {
      file: 'program.json',
      about: 'versions of scimctl, Node.js and the operating system',
      collect: async () => programFacts(world),
    },
    {
      file: 'settings.json',
      about: 'the settings in force and where they come from; of texts only that they are set',
      collect: () => effectiveSettings(context),
    },
    {
      file: 'connection.json',
      about: 'how the database is reached: engine, TLS, kind of login',
      collect: async () => connectionFacts(await settings()),
    },
  ];
  const metrics: SupportPart = {
    file: 'metrics.txt',
    about: 'the metrics of the endpoint on this machine',
    collect: () => metricsPage(context),
  };
  const connect = once(async () => {
    const { schema } = await context.settings();
    const database = await context.useDatabase(await settings(), schema, { looksAround: true });
    // The server may know the login by another name.
    const {
      login,
      server,
      database: place,
    } = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
    names = [...names, login, ...login.split('\\'), server, place];
    return database;
  });
  const database = databaseParts({
    connect,
    clock: world.clock,
    tokenKeys: () => readTokenKeys(context),
  });
  return collectParts([...own, ...database, metrics], withhold);
}

/** The same promise for everybody who asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** With what the code of a problem means, since the reader has no program at hand. */
function explained(part: CollectedPart): CollectedPart {
  const meaning = part.missing === undefined ? undefined : explanationOf(part.missing)?.meaning;
  return meaning === undefined ? part : { ...part, missing: `${part.missing}: ${meaning}` };
}

const rowOf = ({ file, about, missing }: CollectedPart): Row => ({
  file,
  about,
  ...(missing !== undefined && { missing }),
});

const documentOf = ({ file, content, missing }: CollectedPart): [string, unknown] => [
  file,
  missing === undefined ? content : { missing },
];

const README = [
  'The bundle contains no secret, no login, no e-mail address, no name of a person, server or database,',
  'and no row of the application. Names of IdPs and of tables are included. These are its files:',
].join('\n');

function archiveOf(parts: readonly CollectedPart[], now: Date): Buffer {
  const lines = parts.map(
    ({ file, about, missing }) =>
      `${file}\n  ${about}${missing === undefined ? '' : `\n  MISSING: ${missing}`}`,
  );
  const readme = `Support bundle of scimctl ${toolVersion()}, ${now.toISOString()}\n\n${README}\n\n${lines.join('\n')}\n`;
  const present = parts.filter(({ missing }) => missing === undefined);
  const texts = [
    ['README.txt', readme] as const,
    ...present.map(
      ({ file, content }) =>
        [file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`] as const,
    ),
  ];
  return tarGz(
    texts.map(([file, text]) => ({ path: `scimctl-support/${file}`, bytes: Buffer.from(text) })),
    Math.floor(now.getTime() / 1000),
  );
}
