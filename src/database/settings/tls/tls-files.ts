import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { decodeAscii } from '../../../files/text-file.js';
import { configurationProblem } from '../../../problem.js';
import type { TlsSettings } from '../settings.js';

export interface TlsMaterial {
  /** Trusted authorities in PEM; absent where nothing is verified or Node's own list is all there is. */
  ca?: string | string[];
  cert?: string;
  key?: string;
}

/**
 * Reads the files that the TLS settings name. Where they name no authority, those that the machine trusts
 * (on Windows, the company's own) are added to Node's, as far as this Node can read them (22.15 on).
 * @throws Problem `tls-file-unreadable`
 */
export async function readTlsMaterial(settings: TlsSettings): Promise<TlsMaterial> {
  if (settings.mode === 'disable') return {};
  const verifies = settings.mode === 'verify-ca' || settings.mode === 'verify-full';
  const ca = verifies ? await trusted(settings.caFile) : undefined;
  const cert = settings.certFile === undefined ? undefined : await pem(settings.certFile);
  const key = settings.keyFile === undefined ? undefined : await pem(settings.keyFile);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function trusted(caFile: string | undefined): Promise<string | string[] | undefined> {
  if (caFile !== undefined) return pem(caFile);
  const { getCACertificates } = tls as { getCACertificates?: (type: string) => string[] };
  return getCACertificates && [...getCACertificates('default'), ...getCACertificates('system')];
}

async function pem(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw configurationProblem('tls-file-unreadable', `The TLS file ${path} cannot be read.`, {
      hint: 'Check the path in the connection setting and the file permissions.',
      cause,
    });
  }
  if (bytes[0] === 0x30) return pemOfCertificate(bytes);
  const text = decodeAscii(bytes);
  if (text.includes('-----BEGIN ')) return text;
  throw configurationProblem('tls-file-unreadable', `The TLS file ${path} contains no certificate or key.`, {
    hint: 'Use a PEM file. A certificate can also be a DER file (.cer).',
  });
}

// Windows exports certificates in DER unless told otherwise.
const pemOfCertificate = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
