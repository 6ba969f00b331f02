import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { isExposed } from '../../../files/exposed-file.js';
import { readAsciiFile } from '../../../files/text-file.js';
import { configurationProblem, Problem } from '../../../problem.js';
import type { Log } from '../observing/log.js';
import { type PfxFile, readPfx, unreadableCertificate } from './pfx.js';

/** Where the certificate and its private key are. */
export type CertificateFiles = PemFiles | PfxFile;

export interface PemFiles {
  /** PEM, with the intermediate certificates behind the server's own. Absolute paths. */
  certFile: string;
  keyFile: string;
}

interface SecretFile {
  /** `private key`. */
  secret: string;
  path: string;
}

export interface Certificate {
  options: SecureContextOptions;
  expiresAt: Date;
  /** Changes when one of the files does. */
  version: string;
  /** Files with secrets that others than owner and group can read. */
  exposed: readonly SecretFile[];
}

/**
 * Reads a certificate with its private key, and makes sure that they belong together.
 * @throws Problem `certificate-unreadable`, `certificate-invalid`, `certificate-key-mismatch`.
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const version = await versionOf(files);
  const { options, leaf } = 'pfxFile' in files ? await readPfx(files) : await readPem(files);
  return {
    options,
    expiresAt: new Date(leaf.validTo),
    version,
    exposed: await exposedAmong(secretsIn(files)),
  };
}

/** The files with secrets, which other users must not be able to read. */
function secretsIn(files: CertificateFiles): SecretFile[] {
  if ('keyFile' in files) return [{ secret: 'private key', path: files.keyFile }];
  const { pfxFile, passwordFile } = files;
  const password = passwordFile === undefined ? [] : [{ secret: 'password', path: passwordFile }];
  return [{ secret: 'private key', path: pfxFile }, ...password];
}

async function exposedAmong(files: readonly SecretFile[]): Promise<SecretFile[]> {
  const found = await Promise.all(files.map(({ path }) => isExposed(path, process.platform)));
  return files.filter((_, at) => found[at]);
}

async function readPem(files: PemFiles): Promise<{ options: SecureContextOptions; leaf: X509Certificate }> {
  const [cert, key] = [await read(files.certFile, '--tls-cert'), await read(files.keyFile, '--tls-key')];
  const options: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(cert);
  } catch (error) {
    throw invalid(`${files.certFile} contains no certificate in PEM format.`, error);
  }
  try {
    createSecureContext(options);
  } catch (error) {
    throw keyProblem(files, key, error);
  }
  return { options, leaf };
}

function keyProblem({ certFile, keyFile }: PemFiles, key: string, error: unknown): Problem {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' || code === 'ERR_OSSL_X509_KEY_TYPE_MISMATCH') {
    return configurationProblem(
      'certificate-key-mismatch',
      `The private key in ${keyFile} does not match the certificate in ${certFile}.`,
      {
        hint: 'Use the certificate and the key that were created together. The certificate of the server must come first in its file.',
      },
    );
  }
  if (/ENCRYPTED/.test(key)) {
    return configurationProblem(
      'certificate-invalid',
      `The private key in ${keyFile} is protected by a password.`,
      {
        hint: 'Remove the password (openssl pkey -in KEY -out NEW), and allow only the account of the service to read the file.',
      },
    );
  }
  return invalid(
    `${keyFile} contains no valid private key in PEM format, or ${certFile} no valid certificate.`,
    error,
  );
}

const invalid = (message: string, cause: unknown) =>
  configurationProblem('certificate-invalid', message, {
    hint: 'Both files must be in PEM format (-----BEGIN ...). For a PFX file, use --tls-pfx.',
    cause,
  });

async function read(path: string, option: string): Promise<string> {
  try {
    return await readAsciiFile(path);
  } catch (error) {
    throw unreadableCertificate(path, option, error);
  }
}

/** Follows links, such as those that Kubernetes and certbot put in place of the files. */
async function versionOf(files: CertificateFiles): Promise<string> {
  const of = async (path: string) => {
    const { ino, mtimeMs, size } = await stat(path).catch(() => ({ ino: 0, mtimeMs: 0, size: 0 }));
    return `${ino}:${mtimeMs}:${size}`;
  };
  const paths =
    'pfxFile' in files ? [files.pfxFile, files.passwordFile ?? ''] : [files.certFile, files.keyFile];
  return (await Promise.all(paths.map(of))).join(' ');
}

/**
 * Looks every `everyMs` whether the files have changed, and has new connections use the new pair; those that are
 * open go on. A pair that cannot be used is warned about once, and the old one kept.
 * @returns what is in use now, and how to stop looking.
 */
export function watchCertificate(
  server: Server,
  files: CertificateFiles,
  first: Certificate,
  { log, everyMs }: { log: Log; everyMs: number },
): { current: () => Certificate; stop: () => void } {
  let current = first;
  let looked = first.version;
  let busy = false;
  const look = async () => {
    const version = await versionOf(files);
    if (version === looked) return;
    looked = version;
    try {
      current = await readCertificate(files);
      server.setSecureContext(current.options);
      const until = current.expiresAt.toISOString();
      log.line(
        'info',
        'certificate-reloaded',
        { expiresAt: until },
        `New certificate, valid until ${until}.`,
      );
    } catch (error) {
      const { code, message } =
        error instanceof Problem ? error : { code: 'certificate-invalid', message: 'unusable' };
      const text = `The new certificate is not valid, so the old certificate stays in use: ${message}`;
      log.line('warn', 'certificate-not-reloaded', { problem: code }, text);
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void look().finally(() => {
      busy = false;
    });
  }, everyMs);
  timer.unref();
  return { current: () => current, stop: () => clearInterval(timer) };
}
