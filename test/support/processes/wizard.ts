import { binFile } from './cli.js';
import { Terminal } from './pty.js';

export const DOWN = '\x1b[B';
export const RETURN = '\r';
export const CONTROL_C = '\x03';

/** What a person answers when a question comes. */
export type Dialogue = readonly (readonly [question: RegExp, keys: string])[];

/** Starts the wizard on a terminal. */
export const startWizard = (
  home: string,
  args: readonly string[] = [],
  { columns = 140, env = {} }: { columns?: number; env?: Record<string, string> } = {},
): Promise<Terminal> =>
  Terminal.start([process.execPath, binFile, 'init', ...args], {
    home,
    columns,
    rows: 100,
    // Nobody's password file, which would answer for the person.
    env: { PGPASSFILE: '/nonexistent', ...env },
  });

/** Answers questions as they come. */
export async function answer(terminal: Terminal, dialogue: Dialogue): Promise<void> {
  for (const [question, keys] of dialogue) {
    await terminal.waitFor(question);
    terminal.type(keys);
  }
}

/** The first choices of the wizard, in its order. */
export const WAYS = {
  mssql: RETURN,
  postgres: `${DOWN}${RETURN}`,
  paste: `${DOWN}${DOWN}${RETURN}`,
  embedded: `${DOWN}${DOWN}${DOWN}${RETURN}`,
};

/** All that comes behind the connection, answered for a new IdP on the sample application. */
export const REST = {
  schema: [/Install the schema\?/, RETURN],
  host: [/The host views are missing/, `${DOWN}${RETURN}`],
  hosting: [/Where does this installation run\?/, RETURN],
  kind: [/Which identity provider\?/, `${DOWN}${RETURN}`],
  name: [/Name of the IdP in scimctl/, `okta-eu${RETURN}`],
  leavers: [/deprovisions a user:/, `${DOWN}${RETURN}`],
  token: [/Create a bearer token for the IdP\?/, RETURN],
  lifetime: [/Lifetime of the token/, `60d${RETURN}`],
  file: [/File for the token/, RETURN],
  baseUrl: [/Base URL for the IdP/, `https://iqm.example.com${RETURN}`],
  summary: [/Apply these changes\?/, RETURN],
} as const satisfies Record<string, readonly [RegExp, string]>;
