import { resolve } from 'node:path';
import { describeServer } from '../../../../database/settings/describe.js';
import type { ServerSettings } from '../../../../database/settings/settings.js';
import { readAsciiFile } from '../../../../files/text-file.js';
import type { World } from '../../../../world.js';
import type { PromptChoice } from '../../../input/prompts.js';
import type { Interview } from '../interview.js';

type Answer = 'authority' | 'unverified' | 'plain';

const AUTHORITY: PromptChoice<Answer> = {
  name: 'Trust the certificate authority of the server',
  value: 'authority',
  description: 'from a file with its certificate (PEM)',
};

const UNVERIFIED: PromptChoice<Answer> = {
  name: 'Do not verify the certificate',
  value: 'unverified',
  description: 'encrypted, but an attacker could impersonate the server',
};

const PLAIN: PromptChoice<Answer> = {
  name: 'Connect without encryption',
  value: 'plain',
  description: 'password and data are sent in plain text',
};

/** What can be done here about a problem with TLS, by its code. */
const ANSWERS: Readonly<Record<string, readonly PromptChoice<Answer>[]>> = {
  'tls-untrusted': [AUTHORITY, UNVERIFIED],
  'tls-name-mismatch': [UNVERIFIED],
  'tls-expired': [UNVERIFIED],
  'tls-not-yet-valid': [UNVERIFIED],
  'tls-refused': [PLAIN],
};

/** Whether a person can decide here what to do about it. */
export const isAboutTls = (code: string): boolean => code in ANSWERS;

/** Asks what to do about a server whose certificate is not accepted, or which has none. */
export async function askTls(
  settings: ServerSettings,
  code: string,
  interview: Interview,
  world: World,
): Promise<ServerSettings> {
  const answer = await interview.choose(
    { label: 'TLS', question: `How should scimctl connect to ${describeServer(settings)}?` },
    ANSWERS[code] ?? [UNVERIFIED],
  );
  const { tls } = settings;
  if (answer === 'plain') return { ...settings, tls: { ...tls, mode: 'disable' } };
  if (answer === 'unverified') return { ...settings, tls: { mode: 'require' } };
  const question = { label: 'Certificate', question: 'File with the certificate of the authority (PEM)' };
  const file = await interview.text(question, { check: (name) => isCertificate(name, world) });
  return { ...settings, tls: { ...tls, mode: 'verify-full', caFile: resolve(world.cwd, file) } };
}

async function isCertificate(name: string, { cwd }: World): Promise<true | string> {
  const text = name === '' ? '' : await readAsciiFile(resolve(cwd, name)).catch(() => undefined);
  if (text === undefined) return 'The file cannot be read.';
  return text.includes('-----BEGIN CERTIFICATE-----') || 'The file contains no PEM certificate.';
}
