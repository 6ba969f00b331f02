import { describeServer, describeUser } from '../../../../database/settings/describe.js';
import { assertDirectory } from '../../../../database/settings/parse.js';
import type { ConnectionSettings, ServerSettings } from '../../../../database/settings/settings.js';
import {
  isServer,
  parseTypedServer,
  SERVER_ENGINES,
  type ServerEngine,
  settingFromParts,
  typedServer,
  usesSocket,
  withLogin,
  withServer,
} from '../../../../database/settings/typed.js';
import { Problem } from '../../../../problem.js';
import type { World } from '../../../../world.js';
import type { Context } from '../../../context.js';
import type { AnswerCheck } from '../../../input/prompts.js';
import { knownPassword } from '../../../settings/connection.js';
import type { Interview, InterviewQuestion } from '../interview.js';
import { askTls } from './tls.js';

/** The parts of a connection that a person can be asked for by themselves. */
export type Part = 'Server' | 'Database' | 'Login' | 'Password' | 'Directory';

/** The question of how scimctl logs in, where there are several ways. */
export const KIND_OF_LOGIN = 'Kind of login';

/** What has turned out wrong about a setting. */
export interface Doubts {
  parts: Set<Part>;
  /** The code of the problem with TLS that each server has. */
  tls: Map<string, string>;
}

/** How the setting was put together: of parts, or pasted as a whole. */
export type Typed = 'parts' | 'whole';

export const isTyped = (typed: Typed | undefined): boolean => typed === 'parts';

type Way = ServerEngine | 'whole' | 'directory';

/** Asks for the connection, in parts or as one string. The password of a connection in parts comes later. */
export async function askSetting(
  interview: Interview,
  world: World,
): Promise<{ text: string; typed: Typed }> {
  const way = await interview.choose<Way>(
    {
      label: 'Database server',
      question: "Where is the application's database?",
      intro: ['You see a summary before anything is changed. Press Ctrl-C to quit at any time.'],
    },
    [
      ...SERVER_ENGINES.map((engine) => ({ name: engine.name, value: engine })),
      {
        name: 'Paste a connection string',
        value: 'whole' as const,
        description: 'URL, ADO.NET, ODBC, JDBC or libpq; also @FILE, env:NAME, web.config#NAME',
      },
      {
        name: 'An embedded database, to try it out',
        value: 'directory' as const,
        description: 'in a new directory',
      },
    ],
  );
  if (way === 'whole') {
    const question = 'Connection string (not shown)';
    return {
      text: (await interview.secret({ label: 'Connection string', question })).trim(),
      typed: 'whole',
    };
  }
  if (way === 'directory') return { text: `embedded:${await askDirectory(interview)}`, typed: 'parts' };
  const server = await askServer(interview, way, world);
  const database = await askDatabase(interview);
  const login = await askLogin(interview, way);
  return { text: settingFromParts({ engine: way.engine, server, database, login }), typed: 'parts' };
}

/** Asks for the parts that turned out wrong, and for a password that nothing else supplies. */
export async function amended(
  settings: ConnectionSettings,
  doubts: Doubts,
  { context, interview, typed }: { context: Context; interview: Interview; typed: Typed | undefined },
): Promise<ConnectionSettings> {
  if (!isServer(settings)) return settings;
  const engine = SERVER_ENGINES.find(({ engine: name }) => name === settings.engine) as ServerEngine;
  // Of a connection in parts, only what is not among them is left to ask for here.
  const asks = (part: Part) => typed !== 'parts' && doubts.parts.has(part);
  let found: ServerSettings = settings;
  if (asks('Server')) {
    const server = await askServer(interview, engine, context.world, typedServer(found));
    if (server !== typedServer(found)) found = await withServer(found, server, context.world);
  }
  if (asks('Database')) found = { ...found, database: await askDatabase(interview, found.database) };
  if (asks('Login')) found = withLogin(found, await askLogin(interview, engine));
  const trouble = doubts.tls.get(describeServer(found));
  if (trouble !== undefined) found = await askTls(found, trouble, interview, context.world);
  return withPassword(found, doubts, context, interview);
}

async function withPassword(
  settings: ServerSettings,
  { parts }: Doubts,
  context: Context,
  interview: Interview,
): Promise<ServerSettings> {
  if (settings.integrated) return settings;
  const isWrong = parts.has('Password');
  if (!isWrong && (settings.password !== undefined || !settings.user || usesSocket(settings)))
    return settings;
  const known = isWrong ? undefined : await knownPassword(context);
  const question = `Password of ${describeUser(settings)}`;
  const password = known ?? (await interview.secret({ label: 'Password', question }));
  const { password: _, ...rest } = settings;
  return password === '' ? rest : { ...rest, password };
}

function askServer(
  interview: Interview,
  { engine, name, serverForm }: ServerEngine,
  world: World,
  initial?: string,
): Promise<string> {
  const question: InterviewQuestion = { label: 'Server', question: `${name} server: ${serverForm}` };
  const check = unlessProblem((server) =>
    parseTypedServer({ engine, server, database: 'none', login: 'none' }, world),
  );
  return interview.text(question, { initial, check });
}

const askDatabase = (interview: Interview, initial?: string): Promise<string> =>
  interview.text(
    { label: 'Database', question: 'Name of the database' },
    { initial, check: (name) => name !== '' || 'Enter the name of the database.' },
  );

async function askLogin(interview: Interview, { logins }: ServerEngine): Promise<string | undefined> {
  const [only] = logins;
  const kind =
    logins.length === 1
      ? only
      : await interview.choose(
          { label: KIND_OF_LOGIN, question: 'How does scimctl log in?' },
          logins.map((login) => ({ name: login.name, value: login, description: login.description })),
        );
  const { asks } = kind;
  if (!asks) return undefined;
  return interview.text(
    { label: 'Login', question: asks.form },
    { check: (login) => asks.pattern.test(login) || asks.mistake },
  );
}

const askDirectory = (interview: Interview): Promise<string> =>
  interview.text(
    { label: 'Directory', question: 'Directory of the embedded database' },
    {
      initial: 'scimctl-database',
      check: (name) =>
        name === ''
          ? 'Enter the name of a directory.'
          : unlessProblem(async (answer) => assertDirectory(answer))(name),
    },
  );

/** What a Problem says of an answer. */
function unlessProblem(attempt: (answer: string) => Promise<unknown>): AnswerCheck {
  return async (answer) => {
    try {
      await attempt(answer);
      return true;
    } catch (error) {
      if (error instanceof Problem) return [error.message, error.hint].filter(Boolean).join(' ');
      throw error;
    }
  };
}
