import { describeServer } from '../../../../database/settings/describe.js';
import type { ConnectionSettings } from '../../../../database/settings/settings.js';
import { isServer } from '../../../../database/settings/typed.js';
import type { Interview } from '../interview.js';
import { type Doubts, KIND_OF_LOGIN, type Part } from './parts.js';
import { isAboutTls } from './tls.js';

/** The part of a connection that a problem is about. */
const PART_OF: Readonly<Record<string, Part>> = {
  'database-login-failed': 'Password',
  'database-password-missing': 'Password',
  'database-host-unknown': 'Server',
  'database-unreachable': 'Server',
  'database-timeout': 'Server',
  'database-instance-unknown': 'Server',
  'database-missing': 'Database',
};

/** What is known to be wrong about a setting. */
export function doubtsOf(all: Map<string, Doubts>, text: string): Doubts {
  const doubts = all.get(text) ?? { parts: new Set(), tls: new Map() };
  all.set(text, doubts);
  return doubts;
}

/** Has the part asked for again that the problem is about; where that is not clear, a person says which. */
export async function proposeRemedy(
  code: string,
  connection: ConnectionSettings,
  doubts: Doubts,
  interview: Interview,
  isTyped: boolean,
): Promise<never> {
  if (isServer(connection) && isAboutTls(code)) {
    const server = describeServer(connection);
    if (doubts.tls.get(server) !== code) {
      doubts.tls.set(server, code);
      return interview.again('TLS');
    }
  }
  const part = partOf(code, connection) ?? (await askPart(connection, interview, isTyped));
  if (part === undefined) return interview.replay();
  doubts.parts.add(part);
  // An account that the system knows was chosen, and not typed.
  return interview.again(part === 'Login' && isIntegrated(connection) ? KIND_OF_LOGIN : part);
}

const isIntegrated = (connection: ConnectionSettings): boolean =>
  isServer(connection) && connection.integrated === true;

/** The account of the process has no password that could be asked for. */
function partOf(code: string, connection: ConnectionSettings): Part | undefined {
  const part = PART_OF[code] ?? (code.startsWith('kerberos-') ? 'Login' : undefined);
  return part === 'Password' && isIntegrated(connection) ? 'Login' : part;
}

async function askPart(
  connection: ConnectionSettings,
  interview: Interview,
  isTyped: boolean,
): Promise<Part | undefined> {
  const parts: Part[] = isServer(connection)
    ? ['Server', 'Database', 'Login', ...(isIntegrated(connection) ? [] : ['Password' as const])]
    : isTyped
      ? ['Directory']
      : [];
  return interview.chooseNow<Part | undefined>({ label: 'Remedy', question: 'What next?' }, [
    { name: 'Try again', value: undefined },
    ...parts.map((part) => ({ name: `Change the ${part.toLowerCase()}`, value: part })),
  ]);
}
