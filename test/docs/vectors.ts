import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../support/environment.js';

/** `docs/samples/token-vectors.json`. */
export interface TokenVectors {
  /** In base64, by id. */
  keys: Record<string, string>;
  tokens: {
    token: string;
    publicId: string;
    checksum: string;
    /** Hex. */
    sha256: string;
    hmacSha256: Record<string, string>;
  }[];
  invalid: { what: string; text: string; fault: 'form' | 'checksum' }[];
}

export const samplePath = (name: string): string => join(projectDirectory, 'docs', 'samples', name);

export const readVectors = async (): Promise<TokenVectors> =>
  JSON.parse(await readFile(samplePath('token-vectors.json'), 'utf8'));
