import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { readTextFile } from '../../../files/text-file.js';
import { configurationProblem, type Problem } from '../../../problem.js';

/** A certificate with its private key and intermediates in one file, as Windows exports them (PKCS #12, RFC 7292). */
export interface PfxFile {
  /** Absolute paths. */
  pfxFile: string;
  /** Contains only the password; absent for a file without one. */
  passwordFile?: string;
}

/**
 * Reads a PFX file.
 * @throws Problem `certificate-unreadable`, `certificate-invalid`.
 */
export async function readPfx({
  pfxFile,
  passwordFile,
}: PfxFile): Promise<{ options: SecureContextOptions; leaf: X509Certificate }> {
  const pfx = await readFile(pfxFile).catch((error) => {
    throw unreadableCertificate(pfxFile, '--tls-pfx', error);
  });
  const passphrase =
    passwordFile === undefined
      ? ''
      : await readTextFile(passwordFile)
          .then((text) => text.replace(/\r?\n$/, ''))
          .catch((error) => {
            throw unreadableCertificate(passwordFile, '--tls-pfx-password-file', error);
          });
  const options: SecureContextOptions = { pfx, passphrase, minVersion: 'TLSv1.2' };
  let leaf: Uint8Array | null;
  try {
    leaf = createSecureContext(options).context.getCertificate();
  } catch (error) {
    throw pfxProblem(pfxFile, passwordFile, error);
  }
  if (!leaf) throw pfxProblem(pfxFile, passwordFile, new Error('no certificate'));
  return { options, leaf: new X509Certificate(leaf) };
}

const EXPORT_AGAIN =
  'Export the certificate again with its private key; in PowerShell: Export-PfxCertificate -CryptoAlgorithmOption AES256_SHA256.';

function pfxProblem(pfxFile: string, passwordFile: string | undefined, error: unknown): Problem {
  const { message, code } = error as NodeJS.ErrnoException;
  const [what, hint] = /mac verify/i.test(message)
    ? passwordFile === undefined
      ? [`The file ${pfxFile} has a password.`, 'Add --tls-pfx-password-file with a file that contains it.']
      : [
          `The password in ${passwordFile} is not the password of ${pfxFile}.`,
          'Write only the password to the file. Spaces before and after it count.',
        ]
    : code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION' || /unsupported/i.test(message)
      ? [
          `The file ${pfxFile} is encrypted with an algorithm that is no longer considered secure, such as RC2.`,
          `${EXPORT_AGAIN} Or convert it with openssl pkcs12 -legacy to PEM files for --tls-cert and --tls-key.`,
        ]
      : /private key/i.test(message)
        ? [`The file ${pfxFile} contains no private key.`, EXPORT_AGAIN]
        : [`The file ${pfxFile} contains no certificate in PFX format.`, EXPORT_AGAIN];
  return configurationProblem('certificate-invalid', what, { hint, cause: error });
}

/** @param option that names the file. */
export const unreadableCertificate = (path: string, option: string, cause: unknown): Problem => {
  const { code = 'error' } = cause as NodeJS.ErrnoException;
  return configurationProblem('certificate-unreadable', `The file ${path} cannot be read (${code}).`, {
    hint: `Check ${option} and the permissions of the account that runs scimctl serve.`,
    cause,
  });
};
