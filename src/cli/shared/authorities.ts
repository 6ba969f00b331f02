import { resolve } from 'node:path';
import tls from 'node:tls';
import { readAsciiFile } from '../../files/text-file.js';
import { usageProblem } from '../../problem.js';

/**
 * Node's own certificate authorities, and those of a PEM file.
 * @throws Problem `file-unreadable`, `ca-invalid`.
 */
export async function authoritiesWith(file: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, file);
  const text = await readAsciiFile(path).catch((cause: unknown) => {
    throw usageProblem('file-unreadable', `The file ${path} cannot be read.`, {
      hint: 'Check the path and the file permissions.',
      cause,
    });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw usageProblem('ca-invalid', `The file ${path} contains no certificate in PEM format.`, {
      hint: 'Name a file that contains -----BEGIN CERTIFICATE-----.',
    });
  }
  return [...tls.rootCertificates, text];
}
